// Package every_kind has a function for each kind of site. Its name ends in the bytes that escape in it, where they are known.
package every_kind

import (
	"errors"
	"strconv"
)

type point struct{ x, y int64 }

type list struct {
	next *list
	text string
}

var (
	kept  any
	found = same(someName) // 16, at the start
	// Not at the start, but whenever it is called.
	later = func() *int {
		n := 1
		return &n
	}
)

//go:noinline
func same(value any) any { return value }

func moved16() *point {
	var p point
	return &p
}

func literal24() *list { return &list{} }

func made8() *int { return new(int) }

func slice80000() []int { return make([]int, 10000) }

func constant72000(n int) int {
	const length = 9000
	array := make([]int, length) // 72000
	return array[n]
}

func sliceUnknown(n int) []string { return make([]string, n) }

func elements48() []string { return []string{"a", 2: "c"} }

func boxed16(p point) { kept = p }

func boxedPointers24(l list) { kept = l }

func boxed8(n int) { kept = n }

func free0(b byte, none struct{}) {
	kept = b
	kept = none
	kept = 300
	kept = "text"
}

func literal16() { kept = point{1, 2} }

func text16(s string) { kept = s }

func textUnknown(a, b string) string { return a + b }

func copyUnknown(b []byte) string { return string(b) }

type name string

func named16(s string) { kept = name(s) }

func mapUnknown() map[string]int { return map[string]int{} }

func readsPoint24(p point) func() int64 { return func() int64 { return p.x } }

func changesPoint32(p point) func() int64 {
	return func() int64 {
		p.x++
		return p.x
	}
}

func readsLarge272(p [32]int64) func() int64 { return func() int64 { return p[1] } }

func nothingCaptured0() func() int { return func() int { return 1 } }

func method24(p point) func() int64 { return p.sum }

func (p point) sum() int64 { return p.x + p.y }

//go:noinline
func keep(all ...any) { kept = all }

func arguments56(a, b *int) { keep(a, b) }

func generic[T any](value T) { kept = value }

func inlined16() error { return errors.New("inlined") }

type padded struct {
	number int64
	small  byte
}

type nested struct {
	padded
	small byte
}

type ended struct {
	number int64
	end    struct{}
}

func padded16() *padded { return &padded{} }

func nested24() *nested { return new(nested) }

func ended16() *ended {
	var e ended
	return &e
}

// The copy, and the box of its header.
func boxedBytes40() { kept = []byte("sixteen in there") }

func (p *point) add() int64 {
	p.x++
	return p.x
}

func pointerMethod32() func() int64 {
	var p point
	return p.add
}

func addressed32() func() int64 {
	var p point
	return func() int64 { return p.add() }
}

func sliced48(a [4]int64) func() []int64 { return func() []int64 { return a[1:] } }

// What is assigned before the closure is made is no reason to hold p by reference.
func assignedBefore24(p point) func() int64 {
	p.x++
	return func() int64 { return p.x }
}

// Before Go 1.22, which the module does not ask for, all turns have the same variable.
func ranged32(values [1]point) (function func() int64) {
	for _, p := range values {
		function = func() int64 { return p.x }
	}
	return function
}

//go:noinline
func (p point) name() string { return someName }

func result16(p point) { kept = p.name() }

func keepUnknown(write func(any), other string) { write(some().name() + ": " + other) }

//go:noinline
func some() *point { return nil }

var someName = strconv.Itoa(12345)

type oneByte struct{ values [1]byte }

func freeStruct0(b byte) { kept = oneByte{[1]byte{b}} }

func zeroes(f float64, s []int, p struct{ n int32 }) {
	kept = f
	kept = s
	kept = p
}

func constantVariable() {
	p := point{1, 2}
	kept = p
}

func empty() any { return point{} }

func callsEmpty() { kept = empty() }

func switched48(value any) any {
	switch v := value.(type) {
	case int:
		return nil
	case
		[6]int64:
		return &v
	}
	return nil
}

// What is inlined has another n.
func inlinedUnknown(n *[3]int) *[3]int { return copied24(*n) }

func copied24(n [3]int) *[3]int { return &n }

func genericClosure[T any](value T) func() T { return func() T { return value } }

type holder[T any] struct{ value T }

// Its closure holds what T is, too.
func (h *holder[T]) genericHolder() func() T { return func() T { return h.value } }

func genericSlice[T any](n int) []T { return make([]T, n) }

func callGenerics() { genericClosure(1)(); genericSlice[int](1); (&holder[int]{}).genericHolder()() }

func call() { generic(1.5); _ = strconv.Itoa(1) }
