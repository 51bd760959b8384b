package main

import (
	"math"
	"math/rand"
	"runtime"
	"runtime/metrics"
	"sort"

	"heaptoll/pairs"
)

const (
	batchNs    = 60_000    // between two probes
	sliceNs    = 1_500_000 // a slice is at least that long
	tooLong    = 4         // times the expected batches, and a slice ends without its collections
	mostSlices = 512

	mostOperations      = 1 << 34 // without a collection: then there is none
	chunksPerCollection = 16      // how often it is looked at least whether one is complete
)

// plan is what is asked of one process.
type plan struct {
	slices  int     // quiet ones of each arm that are enough
	seconds float64 // that a pair may take
}

// fewest quiet slices of an arm that has so many; with fewer the launch is contended. Where a slice takes a quarter of a
// second, for operations that are long and allocate little, there is time for a few only.
func (asked plan) fewest(slices int) int {
	if slices > asked.slices {
		slices = asked.slices
	}
	return (slices + 2) / 3
}

// A bench is the process: its clock, its readings of the probe, its random numbers.
type bench struct {
	all         readings
	aluRounds   uint64
	chainRounds uint64
	nsPerTick   float64
	lookTicks   float64 // that b.collections takes
	random      *rand.Rand
	cycles      []metrics.Sample
	sink        uint64
}

func newBench(random *rand.Rand) *bench {
	b := &bench{random: random, cycles: []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}}}
	b.nsPerTick = nsPerTick()
	// About 0.3 µs each.
	for b.aluRounds = 1; float64(fastest(probeALU, b.aluRounds))*b.nsPerTick < 300; {
		b.aluRounds += 1 + b.aluRounds/8
	}
	for b.chainRounds = 1; tellsCycles && float64(fastest(probeChain, b.chainRounds))*b.nsPerTick < 300; {
		b.chainRounds += 1 + b.chainRounds/8
	}
	b.lookTicks = float64(fastest(func(looks uint64) uint64 {
		before := ticks()
		for ; looks > 0; looks-- {
			b.collections()
		}
		return ticks() - before
	}, 100)) / 100
	for i := 0; i < 2000; i++ {
		reading, _ := b.probe()
		b.all.add(reading)
	}
	return b
}

func fastest(probe func(uint64) uint64, rounds uint64) uint64 {
	best := uint64(math.MaxUint64)
	for i := 0; i < 20; i++ {
		if took := probe(rounds); took < best {
			best = took
		}
	}
	return best
}

// probe returns the reading, in core cycles per operation, and ticks per core cycle.
func (b *bench) probe() (reading, ticksPerCycle float64) {
	alu, chain := float64(probeALU(b.aluRounds)), float64(probeChain(b.chainRounds))
	ticksPerCycle = chain / float64(b.chainRounds*chainCycles)
	return alu / float64(b.aluRounds*aluOperations) / ticksPerCycle, ticksPerCycle
}

// collections that are complete, so far. Allocates nothing.
func (b *bench) collections() uint64 {
	metrics.Read(b.cycles)
	return b.cycles[0].Value.Uint64()
}

// slice is one timed part of one arm.
type slice struct {
	operations, collections uint64
	ticks                   uint64
	ticksPerCycle           float64 // the least of its probes': an interrupt makes a chain look longer, never shorter
	stretch                 stretch
}

// arm is one side of a pair, as it is measured.
type arm struct {
	name        string
	operation   pairs.Operation
	batch       int    // operations between two probes
	chunk       int    // operations between two looks at the collections
	expected    int    // batches of a slice
	collections uint64 // that end a slice; 0: it ends after the expected batches
	slices      []slice
	blocks      float64 // per operation, as counted
	bytes       float64
	faults      float64
	scratch     readings
}

// calibrate finds how many operations make a batch, and how many batches a slice.
func (b *bench) calibrate(a *arm) {
	b.sink += pairs.Run(a.operation, 64)
	for a.batch = 1; ; a.batch *= 2 {
		if took := b.fastestOf(a, 7); took > batchNs/8 || a.batch >= 1<<24 {
			a.batch = 1 + int(float64(a.batch)*batchNs/took)
			break
		}
	}
	a.chunk, a.expected = a.batch, sliceNs/batchNs
	if a.blocks == 0 {
		return
	}
	// From the end of one collection to that of another, until as many as make a slice.
	b.toNextCollection(a)
	before, operations := b.collections(), 0
	for operations < a.expected*a.batch {
		operations += b.toNextCollection(a)
	}
	a.collections = b.collections() - before
	a.expected = 1 + operations/a.batch
	// So small that the next collection has not begun where the end of one is found.
	if chunk := operations / int(a.collections) / chunksPerCollection; chunk < a.batch {
		a.chunk = 1 + chunk
	}
	b.toNextCollection(a)
}

// fastestOf so many batches, in ns: what a batch takes when nobody interrupts it.
func (b *bench) fastestOf(a *arm, batches int) float64 {
	best := math.Inf(1)
	for ; batches > 0; batches-- {
		before := ticks()
		b.sink += pairs.Run(a.operation, a.batch)
		best = math.Min(best, float64(ticks()-before)*b.nsPerTick)
	}
	return best
}

// toNextCollection runs the arm until a collection is complete, and returns how many operations that took.
func (b *bench) toNextCollection(a *arm) int {
	before := b.collections()
	for operations := a.chunk; ; operations += a.chunk {
		b.sink += pairs.Run(a.operation, a.chunk)
		if b.collections() != before || operations >= mostOperations {
			return operations
		}
	}
}

// run does a batch, or less where the slice ends; returns the operations, and the ticks without those of looking whether it
// does.
func (b *bench) run(a *arm, until uint64) (operations int, took uint64) {
	start, looked := ticks(), 0
	for operations < a.batch {
		b.sink += pairs.Run(a.operation, a.chunk)
		operations += a.chunk
		if a.collections == 0 {
			continue
		}
		looked++
		if b.collections() >= until {
			break
		}
	}
	took = ticks() - start
	if looking := uint64(float64(looked) * b.lookTicks); looking < took {
		took -= looking
	}
	return operations, took
}

// measure times one slice of an arm. That of an arm which allocates begins where a collection ended, since nothing else
// allocates, and ends where one ends: as much of the collector's work is in it as these operations cause.
func (b *bench) measure(a *arm) slice {
	var found slice
	a.scratch = readings{}
	if a.blocks == 0 {
		b.sink += pairs.Run(a.operation, a.batch) // also grows the goroutine's stack again, which collections shrink
	}
	began, used, before := ticks(), cpuSeconds(), b.collections()
	reading, cycle := b.probe()
	a.scratch.add(reading)
	b.all.add(reading)
	found.ticksPerCycle = cycle
	for batches := 1; ; batches++ {
		operations, took := b.run(a, before+a.collections)
		found.operations += uint64(operations)
		found.ticks += took
		reading, cycle = b.probe()
		a.scratch.add(reading)
		b.all.add(reading)
		found.ticksPerCycle = math.Min(found.ticksPerCycle, cycle)
		found.collections = b.collections() - before
		if a.collections > 0 && found.collections < a.collections && batches < tooLong*a.expected {
			continue
		}
		if a.collections == 0 && batches < a.expected {
			continue
		}
		passed := float64(ticks()-began) * b.nsPerTick / 1e9
		found.stretch = a.scratch.stretch((cpuSeconds()-used)/passed, passed)
		return found
	}
}

// count finds out what one operation takes from the heap, which is what the arm is held to.
func (b *bench) count(a *arm) {
	const operations = 2000
	var before, after runtime.MemStats
	b.sink += pairs.Run(a.operation, 64)
	runtime.ReadMemStats(&before)
	faults := minorFaults()
	b.sink += pairs.Run(a.operation, operations)
	a.faults = float64(minorFaults()-faults) / operations
	runtime.ReadMemStats(&after)
	a.blocks = rounded(float64(after.Mallocs-before.Mallocs) / operations)
	a.bytes = rounded(float64(after.TotalAlloc-before.TotalAlloc) / operations)
}

// rounded leaves out what the runtime itself may have allocated meanwhile.
func rounded(perOperation float64) float64 { return math.Round(perOperation*50) / 50 }

// pair measures both arms, slice by slice in random order, until each has enough quiet slices or the time is over.
func (b *bench) pair(pair pairs.Pair, asked plan) [2]*arm {
	arms := [2]*arm{
		{name: "stack", operation: pair.Stack, slices: make([]slice, 0, mostSlices)},
		{name: "heap", operation: pair.Heap, slices: make([]slice, 0, mostSlices)},
	}
	for _, a := range arms {
		b.count(a)
	}
	runtime.GC()
	for _, a := range arms { // the heap's last: it ends where a collection does, and the first slice begins there
		b.calibrate(a)
	}
	started := ticks()
	for round := 0; round < mostSlices; round++ {
		first := b.random.Intn(2)
		for _, a := range [2]*arm{arms[first], arms[1-first]} {
			a.slices = append(a.slices, b.measure(a))
		}
		best := b.all.best()
		if quiet(arms[0].slices, best) >= asked.slices && quiet(arms[1].slices, best) >= asked.slices {
			break
		}
		if float64(ticks()-started)*b.nsPerTick > asked.seconds*1e9 {
			break
		}
	}
	return arms
}

func quiet(slices []slice, best float64) int {
	count := 0
	for _, each := range slices {
		if each.stretch.quiet(best) {
			count++
		}
	}
	return count
}

// quantile of ascending values, type 7 of Hyndman and Fan.
func quantile(sorted []float64, share float64) float64 {
	at := share * float64(len(sorted)-1)
	below := int(at)
	if below+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[below] + (at-float64(below))*(sorted[below+1]-sorted[below])
}

// A row is what a process says of one arm: the columns of measurements-go.csv that it can know.
type row struct {
	Case        string     `json:"case"`
	Arm         string     `json:"arm"`
	Status      string     `json:"status"`
	Reason      string     `json:"reason"`
	Operations  uint64     `json:"ops_per_slice"`
	Slices      int        `json:"slices"`
	Quiet       int        `json:"quiet_slices"`
	Ns          [5]float64 `json:"ns"`
	Cycles      *float64   `json:"cycles_median"`
	Blocks      float64    `json:"allocs_per_op"`
	Bytes       float64    `json:"alloc_bytes_per_op"`
	Faults      float64    `json:"minor_faults_per_op"`
	Collections uint64     `json:"collections"`
	Measured    uint64     `json:"operations"`
}

// judged is an arm's row, with the best reading as it is known at the end.
func (b *bench) judged(name string, a *arm, declared, best float64, asked plan) row {
	found := row{
		Case: name, Arm: a.name, Status: "ok", Slices: len(a.slices), Quiet: quiet(a.slices, best),
		Blocks: a.blocks, Bytes: a.bytes, Faults: a.faults,
	}
	if math.Abs(a.blocks-declared) > 0.05 {
		found.Status, found.Reason = "dishonest", "takes other blocks from the heap than it declares"
		return found
	}
	if found.Quiet < asked.fewest(len(a.slices)) {
		found.Status, found.Reason = "contended", "too few quiet slices"
	}
	var ns, cycles []float64
	for _, each := range a.slices {
		found.Measured += each.operations
		found.Collections += each.collections
		if found.Status == "ok" && !each.stretch.quiet(best) {
			continue
		}
		perOperation := float64(each.ticks) * each.stretch.kept / float64(each.operations)
		ns = append(ns, perOperation*b.nsPerTick)
		cycles = append(cycles, perOperation/each.ticksPerCycle)
	}
	found.Operations = uint64(math.Round(float64(found.Measured) / float64(len(a.slices))))
	sort.Float64s(ns)
	for i, share := range [5]float64{0.05, 0.25, 0.5, 0.75, 0.95} {
		found.Ns[i] = quantile(ns, share)
	}
	if tellsCycles {
		sort.Float64s(cycles)
		median := quantile(cycles, 0.5)
		found.Cycles = &median
	}
	if declared > 0 && found.Collections == 0 && found.Reason == "" {
		found.Reason = "no collection while it was measured: the collector's work is missing"
	}
	return found
}
