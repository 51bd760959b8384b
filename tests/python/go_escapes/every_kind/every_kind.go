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
	found = errors.New("once") // 16, at the start
)

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

func call() { generic(1.5); _ = strconv.Itoa(1) }
