package pairs

import "unsafe"

// What does it cost to box a value so that anything can be passed?
//
// Both sides box the same value for the same consumer. The stack's calls it by name: the compiler sees that it keeps
// nothing, and boxes in the frame. The heap's calls it through a variable, where anything might be: the box escapes.

//go:noinline
func consumeAny(value any) uint64 {
	switch value := value.(type) {
	case uint64:
		return Consume(unsafe.Pointer(&value), 8)
	case value64:
		return Consume(unsafe.Pointer(&value), 64)
	}
	return 0
}

//go:noinline
func consumeAll(values ...any) uint64 {
	sum := uint64(0)
	for _, value := range values {
		sum += consumeAny(value)
	}
	return sum
}

var (
	consumeUnknown    = consumeAny
	consumeAllUnknown = consumeAll
)

// Integers up to 255 are boxed for free, so these are above.
const large = 256

// interface: one value is boxed and passed on.

func interface8Stack(seed uint64) uint64 {
	var value uint64
	Fill(unsafe.Pointer(&value), 8, seed+large)
	return consumeAny(value) // stack
}

func interface8Heap(seed uint64) uint64 {
	var value uint64
	Fill(unsafe.Pointer(&value), 8, seed+large)
	return consumeUnknown(value) // heap
}

func interface64Stack(seed uint64) uint64 {
	var value value64
	Fill(unsafe.Pointer(&value), 64, seed)
	return consumeAny(value) // stack
}

func interface64Heap(seed uint64) uint64 {
	var value value64
	Fill(unsafe.Pointer(&value), 64, seed)
	return consumeUnknown(value) // heap
}

// small_int: integers below 256 escape, and yet allocate nothing: the runtime has a table of them.

// mixed is a number that looks drawn, the same for the same seed, without a branch; as ht_mixed in harness/bench.h.
func mixed(seed uint64) uint64 {
	seed *= 0x9e3779b97f4a7c15
	seed ^= seed >> 32
	return seed * 0xd6e8feb86659fd93
}

// Integers in [base, base + mask].
func nextInt(seed, mask, base uint64) uint64 { return mixed(seed)>>40&mask + base }

func hit0Stack(seed uint64) uint64 {
	var value uint64
	Fill(unsafe.Pointer(&value), 8, nextInt(seed, 255, 256))
	return consumeAny(value) // stack
}

func hit0Heap(seed uint64) uint64 {
	var value uint64
	Fill(unsafe.Pointer(&value), 8, nextInt(seed, 255, 256))
	return consumeUnknown(value) // heap
}

func hit50Stack(seed uint64) uint64 {
	var value uint64
	Fill(unsafe.Pointer(&value), 8, nextInt(seed, 511, 0))
	return consumeAny(value) // stack
}

func hit50Heap(seed uint64) uint64 {
	var value uint64
	Fill(unsafe.Pointer(&value), 8, nextInt(seed, 511, 0))
	return consumeUnknown(value) // heap
}

func hit100Stack(seed uint64) uint64 {
	var value uint64
	Fill(unsafe.Pointer(&value), 8, nextInt(seed, 255, 0))
	return consumeAny(value) // stack
}

func hit100Heap(seed uint64) uint64 {
	var value uint64
	Fill(unsafe.Pointer(&value), 8, nextInt(seed, 255, 0))
	return consumeUnknown(value) // heap
}

// variadic: four boxed arguments of one call, as fmt.Println has them. The slice that holds them escapes too.

func variadicStack(seed uint64) uint64 {
	var a, b, c, d uint64
	Fill(unsafe.Pointer(&a), 8, seed+large)
	Fill(unsafe.Pointer(&b), 8, seed+large+1)
	Fill(unsafe.Pointer(&c), 8, seed+large+2)
	Fill(unsafe.Pointer(&d), 8, seed+large+3)
	return consumeAll(a, b, c, d) // stack
}

func variadicHeap(seed uint64) uint64 {
	var a, b, c, d uint64
	Fill(unsafe.Pointer(&a), 8, seed+large)
	Fill(unsafe.Pointer(&b), 8, seed+large+1)
	Fill(unsafe.Pointer(&c), 8, seed+large+2)
	Fill(unsafe.Pointer(&d), 8, seed+large+3)
	return consumeAllUnknown(a, b, c, d) // heap
}

func boxed(variant, point, params string, bytes int, explains, profile string, stack, heap Operation, allocations float64) Pair {
	return Pair{"boxed_value", variant, point, params, bytes, explains, profile, stack, heap, allocations}
}

var boxedValue = []Pair{
	boxed("interface", "8", "", 8, "An integer in an interface: boxed in the frame, or on the heap.", "smoke",
		interface8Stack, interface8Heap, 1),
	boxed("interface", "64", "", 64, "A struct of 64 bytes in an interface: boxed in the frame, or on the heap.", "quick",
		interface64Stack, interface64Heap, 1),
	boxed("small_int", "hit0", "hit_percent=0", 8, "Integers in interfaces, none of them below 256.", "full",
		hit0Stack, hit0Heap, 1),
	boxed("small_int", "hit50", "hit_percent=50", 8, "Integers in interfaces, half of them below 256 and boxed for free.", "full",
		hit50Stack, hit50Heap, 0.5),
	boxed("small_int", "hit100", "hit_percent=100", 8, "Integers in interfaces, all of them below 256 and boxed for free.", "quick",
		hit100Stack, hit100Heap, 0),
	boxed("variadic", "k4", "arguments=4", 32, "4 integers as arguments of any type; boxes and slice in the frame, or on the heap.", "quick",
		variadicStack, variadicHeap, 5),
}
