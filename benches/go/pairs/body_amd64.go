package pairs

import "unsafe"

// In assembly (body_amd64.s), because Go's compiler writes 8 bytes at a time and copies structs 16 at a time: a load wider
// than the store before it stalls until the store has left the core, and that would be charged to whichever side copies
// its value once more. harness/body.c says the same of C.

// Fill writes bytes bytes (a multiple of 8) at memory, every word a function of seed.
//
//go:noescape
func Fill(memory unsafe.Pointer, bytes uintptr, seed uint64)

// Consume reads bytes bytes (a multiple of 8) at memory, and returns the sum of its words.
//
//go:noescape
func Consume(memory unsafe.Pointer, bytes uintptr) uint64
