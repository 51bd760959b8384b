package main

import (
	"math"
	"math/rand"
	"runtime"
	"strings"
	"testing"

	"heaptoll/pairs"
)

func probed(some ...float64) *readings {
	all := new(readings)
	for _, reading := range some {
		all.add(reading)
	}
	return all
}

func times(reading float64, count int) []float64 {
	some := make([]float64, count)
	for i := range some {
		some[i] = reading
	}
	return some
}

func TestTheBestReadingIsALowQuantileAndNotTheLowest(t *testing.T) {
	all := probed(append(times(0.25, 1000), 0.06, 0.07)...)
	if best := all.best(); math.Abs(best/0.25-1) > 0.01 {
		t.Errorf("best %v", best)
	}
}

func TestACoreThatWasSharedAllTheTimeHasNoQuietSlice(t *testing.T) {
	if !tellsCycles {
		t.Skip("no core cycles on this architecture")
	}
	var mixed []float64
	for i := 0; i < 1000; i++ {
		mixed = append(mixed, 0.37+0.0003*float64(i))
	}
	best := probed(mixed...).best()
	if slice := probed(mixed[:100]...).stretch(1, 0.001); slice.quiet(best) {
		t.Errorf("best %v", best)
	}
}

func TestASliceIsQuietWhenItsProbesAreAndTheCPUWasKept(t *testing.T) {
	for _, each := range []struct {
		probes        *readings
		kept, seconds float64
		quiet         bool
	}{
		{probed(times(0.25, 20)...), 1, 0.001, true},
		{probed(append(times(0.25, 16), times(0.4, 4)...)...), 1, 0.001, true}, // the collector's signals
		{probed(append(times(0.25, 10), times(0.4, 10)...)...), 1, 0.001, false},
		{probed(times(0.25, 20)...), 0.9, 0.001, false}, // somebody took the CPU
		{probed(times(0.25, 20)...), 0.9, 0.1, true},    // of a long slice that is taken out
		{probed(times(0.25, 20)...), 0.4, 0.1, false},
	} {
		if found := each.probes.stretch(each.kept, each.seconds).quiet(0.25); found != each.quiet {
			t.Errorf("kept %v of %v s: quiet is %v", each.kept, each.seconds, found)
		}
	}
}

func TestQuantilesAreThoseOfType7(t *testing.T) {
	values := []float64{1, 2, 4, 8}
	for share, wanted := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 3, 0.75: 5, 1: 8} {
		if found := quantile(values, share); found != wanted {
			t.Errorf("%v: %v, not %v", share, found, wanted)
		}
	}
}

func TestAHeapSliceEndsWithACollectionAndAStackSliceHasNone(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b := newBench(rand.New(rand.NewSource(1)))
	pair, _ := chosen("array_size/fixed/8192/first")
	arms := b.pair(pair[0], plan{3, 0.2})
	for i, each := range arms {
		for _, slice := range each.slices {
			if collected := slice.collections > 0; collected != (i == 1) {
				t.Errorf("%s: %d collections", each.name, slice.collections)
			}
			if slice.operations == 0 || slice.ticks == 0 {
				t.Errorf("%s: %+v", each.name, slice)
			}
		}
	}
	if arms[0].blocks != 0 || arms[1].blocks != 1 {
		t.Errorf("%v and %v blocks", arms[0].blocks, arms[1].blocks)
	}
}

func timed(collections uint64, seconds float64) []slice {
	probes := probed(times(0.25, 20)...)
	return []slice{{operations: 10, collections: collections, ticks: 100, ticksPerCycle: 1, stretch: probes.stretch(1, seconds)}}
}

func TestARowSaysWhatIsWrongWithIt(t *testing.T) {
	b := &bench{nsPerTick: 1}
	for _, each := range []struct {
		arm    arm
		best   float64
		status string
		reason string
	}{
		{arm{blocks: 1, slices: timed(1, 0.001)}, 0.25, "ok", ""},
		{arm{blocks: 2, slices: timed(1, 0.001)}, 0.25, "dishonest", "other blocks"},
		{arm{blocks: 1, slices: timed(1, 0.001)}, 0.125, "contended", "quiet"},
		{arm{blocks: 1, slices: timed(0, 0.001)}, 0.25, "ok", "no collection"},
	} {
		found := b.judged("a/b/c", &each.arm, 1, each.best, plan{1, 1})
		if found.Status != each.status || !strings.Contains(found.Reason, each.reason) || (each.reason == "" && found.Reason != "") {
			t.Errorf("%s, %q", found.Status, found.Reason)
		}
		if timed := found.Ns[2] != 0; timed != (each.status != "dishonest") {
			t.Errorf("%s: %v ns", found.Status, found.Ns[2])
		}
	}
}

func TestAThirdOfTheSlicesThatThereWasTimeForMustBeQuiet(t *testing.T) {
	busy := slice{operations: 10, collections: 1, ticks: 100, ticksPerCycle: 1, stretch: probed(times(0.5, 20)...).stretch(1, 0.001)}
	for _, each := range []struct {
		quiet, busy int
		status      string
	}{
		{4, 0, "ok"}, {2, 2, "ok"}, {1, 3, "contended"}, {1, 0, "ok"}, {0, 1, "contended"},
		{5, 100, "ok"}, {4, 11, "contended"}, {4, 100, "contended"},
	} {
		var slices []slice
		for i := 0; i < each.quiet; i++ {
			slices = append(slices, timed(1, 0.001)...)
		}
		for i := 0; i < each.busy; i++ {
			slices = append(slices, busy)
		}
		found := (&bench{nsPerTick: 1}).judged("a/b/c", &arm{blocks: 1, slices: slices}, 1, 0.25, plan{15, 1})
		if found.Status != each.status {
			t.Errorf("%d quiet, %d not: %s", each.quiet, each.busy, found.Status)
		}
	}
}

func TestWhatLivesIsAsLargeAsAskedAndFullOfPointers(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	occupy(8<<20, rand.New(rand.NewSource(1)))
	runtime.ReadMemStats(&after)
	if grown := float64(after.HeapAlloc-before.HeapAlloc) / (8 << 20); grown < 0.95 || grown > 1.1 {
		t.Errorf("%v times as large", grown)
	}
	for _, each := range live {
		if each.next == nil || each.near == nil {
			t.Fatal("a node without pointers")
		}
	}
	live = nil
}

func TestAnUnknownNameIsNoPair(t *testing.T) {
	for _, names := range []string{"", "returned_pointer/by_value/64,", "a/b/c"} {
		if some, _ := chosen(names); len(some) > 0 {
			t.Errorf("%q: %v", names, some)
		}
	}
	if some, unknown := chosen(pairs.All()[0].Name()); len(some) != 1 || unknown != "" {
		t.Errorf("%v, %q", some, unknown)
	}
}
