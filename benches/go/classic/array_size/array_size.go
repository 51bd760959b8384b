// Package array_size asks: from which size on does the compiler move an array to the heap?
package array_size

// Make8192 is 64 KiB, the largest that make leaves on the stack.
//
//go:noinline
func Make8192(seed int) int {
	array := make([]int, 8192)
	return sum(array, seed)
}

// Make8193 is 8 bytes larger.
//
//go:noinline
func Make8193(seed int) int {
	array := make([]int, 8193)
	return sum(array, seed)
}

// MakeN is as large as its caller asks for; the benchmark asks for 64.
//
//go:noinline
func MakeN(n, seed int) int {
	array := make([]int, n)
	return sum(array, seed)
}

// MakeFew is the same code; its benchmark asks for 4. Go 1.25 and newer have 32 bytes on the stack for each, say that
// neither escapes, and take a block where that is not enough.
//
//go:noinline
func MakeFew(n, seed int) int {
	array := make([]int, n)
	return sum(array, seed)
}

// Make64 is as large as what MakeN is asked for, and the compiler knows it.
//
//go:noinline
func Make64(seed int) int {
	array := make([]int, 64)
	return sum(array, seed)
}

// Var8193 declares its array: a variable may have more than what make leaves on the stack (10 MB; 128 KB in newer
// versions of Go).
//
//go:noinline
func Var8193(seed int) int {
	var array [8193]int
	return sum(array[:], seed)
}

//go:noinline
func sum(array []int, seed int) int {
	total := 0
	for i := range array {
		array[i] = seed + i
		total += array[i]
	}
	return total
}
