package boxed_value

import "testing"

func BenchmarkConstant(b *testing.B) {
	for i := 0; i < b.N; i++ {
		Constant()
	}
}

func BenchmarkSmallInt(b *testing.B) {
	for i := 0; i < b.N; i++ {
		SmallInt(i & 255)
	}
}

func BenchmarkLargeInt(b *testing.B) {
	for i := 0; i < b.N; i++ {
		LargeInt(1000 + i)
	}
}

func BenchmarkByte(b *testing.B) {
	for i := 0; i < b.N; i++ {
		Byte(byte(i))
	}
}

func BenchmarkZeroSize(b *testing.B) {
	for i := 0; i < b.N; i++ {
		ZeroSize(struct{}{})
	}
}

func BenchmarkPointer(b *testing.B) {
	pair := &Pair{1, 2}
	for i := 0; i < b.N; i++ {
		Pointer(pair)
	}
}

func BenchmarkStruct(b *testing.B) {
	for i := 0; i < b.N; i++ {
		Struct(Pair{uint64(i), 2})
	}
}

func BenchmarkText(b *testing.B) {
	text := string([]byte("abc"))
	for i := 0; i < b.N; i++ {
		Text(text)
	}
}
