package pairs

import (
	"strconv"
	"unsafe"
)

// Where does it stop paying to keep an array on the stack?
//
// Go's rule: make with a constant size stays in the frame up to 64 KiB, 8192 of these elements; above, and with a size
// that the compiler does not know, it goes to the heap even where nobody keeps it (newer versions spare some small ones). A
// variable of array type may be larger. Unlike C's, arrays are
// zeroed on either side, so that a large one of which the first element is used is not for nothing.

//go:noinline
func returned64() []uint64 { return make([]uint64, 64) } // heap

//go:noinline
func returned1024() []uint64 { return make([]uint64, 1024) } // heap

//go:noinline
func returned8192() []uint64 { return make([]uint64, 8192) } // heap

//go:noinline
func returnedOf(n int) []uint64 { return make([]uint64, n) } // heap

func use(array []uint64, used int, seed uint64) uint64 {
	Fill(unsafe.Pointer(&array[0]), uintptr(used)*8, seed)
	return Consume(unsafe.Pointer(&array[0]), uintptr(used)*8)
}

// fixed: the size is a constant.

func fixed64Stack(seed uint64) uint64 {
	array := make([]uint64, 64) // stack
	return use(array, 1, seed)
}

func fixed64Heap(seed uint64) uint64 {
	array := returned64()
	return use(array, 1, seed)
}

func fixed1024Stack(seed uint64) uint64 {
	array := make([]uint64, 1024) // stack
	return use(array, 1024, seed)
}

func fixed1024Heap(seed uint64) uint64 {
	array := returned1024()
	return use(array, 1024, seed)
}

func fixed8192FirstStack(seed uint64) uint64 {
	array := make([]uint64, 8192) // stack
	return use(array, 1, seed)
}

func fixed8192FirstHeap(seed uint64) uint64 {
	array := returned8192()
	return use(array, 1, seed)
}

func fixed8192AllStack(seed uint64) uint64 {
	array := make([]uint64, 8192) // stack
	return use(array, 8192, seed)
}

func fixed8192AllHeap(seed uint64) uint64 {
	array := returned8192()
	return use(array, 8192, seed)
}

// One element more, and make goes to the heap by itself; an array does not.

func fixed8193FirstStack(seed uint64) uint64 {
	var array [8193]uint64 // stack
	return use(array[:], 1, seed)
}

func fixed8193FirstHeap(seed uint64) uint64 {
	array := make([]uint64, 8193) // heap
	return use(array, 1, seed)
}

func fixed8193AllStack(seed uint64) uint64 {
	var array [8193]uint64 // stack
	return use(array[:], 8193, seed)
}

func fixed8193AllHeap(seed uint64) uint64 {
	array := make([]uint64, 8193) // heap
	return use(array, 8193, seed)
}

// vla: the size is known at run time. Go has no such arrays on the stack; what one does instead is to keep one that is
// large enough for most, and to use part of it.

var elements8192 = 8192

func vlaFirstStack(seed uint64) uint64 {
	n := elements8192
	var largest [8192]uint64 // stack
	return use(largest[:n], 1, seed)
}

func vlaFirstHeap(seed uint64) uint64 {
	n := elements8192
	array := returnedOf(n)
	return use(array, 1, seed)
}

func vlaAllStack(seed uint64) uint64 {
	n := elements8192
	var largest [8192]uint64 // stack
	return use(largest[:n], n, seed)
}

func vlaAllHeap(seed uint64) uint64 {
	n := elements8192
	array := returnedOf(n)
	return use(array, n, seed)
}

func array(variant string, elements int, touch, how, profile string, stack, heap Operation) Pair {
	n := strconv.Itoa(elements)
	return Pair{
		"array_size", variant, n + "/" + touch, "elements=" + n + ";touch=" + touch, 8 * elements,
		n + " elements of 8 bytes (used: " + touch + "); " + how, profile, stack, heap, 1,
	}
}

const (
	fits    = "make of a constant size, in the frame or returned to the caller."
	exceeds = "a variable of array type against make, which takes that much from the heap."
	varies  = "part of an array in the frame, or make of a size known at run time."
)

var arraySize = []Pair{
	array("fixed", 64, "first", fits, "quick", fixed64Stack, fixed64Heap),
	array("fixed", 1024, "all", fits, "full", fixed1024Stack, fixed1024Heap),
	array("fixed", 8192, "first", fits, "smoke", fixed8192FirstStack, fixed8192FirstHeap),
	array("fixed", 8192, "all", fits, "quick", fixed8192AllStack, fixed8192AllHeap),
	array("fixed", 8193, "first", exceeds, "quick", fixed8193FirstStack, fixed8193FirstHeap),
	array("fixed", 8193, "all", exceeds, "full", fixed8193AllStack, fixed8193AllHeap),
	array("vla", 8192, "first", varies, "quick", vlaFirstStack, vlaFirstHeap),
	array("vla", 8192, "all", varies, "full", vlaAllStack, vlaAllHeap),
}
