package pairs

import "unsafe"

// What does it cost to return a pointer instead of a value?

// A value of so many bytes, like the structs of benches/returned_pointer.c.
type (
	value8    struct{ words [1]uint64 }
	value64   struct{ words [8]uint64 }
	value1024 struct{ words [128]uint64 }
	value4096 struct{ words [512]uint64 }
)

// by_value: `func make() T` against `func make() *T`.

//go:noinline
func makeValue[T any](seed uint64) T {
	var made T // stack
	Fill(unsafe.Pointer(&made), unsafe.Sizeof(made), seed)
	return made
}

//go:noinline
func makePointer[T any](seed uint64) *T {
	made := new(T) // heap
	Fill(unsafe.Pointer(made), unsafe.Sizeof(*made), seed)
	return made
}

func byValueStack[T any](seed uint64) uint64 {
	mine := makeValue[T](seed) // stack
	return Consume(unsafe.Pointer(&mine), unsafe.Sizeof(mine))
}

func byValueHeap[T any](seed uint64) uint64 {
	made := makePointer[T](seed)
	return Consume(unsafe.Pointer(made), unsafe.Sizeof(*made))
}

// out_param: the caller lends its own variable, against the callee allocating on its behalf.

//go:noinline
func fillLent[T any](lent *T, seed uint64) bool {
	Fill(unsafe.Pointer(lent), unsafe.Sizeof(*lent), seed)
	return true
}

//go:noinline
func fillMade[T any](made **T, seed uint64) bool {
	value := new(T) // heap
	Fill(unsafe.Pointer(value), unsafe.Sizeof(*value), seed)
	*made = value
	return true
}

func outParamStack[T any](seed uint64) uint64 {
	var mine T // stack
	if !fillLent(&mine, seed) {
		return 0
	}
	return Consume(unsafe.Pointer(&mine), unsafe.Sizeof(mine))
}

func outParamHeap[T any](seed uint64) uint64 {
	var made *T
	if !fillMade(&made, seed) {
		return 0
	}
	return Consume(unsafe.Pointer(made), unsafe.Sizeof(*made))
}

// chain: the result is handed up through depth calls, none of which looks at it.

//go:noinline
func valueChain(seed uint64, depth int) value64 {
	if depth > 1 {
		return valueChain(seed, depth-1)
	}
	return makeValue[value64](seed)
}

//go:noinline
func pointerChain(seed uint64, depth int) *value64 {
	if depth > 1 {
		return pointerChain(seed, depth-1)
	}
	return makePointer[value64](seed)
}

func chainStack(seed uint64) uint64 {
	mine := valueChain(seed, 8) // stack
	return Consume(unsafe.Pointer(&mine), unsafe.Sizeof(mine))
}

func chainHeap(seed uint64) uint64 {
	made := pointerChain(seed, 8)
	return Consume(unsafe.Pointer(made), unsafe.Sizeof(*made))
}

func byValue[T any](point, profile string) Pair {
	var value T
	return Pair{
		"returned_pointer", "by_value", point, "", int(unsafe.Sizeof(value)),
		"A callee returns a struct of " + point + " bytes by value, or a pointer to a new one.", profile,
		byValueStack[T], byValueHeap[T], 1,
	}
}

func outParam[T any](point, profile string) Pair {
	var value T
	return Pair{
		"returned_pointer", "out_param", point, "", int(unsafe.Sizeof(value)),
		"A callee fills a variable of " + point + " bytes in the caller's frame, or hands back a new one.", profile,
		outParamStack[T], outParamHeap[T], 1,
	}
}

var returnedPointer = []Pair{
	byValue[value8]("8", "quick"),
	byValue[value64]("64", "smoke"),
	byValue[value1024]("1024", "quick"),
	byValue[value4096]("4096", "full"),
	outParam[value64]("64", "quick"),
	{
		"returned_pointer", "chain", "64/d8", "depth=8", 64,
		"A 64-byte result is handed up through 8 calls, as a value or as a pointer.", "quick",
		chainStack, chainHeap, 1,
	},
}
