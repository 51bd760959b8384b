package array_size

import "testing"

var number int

func BenchmarkMake8192(b *testing.B) {
	for i := 0; i < b.N; i++ {
		number = Make8192(i)
	}
}

func BenchmarkMake8193(b *testing.B) {
	for i := 0; i < b.N; i++ {
		number = Make8193(i)
	}
}

func BenchmarkMakeN(b *testing.B) {
	for i := 0; i < b.N; i++ {
		number = MakeN(64, i)
	}
}

func BenchmarkMakeFew(b *testing.B) {
	for i := 0; i < b.N; i++ {
		number = MakeFew(4, i)
	}
}

func BenchmarkMake64(b *testing.B) {
	for i := 0; i < b.N; i++ {
		number = Make64(i)
	}
}

func BenchmarkVar8193(b *testing.B) {
	for i := 0; i < b.N; i++ {
		number = Var8193(i)
	}
}
