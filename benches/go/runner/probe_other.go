//go:build !amd64

package main

import "time"

var start = time.Now()

// ticks are nanoseconds.
func ticks() uint64 { return uint64(time.Since(start)) }

// probeALU does rounds × 64 additions in four independent chains, and returns the ticks they took.
//
//go:noinline
func probeALU(rounds uint64) uint64 {
	before := ticks()
	a, b, c, d := rounds, rounds, rounds, rounds
	for i := uint64(0); i < rounds*16; i++ {
		a, b, c, d = a+i, b+a&1, c+i, d+i
	}
	discard = a + b + c + d
	return ticks() - before
}

// probeChain is not known in cycles here: 1 stands for it, and what is slower than the best is not quiet.
func probeChain(uint64) uint64 { return 1 }

var discard uint64

const (
	aluOperations = 64
	chainCycles   = 1
	tellsCycles   = false
)
