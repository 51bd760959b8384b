// Package pairs has the same work twice: once with its memory on the stack, once on the heap.
//
// Each file is the twin of a file of the same name in benches/: the cases have the same names, the same bytes, the same
// fill and consumer. What differs between the two sides of a pair is what makes Go's escape analysis decide otherwise,
// and nothing else. escape_test.go holds every side to the compiler's verdict, pairs_test.go to the allocations it counts.
package pairs

// An Operation does the work of one side once. Every word that it writes is a function of seed; it returns the sum of
// what it read, which is the same on both sides.
type Operation func(seed uint64) uint64

// A Pair is one case.
type Pair struct {
	Scenario, Variant, Point string
	Params                   string // other parameters: "elements=8192;touch=all", as in measurements.csv
	Bytes                    int    // of payload in one operation
	Explains                 string // one sentence: what is compared with what
	Profile                  string // the smallest profile that has it: smoke, quick or full
	Stack, Heap              Operation
	Allocations              float64 // that one operation of Heap makes, on average; Stack makes none
}

// Name is the case's name: scenario/variant/point.
func (pair Pair) Name() string {
	return pair.Scenario + "/" + pair.Variant + "/" + pair.Point
}

// All lists every pair, scenario by scenario.
func All() []Pair {
	var all []Pair
	for _, some := range [][]Pair{returnedPointer, boxedValue, arraySize, capturedClosure} {
		all = append(all, some...)
	}
	return all
}

// Run does operations with the seeds 0, 1, 2 … and returns the sum of their results. Operations are called by their
// address, so that none of them is inlined: each opens a frame of its own, and nothing can be moved out of the loop.
//
//go:noinline
func Run(operation Operation, operations int) uint64 {
	sum := uint64(0)
	for seed := uint64(0); seed < uint64(operations); seed++ {
		sum += operation(seed)
	}
	return sum
}
