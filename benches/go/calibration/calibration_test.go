package calibration

import (
	"testing"
	"unsafe"
)

// Every block escapes into it.
var kept unsafe.Pointer

func allocate[T any](b *testing.B) {
	for i := 0; i < b.N; i++ {
		kept = unsafe.Pointer(new(T))
	}
}

// BenchmarkNone is what the loop takes by itself.
func BenchmarkNone(b *testing.B) {
	block := unsafe.Pointer(new(uint64))
	for i := 0; i < b.N; i++ {
		kept = block
	}
}

func BenchmarkPlain(b *testing.B) {
	b.Run("1", allocate[uint8]) // the runtime packs several of these into a block
	b.Run("2", allocate[uint16])
	b.Run("4", allocate[uint32])
	b.Run("8", allocate[[1]uint64])
	b.Run("16", allocate[[2]uint64])
	b.Run("24", allocate[[3]uint64])
	b.Run("32", allocate[[4]uint64])
	b.Run("48", allocate[[6]uint64])
	b.Run("64", allocate[[8]uint64])
	b.Run("96", allocate[[12]uint64])
	b.Run("128", allocate[[16]uint64])
	b.Run("256", allocate[[32]uint64])
	b.Run("512", allocate[[64]uint64])
	b.Run("1024", allocate[[128]uint64])
	b.Run("2048", allocate[[256]uint64])
	b.Run("4096", allocate[[512]uint64])
	b.Run("8192", allocate[[1024]uint64])
	b.Run("16384", allocate[[2048]uint64])
	b.Run("32768", allocate[[4096]uint64])
	b.Run("65536", allocate[[8192]uint64])
}

func BenchmarkPointers(b *testing.B) {
	b.Run("8", allocate[[1]*uint64])
	b.Run("16", allocate[[2]*uint64])
	b.Run("24", allocate[[3]*uint64])
	b.Run("32", allocate[[4]*uint64])
	b.Run("48", allocate[[6]*uint64])
	b.Run("64", allocate[[8]*uint64])
	b.Run("96", allocate[[12]*uint64])
	b.Run("128", allocate[[16]*uint64])
	b.Run("256", allocate[[32]*uint64])
	b.Run("512", allocate[[64]*uint64])
	b.Run("1024", allocate[[128]*uint64])
	b.Run("2048", allocate[[256]*uint64])
	b.Run("4096", allocate[[512]*uint64])
	b.Run("8192", allocate[[1024]*uint64])
	b.Run("16384", allocate[[2048]*uint64])
	b.Run("32768", allocate[[4096]*uint64])
	b.Run("65536", allocate[[8192]*uint64])
}
