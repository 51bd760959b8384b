// Package boxed_value asks: what does it cost to put a value behind an interface?
package boxed_value

// Kept is the interface that every value ends in.
var Kept any

// Pair is larger than a word.
type Pair struct {
	First, Second uint64
}

// Constant is read-only data, whatever its size.
//
//go:noinline
func Constant() {
	Kept = 12345
}

// SmallInt takes the runtime's ready-made box where the value is below 256, as the benchmark's is.
//
//go:noinline
func SmallInt(n int) {
	Kept = n
}

// LargeInt is the same code; the benchmark's value is above 255.
//
//go:noinline
func LargeInt(n int) {
	Kept = n
}

// Byte has a ready-made box for each of its values.
//
//go:noinline
func Byte(n byte) {
	Kept = n
}

// ZeroSize is nothing to allocate.
//
//go:noinline
func ZeroSize(nothing struct{}) {
	Kept = nothing
}

// Pointer fits into the interface itself, and is no box.
//
//go:noinline
func Pointer(pair *Pair) {
	Kept = pair
}

// Struct is always allocated.
//
//go:noinline
func Struct(pair Pair) {
	Kept = pair
}

// Text allocates its header of 16 bytes: its bytes stay where they are.
//
//go:noinline
func Text(text string) {
	Kept = text
}
