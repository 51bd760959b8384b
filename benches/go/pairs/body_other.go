//go:build !amd64

package pairs

import "unsafe"

// Fill writes bytes bytes (a multiple of 8) at memory, every word a function of seed.
//
//go:noinline
func Fill(memory unsafe.Pointer, bytes uintptr, seed uint64) {
	words := unsafe.Slice((*uint64)(memory), bytes/8)
	for ; len(words) >= 2; words = words[2:] {
		words[0], words[1] = seed, seed<<32|seed>>32
	}
	if len(words) > 0 {
		words[0] = seed
	}
}

// Consume reads bytes bytes (a multiple of 8) at memory, and returns the sum of its words.
//
//go:noinline
func Consume(memory unsafe.Pointer, bytes uintptr) uint64 {
	sum := uint64(0)
	for _, word := range unsafe.Slice((*uint64)(memory), bytes/8) {
		sum += word
	}
	return sum
}
