package pairs

import "unsafe"

// What does it cost when a closure's variables outlive the call that made it?
//
// As with boxes: the stack's closure is handed to a function that the compiler knows, the heap's to one that it does not.

//go:noinline
func call(closure func() uint64) uint64 { return closure() }

//go:noinline
func callTimes(closure func() uint64, calls int) uint64 {
	sum := uint64(0)
	for ; calls > 0; calls-- {
		sum += closure()
	}
	return sum
}

var (
	callUnknown      = call
	callTimesUnknown = callTimes
)

type captured32 struct{ words [4]uint64 }

//go:noinline
func capture(seed uint64) captured32 {
	var made captured32
	Fill(unsafe.Pointer(&made), 32, seed)
	return made
}

// by_value: nobody changes the variable after the closure is made, so its 32 bytes are copied into the closure.

func byValueClosureStack(seed uint64) uint64 {
	captured := capture(seed)
	return call(func() uint64 { // stack
		mine := captured
		return Consume(unsafe.Pointer(&mine), 32)
	})
}

func byValueClosureHeap(seed uint64) uint64 {
	captured := capture(seed)
	return callUnknown(func() uint64 { // heap
		mine := captured
		return Consume(unsafe.Pointer(&mine), 32)
	})
}

// by_reference: its address is taken, so the closure refers to it; on the heap that is two blocks.

func byReferenceStack(seed uint64) uint64 {
	var captured captured32 // stack
	Fill(unsafe.Pointer(&captured), 32, seed)
	return call(func() uint64 { // stack
		return Consume(unsafe.Pointer(&captured), 32)
	})
}

func byReferenceHeap(seed uint64) uint64 {
	var captured captured32 // heap
	Fill(unsafe.Pointer(&captured), 32, seed)
	return callUnknown(func() uint64 { // heap
		return Consume(unsafe.Pointer(&captured), 32)
	})
}

// counter: a function returns a closure that counts in its first word. The stack's side is what remains of it when the
// compiler has inlined the function into its caller, as it does with small ones; by hand, because how small changes.

//go:noinline
func tick(count *captured32) uint64 {
	count.words[0]++
	return Consume(unsafe.Pointer(count), 32)
}

//go:noinline
func counterReturned(count captured32) func() uint64 { // heap
	return func() uint64 { return tick(&count) } // heap
}

func counterStack(seed uint64) uint64 {
	count := capture(seed)                             // stack
	return call(func() uint64 { return tick(&count) }) // stack
}

func counterHeap(seed uint64) uint64 {
	return call(counterReturned(capture(seed)))
}

// call_many: made once, called many times: how soon has the allocation paid off?

func call10Stack(seed uint64) uint64 {
	captured := capture(seed)
	return callTimes(func() uint64 { // stack
		mine := captured
		return Consume(unsafe.Pointer(&mine), 32)
	}, 10)
}

func call10Heap(seed uint64) uint64 {
	captured := capture(seed)
	return callTimesUnknown(func() uint64 { // heap
		mine := captured
		return Consume(unsafe.Pointer(&mine), 32)
	}, 10)
}

func call1000Stack(seed uint64) uint64 {
	captured := capture(seed)
	return callTimes(func() uint64 { // stack
		mine := captured
		return Consume(unsafe.Pointer(&mine), 32)
	}, 1000)
}

func call1000Heap(seed uint64) uint64 {
	captured := capture(seed)
	return callTimesUnknown(func() uint64 { // heap
		mine := captured
		return Consume(unsafe.Pointer(&mine), 32)
	}, 1000)
}

func closure(variant, point, params, explains, profile string, stack, heap Operation, allocations float64) Pair {
	return Pair{"captured_closure", variant, point, params, 32, explains, profile, stack, heap, allocations}
}

var capturedClosure = []Pair{
	closure("by_value", "32", "", "A closure that copied 32 bytes is called once, by a function that keeps nothing, or might.",
		"smoke", byValueClosureStack, byValueClosureHeap, 1),
	closure("by_reference", "32", "", "A closure refers to a 32-byte variable: both in the frame, or two blocks.",
		"quick", byReferenceStack, byReferenceHeap, 2),
	closure("counter", "32", "", "A function returns a counting closure of 32 bytes: inlined into its caller, or two blocks.",
		"smoke", counterStack, counterHeap, 2),
	closure("call_many", "32/calls10", "calls=10", "A closure over 32 bytes is made once and called 10 times.",
		"quick", call10Stack, call10Heap, 1),
	closure("call_many", "32/calls1000", "calls=1000", "A closure over 32 bytes is made once and called 1000 times.",
		"full", call1000Stack, call1000Heap, 1),
}
