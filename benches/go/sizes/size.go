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

// The compiler captures what is no larger, in bytes, and never changes, by value.
const largestCaptured = 128

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
		return unknown("generic: each instance has a size of its own")
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
	if found.Bytes != nil && found.Free == "" && p.atStart(file, site.Line) {
		found.Note = strings.TrimPrefix(found.Note+"; once at most, when the program starts", "; ")
	}
	return found
}

// atStart says whether a line is of a variable of the package, which is made once, or is data already.
func (p *Package) atStart(file *ast.File, line int) bool {
	for _, each := range file.Decls {
		declared, is := each.(*ast.GenDecl)
		if is && declared.Tok == token.VAR && p.line(each) <= line && line <= p.fset.Position(each.End()).Line {
			return true
		}
	}
	return false
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
		if name, is := node.(*ast.Ident); is && name.Name == site.Text && p.line(name) == site.Line {
			if object, is := p.info.Defs[name].(*types.Var); is && found == nil {
				found = object.Type()
			}
		}
		return true
	})
	if found == nil { // x of `switch x := y.(type)` is defined by each of its clauses
		for node, value := range p.info.Types {
			if name, is := node.(*ast.Ident); is && name.Name == site.Text && p.line(name) == site.Line && value.Type != nil {
				found = value.Type
			}
		}
	}
	return found
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
		return unknown("as many as %s, of %d B each", length, p.sizes.Sizeof(slice.Elem()))
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
	fields := []*types.Var{types.NewField(literal.Pos(), p.types, "code", types.Typ[types.Uintptr], false)}
	for _, captured := range p.captured(literal) {
		t := captured.Type()
		if p.sizes.Sizeof(t) > largestCaptured || p.changes(file, captured) {
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
	if parsed, err := parser.ParseExpr(site.Text); err == nil {
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
		return unknown("not to be seen here: of a function that was inlined, or of cgo")
	}
	value := p.info.Types[found]
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
			return unknown("a copy as long as what is converted")
		}
	case *ast.SelectorExpr:
		if selection := p.info.Selections[each]; selection != nil && selection.Kind() == types.MethodVal {
			return p.of(types.NewStruct([]*types.Var{
				types.NewField(0, p.types, "code", types.Typ[types.Uintptr], false),
				types.NewField(0, p.types, "receiver", selection.Recv(), false),
			}, nil), "")
		}
	}
	return p.box(value.Type)
}

// box is a value of type t behind an interface.
func (p *Package) box(t types.Type) Size {
	basic, is := t.Underlying().(*types.Basic)
	if !is {
		return p.of(t, "")
	}
	if info := basic.Info(); info&types.IsBoolean != 0 || info&types.IsInteger != 0 && p.sizes.Sizeof(t) == 1 {
		return free("the runtime has a box for each value of a byte")
	} else if info&types.IsInteger != 0 {
		return p.of(t, "none where the value is 0 to 255")
	} else if info&types.IsString != 0 {
		return p.of(t, "none where the text is empty")
	}
	return p.of(t, "")
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
			return unknown("a literal of a function that was inlined here")
		}
		return p.array(under.Elem(), p.length(found))
	case *types.Map:
		return unknown("a map: more than one block, as many as it needs")
	}
	size := p.box(t)
	if is && size.Free == "" && p.static(found) {
		size.Note = "a literal of constants, which some versions of Go have as read-only data"
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

func isString(t types.Type) bool {
	basic, is := t.Underlying().(*types.Basic)
	return is && basic.Info()&types.IsString != 0
}
