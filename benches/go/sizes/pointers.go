package main

import "go/types"

// hasPointers says whether the collector must look into a value of type t.
func hasPointers(t types.Type) bool {
	switch under := t.Underlying().(type) {
	case *types.Basic:
		return under.Kind() == types.UnsafePointer || under.Info()&types.IsString != 0
	case *types.Array:
		return under.Len() > 0 && hasPointers(under.Elem())
	case *types.Struct:
		for i := 0; i < under.NumFields(); i++ {
			if hasPointers(under.Field(i).Type()) {
				return true
			}
		}
		return false
	}
	return true
}

// hasParameter says whether the size of t depends on a type parameter. seen ends types that contain themselves.
func hasParameter(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch each := t.(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for i := 0; i < each.TypeArgs().Len(); i++ {
			if hasParameter(each.TypeArgs().At(i), seen) {
				return true
			}
		}
		return hasParameter(each.Underlying(), seen)
	case *types.Array:
		return hasParameter(each.Elem(), seen)
	case *types.Struct:
		for i := 0; i < each.NumFields(); i++ {
			if hasParameter(each.Field(i).Type(), seen) {
				return true
			}
		}
	}
	return false
}
