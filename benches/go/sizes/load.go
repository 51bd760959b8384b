package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Package is a package whose types are known.
type Package struct {
	folder string
	files  map[string]*ast.File // by name within the folder
	fset   *token.FileSet
	types  *types.Package
	info   *types.Info
	sizes  types.Sizes

	captures []Capture // what the compiler says of how variables are captured
}

// listed is what `go list -json` says of a package.
type listed struct {
	Dir, ImportPath, Export string
	GoFiles, CgoFiles       []string
	ImportMap               map[string]string
	DepOnly                 bool
	Error                   *struct{ Err string }
}

// load parses and checks the package in a folder. Of what it imports, the compiler's export data is enough.
func load(folder string) (*Package, error) {
	own, exports, err := list(folder)
	if err != nil {
		return nil, err
	}
	result := &Package{
		folder: folder, files: map[string]*ast.File{}, fset: token.NewFileSet(),
		info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
			Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
			Implicits: map[ast.Node]types.Object{},
		},
		sizes: layout{types.SizesFor("gc", runtime.GOARCH)},
	}
	var files []*ast.File
	for _, name := range append(own.GoFiles, own.CgoFiles...) {
		file, err := parser.ParseFile(result.fset, filepath.Join(own.Dir, name), nil, 0)
		if err != nil {
			return nil, err
		}
		result.files[name] = file
		files = append(files, file)
	}
	lookup := func(path string) (io.ReadCloser, error) {
		if mapped, is := own.ImportMap[path]; is {
			path = mapped
		}
		if exports[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(exports[path])
	}
	// What does not check, as cgo's C does not, has no known size; the rest has.
	config := types.Config{
		Importer: importer.ForCompiler(result.fset, "gc", lookup), Sizes: result.sizes, FakeImportC: true,
		Error: func(error) {},
	}
	result.types, _ = config.Check(own.ImportPath, result.fset, files, result.info)
	return result, nil
}

func list(folder string) (own listed, exports map[string]string, err error) {
	command := exec.Command("go", "list", "-export", "-deps", "-e", "-json", ".")
	command.Dir = folder
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		return own, nil, errors.New(said.String())
	}
	exports = map[string]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var each listed
		if err := decoder.Decode(&each); err == io.EOF {
			break
		} else if err != nil {
			return own, nil, err
		}
		exports[each.ImportPath] = each.Export
		if !each.DepOnly {
			own = each
		}
	}
	if own.Error != nil {
		return own, nil, errors.New(own.Error.Err)
	}
	return own, exports, nil
}
