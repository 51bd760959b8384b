package main

import "go/types"

// layout is how the compiler lays values out. Before Go 1.21, go/types leaves out what pads a struct at its end.
type layout struct {
	types.Sizes
}

func (l layout) Sizeof(t types.Type) int64 {
	switch under := t.Underlying().(type) {
	case *types.Array:
		if under.Len() <= 0 {
			return 0
		}
		return under.Len() * l.Sizeof(under.Elem())
	case *types.Struct:
		_, end := l.fields(fieldsOf(under))
		return rounded(end, l.Alignof(t))
	}
	return l.Sizes.Sizeof(t)
}

func (l layout) Offsetsof(fields []*types.Var) []int64 {
	offsets, _ := l.fields(fields)
	return offsets
}

// fields is where each begins, and where the last one ends. One without size at the end takes a byte, so that its
// address is not the next block's.
func (l layout) fields(fields []*types.Var) (offsets []int64, end int64) {
	for i, field := range fields {
		at, size := rounded(end, l.Alignof(field.Type())), l.Sizeof(field.Type())
		if i == len(fields)-1 && at > 0 && size == 0 {
			size = 1
		}
		offsets, end = append(offsets, at), at+size
	}
	return offsets, end
}

func fieldsOf(t *types.Struct) []*types.Var {
	fields := make([]*types.Var, t.NumFields())
	for i := range fields {
		fields[i] = t.Field(i)
	}
	return fields
}

func rounded(size, alignment int64) int64 {
	return (size + alignment - 1) / alignment * alignment
}
