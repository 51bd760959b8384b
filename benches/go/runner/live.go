package main

import (
	"math/rand"
	"runtime"
)

// What lives on the heap beside the blocks that are measured, so that the collector has something to do: nodes of 128 bytes
// with two pointers, to the next node and to one of the thousand behind it, because programs make what belongs together at
// about the same time. A collection visits all of them. Bytes without pointers would cost it nothing; pointers that lead
// anywhere cost it several times as much.
type node struct {
	next, near *node
	words      [14]uint64
}

const (
	nodeBytes = 128 + 8 // and its place in the list
	nearby    = 1000
)

// live keeps it.
var live []*node

// occupy makes so many bytes live.
func occupy(bytes int, random *rand.Rand) {
	live = make([]*node, bytes/nodeBytes)
	for i := range live {
		live[i] = new(node)
	}
	for i, each := range live {
		each.next, each.near = live[(i+1)%len(live)], live[(i+random.Intn(nearby))%len(live)]
	}
	runtime.GC()
	runtime.GC() // and the sweep of the first one is done
}
