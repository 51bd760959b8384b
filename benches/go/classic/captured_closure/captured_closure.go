// Package captured_closure asks: what does it cost to capture a variable?
package captured_closure

// Counter returns a closure that changes what it captured: both live on.
//
//go:noinline
func Counter() func() int {
	count := 0
	return func() int {
		count++
		return count
	}
}

// Adder returns a closure that only reads what it captured, so that it holds a copy.
//
//go:noinline
func Adder(start int) func() int {
	return func() int {
		return start + 1
	}
}

// CountsHere calls its closure and forgets it.
//
//go:noinline
func CountsHere(times int) int {
	count := 0
	step := func() {
		count++
	}
	repeat(times, step)
	return count
}

//go:noinline
func repeat(times int, step func()) {
	for i := 0; i < times; i++ {
		step()
	}
}
