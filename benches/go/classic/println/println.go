// Package println asks: what does it cost to hand a value to fmt.Println?
package println

import "fmt"

// Text hands over a constant. The compiler calls it escaping; it is in the program's read-only data, and costs nothing.
//
//go:noinline
func Text() {
	fmt.Println("abc")
}

// Number hands over a number, whose box is allocated.
//
//go:noinline
func Number(n int) {
	fmt.Println(n)
}

// TextAndNumber does both in one line, at one column: only the text tells them apart.
//
//go:noinline
func TextAndNumber(n int) {
	fmt.Println("abc", n)
}
