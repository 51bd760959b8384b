package returned_pointer

import "testing"

var (
	number  uint64
	record  Record
	pointer *Record
)

func BenchmarkByValue(b *testing.B) {
	for i := 0; i < b.N; i++ {
		record = ByValue(uint64(i))
	}
}

func BenchmarkByPointer(b *testing.B) {
	for i := 0; i < b.N; i++ {
		pointer = ByPointer(uint64(i))
	}
}

func BenchmarkByPointerInlined(b *testing.B) {
	for i := 0; i < b.N; i++ {
		pointer = ByPointerInlined(uint64(i))
	}
}

func BenchmarkCallsInlined(b *testing.B) {
	for i := 0; i < b.N; i++ {
		number = CallsInlined(uint64(i))
	}
}
