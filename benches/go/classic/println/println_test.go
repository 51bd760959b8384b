package println

import (
	"os"
	"testing"
)

// What is printed is thrown away; what the benchmarks report is not.
func quietly(b *testing.B, print func(int)) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	out := os.Stdout
	os.Stdout = null
	defer func() {
		os.Stdout = out
		null.Close()
	}()
	print(1000) // what fmt allocates once is not part of the cost
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		print(1000 + i)
	}
	b.StopTimer()
}

func BenchmarkText(b *testing.B) { quietly(b, func(int) { Text() }) }

func BenchmarkNumber(b *testing.B) { quietly(b, Number) }

func BenchmarkTextAndNumber(b *testing.B) { quietly(b, TextAndNumber) }
