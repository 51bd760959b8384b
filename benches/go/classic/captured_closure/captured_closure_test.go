package captured_closure

import "testing"

var number int

func BenchmarkCounter(b *testing.B) {
	for i := 0; i < b.N; i++ {
		number = Counter()()
	}
}

func BenchmarkAdder(b *testing.B) {
	for i := 0; i < b.N; i++ {
		number = Adder(i)()
	}
}

func BenchmarkCountsHere(b *testing.B) {
	for i := 0; i < b.N; i++ {
		number = CountsHere(1)
	}
}
