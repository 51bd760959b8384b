package main

// ticks reads the processor's counter of time; nothing before it is still under way, nothing behind it has begun.
//
//go:noescape
func ticks() uint64

// probeALU does rounds × 64 operations without any dependence, and returns the ticks they took. They need every port that
// the core has, so that whoever shares the core slows them at once.
//
//go:noescape
func probeALU(rounds uint64) uint64

// probeChain does rounds × 8 multiplications, each of which waits for the last: 24 core cycles a round, whoever else is there.
//
//go:noescape
func probeChain(rounds uint64) uint64

const (
	aluOperations = 64
	chainCycles   = 24
	tellsCycles   = true
)
