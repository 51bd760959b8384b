package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
)

const constants = "a literal of constants, which some versions of Go have as read-only data"

const inGeneric = "generic: each instance has a size of its own"

func unknown(format string, arguments ...any) Size {
	return Size{Note: fmt.Sprintf(format, arguments...)}
}

func free(why string) Size {
	var none int64
	return Size{Bytes: &none, Free: why}
}

func (p *Package) known(bytes int64, pointers bool, note string) Size {
	return Size{Bytes: &bytes, Pointers: pointers, Note: note}
}

// of is the size of a value of type t.
func (p *Package) of(t types.Type, note string) Size {
	if hasParameter(t, map[types.Type]bool{}) {
		return unknown(inGeneric)
	}
	bytes := p.sizes.Sizeof(t)
	if bytes == 0 {
		return free("values without size share one address")
	}
	return p.known(bytes, hasPointers(t), note)
}

// size says what a site allocates, from the text that the compiler prints and what stands on that line.
func (p *Package) size(site Site) Size {
	file := p.files[filepath.Base(site.File)]
	if file == nil {
		return unknown("in a method that the compiler makes, or a file that is generated")
	}
	found := p.sizeIn(file, site)
	if found.Bytes != nil && found.Free == "" && p.atStart(file, site) {
		found.Note = strings.TrimPrefix(found.Note+"; once at most, when the program starts", "; ")
	}
	return found
}

// atStart says whether a site is of a variable of the package, which is made once, or is data already; not of a
// function that such a variable is.
func (p *Package) atStart(file *ast.File, site Site) bool {
	for _, each := range file.Decls {
		declared, is := each.(*ast.GenDecl)
		if is && declared.Tok == token.VAR && p.covers(each, site) {
			within := false
			ast.Inspect(each, func(node ast.Node) bool {
				literal, is := node.(*ast.FuncLit)
				within = within || is && p.covers(literal.Body, site)
				return true
			})
			return !within
		}
	}
	return false
}

// covers says whether a site is between a node's ends.
func (p *Package) covers(node ast.Node, site Site) bool {
	from, to := p.fset.Position(node.Pos()), p.fset.Position(node.End())
	after := site.Line > from.Line || site.Line == from.Line && (site.Column >= from.Column || site.Column == 0)
	return after && (site.Line < to.Line || site.Line == to.Line && site.Column < to.Column)
}

func (p *Package) sizeIn(file *ast.File, site Site) Size {
	if site.Moved {
		if t := p.variable(file, site); t != nil {
			return p.of(t, "")
		}
		return unknown("a variable of a function that was inlined here")
	}
	switch text := site.Text; {
	case text == "func literal":
		return p.closure(file, site)
	case text == "... argument":
		return p.variadic(file, site)
	case strings.HasPrefix(text, "append("), text == "append":
		return unknown("append: as much as it grows by")
	case strings.HasPrefix(text, "new(") && strings.HasSuffix(text, ")"):
		return p.ofTypeText(file, site, text[len("new("):len(text)-1])
	case strings.HasPrefix(text, "make("):
		return p.made(file, site)
	case strings.HasPrefix(text, "&") && strings.HasSuffix(text, "}"):
		return p.ofTypeText(file, site, literalType(text[1:]))
	}
	return p.expression(file, site)
}

// literalType is the T of T{...}.
func literalType(text string) string {
	for _, end := range []string{"{...}", "{}"} {
		if strings.HasSuffix(text, end) {
			return strings.TrimSuffix(text, end)
		}
	}
	return text
}

// ofTypeText is the size of the type that is called so at the site.
func (p *Package) ofTypeText(file *ast.File, site Site, text string) Size {
	if t := p.typeNamed(file, site, text); t != nil {
		return p.of(t, "")
	}
	return unknown("%s is not a type that is known here", text)
}

// typeNamed is nil where there is none.
func (p *Package) typeNamed(file *ast.File, site Site, text string) types.Type {
	if value, err := types.Eval(p.fset, p.types, p.position(file, site.Line), text); err == nil && value.IsType() {
		return value.Type
	}
	// What was inlined names the types of its own package, exported or not, which this file need not import.
	qualifier, name, qualified := strings.Cut(text, ".")
	if !qualified || p.types == nil {
		return nil
	}
	seen := map[*types.Package]bool{}
	queue := append([]*types.Package{p.types}, p.types.Imports()...)
	for len(queue) > 0 {
		each := queue[0]
		queue = queue[1:]
		if seen[each] {
			continue
		}
		seen[each] = true
		if found, is := each.Scope().Lookup(name).(*types.TypeName); is && each.Name() == qualifier {
			return found.Type()
		}
		queue = append(queue, each.Imports()...)
	}
	return nil
}

// position is within the line, in the innermost scope that the line is in.
func (p *Package) position(file *ast.File, line int) token.Pos {
	at := p.fset.File(file.Pos())
	if line >= at.LineCount() {
		return at.Pos(at.Size() - 1)
	}
	return at.LineStart(line+1) - 1
}

func (p *Package) variable(file *ast.File, site Site) (found types.Type) {
	ast.Inspect(file, func(node ast.Node) bool {
		// Another of that name on the line may be of a function that was inlined.
		if name, is := node.(*ast.Ident); is && name.Name == site.Text && p.isAt(name, site) {
			if object, is := p.info.Defs[name].(*types.Var); is && found == nil {
				found = object.Type()
			}
		}
		// x of `switch x := y.(type)` is a variable of its own in each clause, for the compiler where its type stands.
		if clause, is := node.(*ast.CaseClause); is && p.line(clause) <= site.Line &&
			site.Line <= p.fset.Position(clause.Colon).Line {
			if object := p.info.Implicits[clause]; object != nil && object.Name() == site.Text && found == nil {
				found = object.Type()
			}
		}
		return true
	})
	return found
}

func (p *Package) isAt(node ast.Node, site Site) bool {
	at := p.fset.Position(node.Pos())
	return at.Line == site.Line && (at.Column == site.Column || site.Column == 0)
}

func (p *Package) line(node ast.Node) int {
	return p.fset.Position(node.Pos()).Line
}

// nearest is the node of a kind that begins or ends on the site's line, and begins nearest to its column.
func nearest[T ast.Node](p *Package, file *ast.File, site Site, fits func(T) bool) (found T, is bool) {
	least := -1
	ast.Inspect(file, func(node ast.Node) bool {
		each, right := node.(T)
		if !right || !fits(each) {
			return true
		}
		at, end := p.fset.Position(each.Pos()), p.fset.Position(each.End())
		if at.Line != site.Line && end.Line != site.Line {
			return true
		}
		distance := site.Column - at.Column
		if distance < 0 {
			distance = -distance
		}
		if least < 0 || distance < least {
			found, is, least = each, true, distance
		}
		return true
	})
	return found, is
}

// made is the size of make(…), read from the compiler's own words: it may have been inlined, with constants in it.
func (p *Package) made(file *ast.File, site Site) Size {
	parsed, err := parser.ParseExpr(site.Text)
	call, is := parsed.(*ast.CallExpr)
	if err != nil || !is || len(call.Args) == 0 {
		return unknown("the compiler shortened it")
	}
	switch call.Args[0].(type) {
	case *ast.MapType, *ast.ChanType:
		return unknown("a map or channel: more than one block, as many as it needs")
	}
	t := p.typeNamed(file, site, types.ExprString(call.Args[0]))
	if t == nil {
		return unknown("%s is not a type that is known here", types.ExprString(call.Args[0]))
	}
	slice, is := t.Underlying().(*types.Slice)
	if !is {
		return unknown("a map or channel: more than one block, as many as it needs")
	}
	if len(call.Args) < 2 {
		return unknown("the compiler shortened it")
	}
	length := types.ExprString(call.Args[len(call.Args)-1])
	value, err := types.Eval(p.fset, p.types, p.position(file, site.Line), length)
	if err != nil || value.Value == nil {
		each := p.of(slice.Elem(), "")
		if each.Bytes == nil {
			return each
		}
		return unknown("as many as %s, of %d B each", length, *each.Bytes)
	}
	count, exact := constant.Int64Val(constant.ToInt(value.Value))
	if !exact {
		return unknown("%s is no length", length)
	}
	return p.array(slice.Elem(), count)
}

func (p *Package) array(element types.Type, count int64) Size {
	return p.of(types.NewArray(element, count), "")
}

// closure is a function literal: a pointer to its code, and what it captures.
func (p *Package) closure(file *ast.File, site Site) Size {
	literal, is := nearest(p, file, site, func(each *ast.FuncLit) bool { return p.line(each) == site.Line })
	if !is {
		return unknown("a closure of a function that was inlined here")
	}
	if isGeneric(file, literal) {
		return unknown(inGeneric)
	}
	fields := []*types.Var{types.NewField(literal.Pos(), p.types, "code", types.Typ[types.Uintptr], false)}
	for _, captured := range p.captured(literal) {
		t := captured.Type()
		byReference, is := p.byReference(literal, captured)
		if !is {
			return unknown("a closure of which the compiler does not say how it holds %s", captured.Name())
		}
		if byReference {
			t = types.NewPointer(t)
		}
		fields = append(fields, types.NewField(captured.Pos(), p.types, fmt.Sprint("f", len(fields)), t, false))
	}
	if len(fields) == 1 {
		return free("a function that captures nothing is read-only data")
	}
	return p.of(types.NewStruct(fields, nil), "")
}

// captured are the variables of functions around a literal that it uses.
func (p *Package) captured(literal *ast.FuncLit) (found []*types.Var) {
	seen := map[types.Object]bool{}
	ast.Inspect(literal.Body, func(node ast.Node) bool {
		name, is := node.(*ast.Ident)
		if !is {
			return true
		}
		object, is := p.info.Uses[name].(*types.Var)
		if !is || object.IsField() || seen[object] || object.Parent() == nil || object.Pkg() != p.types {
			return true
		}
		outside := object.Pos() < literal.Pos() || object.Pos() >= literal.End()
		if outside && object.Parent() != p.types.Scope() {
			seen[object] = true
			found = append(found, object)
		}
		return true
	})
	return found
}

// byReference says how a variable is captured, in the compiler's word; is: that there is one. It may place the variable
// elsewhere than go/types, as in the clauses of a switch: then what it says of the name within the function around.
func (p *Package) byReference(literal *ast.FuncLit, variable *types.Var) (byReference, is bool) {
	at := p.fset.Position(variable.Pos())
	first, last := p.around(literal)
	differ := false
	for _, each := range p.captures {
		if each.Name != variable.Name() || filepath.Base(each.File) != filepath.Base(at.Filename) {
			continue
		}
		if each.Line == at.Line && each.Column == at.Column {
			return each.ByReference, true
		}
		if first <= each.Line && each.Line <= last {
			differ = differ || is && byReference != each.ByReference
			byReference, is = each.ByReference, true
		}
	}
	return byReference, is && !differ
}

// around are the lines of the declaration that a node is in.
func (p *Package) around(node ast.Node) (first, last int) {
	for _, file := range p.files {
		for _, each := range file.Decls {
			if each.Pos() <= node.Pos() && node.Pos() < each.End() {
				return p.line(each), p.fset.Position(each.End()).Line
			}
		}
	}
	return 0, 0
}

// changes says whether a variable is assigned to after it was declared, or its address is taken.
func (p *Package) changes(file *ast.File, variable *types.Var) (changes bool) {
	is := func(expression ast.Expr) bool {
		for {
			switch each := expression.(type) {
			case *ast.ParenExpr:
				expression = each.X
			case *ast.SelectorExpr:
				if p.info.Selections[each] == nil || isPointer(p.info.Types[each.X].Type) {
					return false
				}
				expression = each.X
			case *ast.IndexExpr:
				if t := p.info.Types[each.X].Type; t == nil {
					return false
				} else if _, array := t.Underlying().(*types.Array); !array {
					return false
				}
				expression = each.X
			case *ast.Ident:
				return p.info.Uses[each] == variable
			default:
				return false
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch each := node.(type) {
		case *ast.AssignStmt:
			for _, left := range each.Lhs {
				changes = changes || is(left)
			}
		case *ast.IncDecStmt:
			changes = changes || is(each.X)
		case *ast.UnaryExpr:
			changes = changes || each.Op == token.AND && is(each.X)
		case *ast.RangeStmt:
			changes = changes || each.Tok == token.ASSIGN && (is(each.Key) || is(each.Value))
		}
		return true
	})
	return changes
}

func isPointer(t types.Type) bool {
	if t == nil {
		return false
	}
	_, is := t.Underlying().(*types.Pointer)
	return is
}

// variadic is the array behind the last parameter of a call.
func (p *Package) variadic(file *ast.File, site Site) Size {
	call, is := nearest(p, file, site, func(each *ast.CallExpr) bool {
		t, right := p.info.Types[each.Fun].Type.(*types.Signature)
		return right && t.Variadic() && each.Ellipsis == token.NoPos
	})
	if !is {
		return unknown("the arguments of a call that was inlined here")
	}
	signature := p.info.Types[call.Fun].Type.(*types.Signature)
	fixed := signature.Params().Len() - 1
	slice, is := signature.Params().At(fixed).Type().(*types.Slice)
	if !is {
		return unknown("the arguments of append")
	}
	return p.array(slice.Elem(), int64(len(call.Args)-fixed))
}

// expression is a value put behind an interface, or a literal, or text that is put together.
func (p *Package) expression(file *ast.File, site Site) Size {
	parsed, err := parser.ParseExpr(strings.ReplaceAll(site.Text, ".autotmp_", "autotmp_"))
	if err != nil {
		parsed = nil
	}
	if parsed != nil && !site.Boxed {
		switch each := unconverted(parsed).(type) {
		case *ast.BasicLit:
			return free("a constant is read-only data")
		case *ast.BinaryExpr:
			if joinsText(each) {
				return unknown("a text as long as its parts")
			}
		}
	}
	if strings.HasSuffix(site.Text, "}") {
		return p.literal(file, site)
	}
	found, is := nearest(p, file, site, func(each ast.Expr) bool {
		return p.info.Types[each].Type != nil && same(types.ExprString(each), site.Text)
	})
	if !is {
		if result := p.result(file, site, parsed); result != nil {
			return p.box(result)
		}
		return unknown("not to be seen here: of a function that was inlined, or of cgo")
	}
	value := p.info.Types[found]
	if site.Boxed {
		return p.box(value.Type)
	}
	if value.Value != nil {
		return free("a constant is read-only data")
	}
	switch each := found.(type) {
	case *ast.BinaryExpr:
		if each.Op == token.ADD && isString(value.Type) {
			return unknown("a text as long as its parts")
		}
	case *ast.CallExpr:
		if p.info.Types[each.Fun].IsType() && len(each.Args) == 1 && p.copies(value.Type, each.Args[0]) {
			return p.copied(value.Type, each.Args[0])
		}
	case *ast.SelectorExpr:
		if selection := p.info.Selections[each]; selection != nil && selection.Kind() == types.MethodVal {
			return p.methodValue(file, each, selection)
		}
	}
	size := p.box(value.Type)
	if name, is := found.(*ast.Ident); is && size.Free == "" && p.holdsConstants(file, name) {
		size.Note = constants
	}
	return size
}

// holdsConstants says whether a variable is given a literal of constants where it is declared, and never anything else.
func (p *Package) holdsConstants(file *ast.File, name *ast.Ident) (holds bool) {
	variable, is := p.info.Uses[name].(*types.Var)
	if !is || variable.Parent() == p.types.Scope() {
		return false
	}
	ast.Inspect(file, func(node ast.Node) bool {
		var left, right []ast.Expr
		switch each := node.(type) {
		case *ast.AssignStmt:
			left, right = each.Lhs, each.Rhs
		case *ast.ValueSpec:
			for _, defined := range each.Names {
				left = append(left, defined)
			}
			right = each.Values
		}
		for i := range left {
			if defined, is := left[i].(*ast.Ident); is && len(left) == len(right) && p.info.Defs[defined] == variable {
				holds = p.static(right[i])
			}
		}
		return true
	})
	return holds && !p.changes(file, variable)
}

// methodValue is x.M: a pointer to its code, and what the method has as its receiver, be it x or &x.
func (p *Package) methodValue(file *ast.File, selector *ast.SelectorExpr, selection *types.Selection) Size {
	if isGeneric(file, selector) {
		return unknown(inGeneric)
	}
	receiver := selection.Recv()
	if declared := selection.Obj().Type().(*types.Signature).Recv(); declared != nil && !types.IsInterface(receiver) {
		receiver = declared.Type()
	}
	return p.of(types.NewStruct([]*types.Var{
		types.NewField(0, p.types, "code", types.Typ[types.Uintptr], false),
		types.NewField(0, p.types, "receiver", receiver, false),
	}, nil), "")
}

// isGeneric says whether a node is in a function with type parameters, or in a method of a type that has some. What it
// makes of code may hold a dictionary besides, which says what the types are.
func isGeneric(file *ast.File, node ast.Node) bool {
	for _, each := range file.Decls {
		function, is := each.(*ast.FuncDecl)
		if !is || node.Pos() < function.Pos() || node.Pos() >= function.End() {
			continue
		}
		if function.Type.TypeParams != nil {
			return true
		}
		if function.Recv == nil || len(function.Recv.List) != 1 {
			return false
		}
		receiver := function.Recv.List[0].Type
		for {
			switch around := receiver.(type) {
			case *ast.StarExpr:
				receiver = around.X
			case *ast.ParenExpr:
				receiver = around.X
			case *ast.IndexExpr, *ast.IndexListExpr:
				return true
			default:
				return false
			}
		}
	}
	return false
}

// result is what a call gives whose receiver the compiler spells in another way than the line: (*T).M(x), for x.M().
// Nil where no call of a method of that name is on the line, or they differ in what they give.
func (p *Package) result(file *ast.File, site Site, parsed ast.Expr) (found types.Type) {
	name, is := method(parsed)
	if !is {
		return nil
	}
	differ := false
	ast.Inspect(file, func(node ast.Node) bool {
		call, is := node.(*ast.CallExpr)
		if !is || p.line(call) > site.Line || p.fset.Position(call.End()).Line < site.Line {
			return true
		}
		called, is := method(call)
		if t := p.info.Types[call].Type; is && called == name && t != nil {
			differ = differ || found != nil && !types.Identical(found, t)
			found = t
		}
		return true
	})
	if _, several := found.(*types.Tuple); differ || several {
		return nil
	}
	return found
}

// method is the M of x.M(…).
func method(expression ast.Expr) (name string, is bool) {
	call, is := expression.(*ast.CallExpr)
	if !is {
		return "", false
	}
	selector, is := call.Fun.(*ast.SelectorExpr)
	if !is {
		return "", false
	}
	return selector.Sel.Name, true
}

// box is a value of type t behind an interface. What has the size and the alignment of a number, and no pointers, is
// boxed as one.
func (p *Package) box(t types.Type) Size {
	if hasParameter(t, map[types.Type]bool{}) {
		return p.of(t, "")
	}
	if basic, is := sole(t).Underlying().(*types.Basic); is && p.sizes.Sizeof(t) == 1 &&
		basic.Info()&(types.IsBoolean|types.IsInteger) != 0 {
		return free("the runtime has a box for each value of a byte")
	}
	switch under := t.Underlying().(type) {
	case *types.Slice:
		return p.of(t, "none where it is nil")
	case *types.Basic:
		info := under.Info()
		switch {
		case info&types.IsInteger != 0:
			return p.of(t, "none where the value is 0 to 255")
		case info&types.IsFloat != 0:
			return p.of(t, "none where the value is 0")
		case info&types.IsString != 0:
			return p.of(t, "none where the text is empty")
		}
	case *types.Struct, *types.Array:
		bytes := p.sizes.Sizeof(t)
		if bytes > 1 && bytes <= 8 && p.sizes.Alignof(t) == bytes && !hasPointers(t) {
			return p.of(t, "none where its bits are those of a number from 0 to 255")
		}
	}
	return p.of(t, "")
}

// sole is what a struct of one field, or an array of one element, consists of.
func sole(t types.Type) types.Type {
	switch under := t.Underlying().(type) {
	case *types.Struct:
		if under.NumFields() == 1 {
			return sole(under.Field(0).Type())
		}
	case *types.Array:
		if under.Len() == 1 {
			return sole(under.Elem())
		}
	}
	return t
}

// literal is T{…}: the array of a slice, a struct that is put behind an interface.
func (p *Package) literal(file *ast.File, site Site) Size {
	name := literalType(site.Text)
	t := p.typeNamed(file, site, name)
	found, is := nearest(p, file, site, func(each *ast.CompositeLit) bool {
		literal := p.info.Types[each].Type
		return literal != nil && (t == nil || types.Identical(literal, t))
	})
	if is && t == nil {
		t = p.info.Types[found].Type
	}
	if t == nil {
		return unknown("%s is not a type that is known here", name)
	}
	switch under := t.Underlying().(type) {
	case *types.Slice:
		if !is {
			return unknown("a literal that does not stand here, as of a function that was inlined")
		}
		return p.array(under.Elem(), p.length(found))
	case *types.Map:
		return unknown("a map: more than one block, as many as it needs")
	}
	size := p.box(t)
	if size.Free == "" && (strings.HasSuffix(site.Text, "{}") || is && p.static(found)) {
		size.Note = constants
	}
	return size
}

// length is how many elements a literal has: the greatest index and one more.
func (p *Package) length(literal *ast.CompositeLit) (most int64) {
	next := int64(0)
	for _, element := range literal.Elts {
		if pair, keyed := element.(*ast.KeyValueExpr); keyed {
			if value := p.info.Types[pair.Key].Value; value != nil {
				next, _ = constant.Int64Val(constant.ToInt(value))
			}
		}
		next++
		if next > most {
			most = next
		}
	}
	return most
}

func (p *Package) static(expression ast.Expr) bool {
	literal, is := expression.(*ast.CompositeLit)
	if !is {
		return p.info.Types[expression].Value != nil
	}
	for _, element := range literal.Elts {
		if pair, keyed := element.(*ast.KeyValueExpr); keyed {
			element = pair.Value
		}
		if !p.static(element) {
			return false
		}
	}
	return true
}

// copies says whether a conversion to t is of text to bytes or runes, or back; no other allocates by itself.
func (p *Package) copies(t types.Type, from ast.Expr) bool {
	source := p.info.Types[from].Type
	return source != nil && (isString(t) || isString(source)) && isString(t) != isString(source)
}

// copied is the copy of what is converted to t. The compiler knows how many bytes a constant has.
func (p *Package) copied(t types.Type, from ast.Expr) Size {
	slice, is := t.Underlying().(*types.Slice)
	if text := p.info.Types[from].Value; is && text != nil && isByte(slice.Elem()) {
		return p.array(slice.Elem(), int64(len(constant.StringVal(text))))
	}
	return unknown("a copy as long as what is converted")
}

// unconverted is what conversions, as the compiler spells them out, are of: "x" of (interface {})(string("x")).
func unconverted(expression ast.Expr) ast.Expr {
	for {
		call, is := expression.(*ast.CallExpr)
		if !is || len(call.Args) != 1 {
			return expression
		}
		to := call.Fun
		if inner, is := to.(*ast.ParenExpr); is {
			to = inner.X
		}
		switch each := to.(type) {
		case *ast.InterfaceType:
		case *ast.Ident:
			if types.Universe.Lookup(each.Name) == nil {
				return expression
			}
		default:
			return expression
		}
		expression = call.Args[0]
	}
}

// joinsText says whether one of the parts of a sum is a text in the program.
func joinsText(sum *ast.BinaryExpr) bool {
	for _, part := range []ast.Expr{sum.X, sum.Y} {
		switch each := part.(type) {
		case *ast.BasicLit:
			if each.Kind == token.STRING && sum.Op == token.ADD {
				return true
			}
		case *ast.BinaryExpr:
			if joinsText(each) {
				return true
			}
		}
	}
	return false
}

// same compares as the compiler spells it, which puts other spaces and parentheses than people do.
func same(ours, compilers string) bool {
	bare := strings.NewReplacer(" ", "", "(", "", ")", "")
	return bare.Replace(ours) == bare.Replace(compilers)
}

func isByte(t types.Type) bool {
	basic, is := t.Underlying().(*types.Basic)
	return is && basic.Kind() == types.Byte
}

func isString(t types.Type) bool {
	basic, is := t.Underlying().(*types.Basic)
	return is && basic.Info()&types.IsString != 0
}
