package every_kind

import "testing"

var (
	numbers   []int
	number    *int
	value     int
	pointed   *point
	listed    *list
	texts     []string
	function  func() int64
	err       error
	padding   *padded
	nesting   *nested
	ending    *ended
	slicing   func() []int64
	someArray [4]int64
	someSix   any = [6]int64{1}
	copy      *[3]int
	someOf    = point{1, 2}
	someLarge [32]int64
	someText  = string([]byte("abc"))
)

// What each function takes, to be held against what the sizes say.
func BenchmarkOf(b *testing.B) {
	for name, run := range map[string]func(){
		"moved16":          func() { pointed = moved16() },
		"literal24":        func() { listed = literal24() },
		"made8":            func() { number = made8() },
		"slice80000":       func() { numbers = slice80000() },
		"constant72000":    func() { value = constant72000(1) },
		"elements48":       func() { texts = elements48() },
		"boxed16":          func() { boxed16(someOf) },
		"boxedPointers24":  func() { boxedPointers24(list{text: someText}) },
		"boxed8":           func() { boxed8(1000 + value) },
		"free0":            func() { free0(7, struct{}{}) },
		"named16":          func() { named16(someText) },
		"text16":           func() { text16(someText) },
		"readsPoint24":     func() { function = readsPoint24(someOf) },
		"changesPoint32":   func() { function = changesPoint32(someOf) },
		"readsLarge272":    func() { function = readsLarge272(someLarge) },
		"nothingCaptured0": func() { kept = nothingCaptured0() },
		"method24":         func() { function = method24(someOf) },
		"arguments56":      func() { arguments56(number, number) },
		"padded16":         func() { padding = padded16() },
		"nested24":         func() { nesting = nested24() },
		"ended16":          func() { ending = ended16() },
		"boxedBytes40":     func() { boxedBytes40() },
		"pointerMethod32":  func() { function = pointerMethod32() },
		"addressed32":      func() { function = addressed32() },
		"sliced48":         func() { slicing = sliced48(someArray) },
		"assignedBefore24": func() { function = assignedBefore24(someOf) },
		"switched48":       func() { kept = switched48(someSix) },
		"copied24":         func() { copy = copied24([3]int{}) },
		"ranged32":         func() { function = ranged32([1]point{someOf}) },
		"result16":         func() { result16(someOf) },
		"freeStruct0":      func() { freeStruct0(7) },
		"inlined16":        func() { err = inlined16() },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				run()
			}
		})
	}
}
