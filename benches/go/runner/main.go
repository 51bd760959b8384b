// Runner measures pairs in one process: one launch of the lane Go. scripts/go_bench.py starts it and keeps what it says.
//
// It prints a JSON object per arm, and one about the process at the end. What is measured, and how: docs/GO.md.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"heaptoll/pairs"
)

// listed is a pair, as -list prints it.
type listed struct {
	Name        string  `json:"name"`
	Scenario    string  `json:"scenario"`
	Variant     string  `json:"variant"`
	Params      string  `json:"params"`
	Bytes       int     `json:"size_bytes"`
	Explains    string  `json:"explains"`
	Profile     string  `json:"profile"`
	Allocations float64 `json:"allocations"`
}

// process is what -list does not tell.
type process struct {
	Version     string  `json:"version"`
	Procs       int     `json:"gomaxprocs"`
	GOGC        int     `json:"gogc"`
	LiveBytes   uint64  `json:"live_bytes"`
	LimitBytes  int64   `json:"limit_bytes"`
	PeakBytes   int64   `json:"peak_bytes"`
	Collections uint32  `json:"collections"`
	GHz         float64 `json:"ghz,omitempty"`
	Best        float64 `json:"best_probe"`
	Readings    uint32  `json:"probes"`
	QuietProbes float64 `json:"quiet_probe_share"`
}

func main() {
	list := flag.Bool("list", false, "print the pairs, and measure nothing")
	names := flag.String("cases", "", "names of pairs, divided by commas")
	liveMB := flag.Int("live-mb", 0, "megabytes that live on the heap beside")
	gogc := flag.Int("gogc", 100, "GOGC: by how many per cent the heap may grow before it is collected")
	slices := flag.Int("slices", 15, "quiet slices of each arm that are enough")
	seconds := flag.Float64("seconds", 1, "time for one pair")
	limitMB := flag.Int64("limit-mb", 2048, "megabytes above which the collector runs as often as it must")
	seed := flag.Int64("seed", 1, "of everything that is drawn at random")
	flag.Parse()

	answer := json.NewEncoder(os.Stdout)
	if *list {
		for _, pair := range pairs.All() {
			say(answer, listed{pair.Name(), pair.Scenario, pair.Variant, pair.Params, pair.Bytes, pair.Explains, pair.Profile, pair.Allocations})
		}
		return
	}
	some, unknown := chosen(*names)
	if unknown != "" || len(some) == 0 {
		fmt.Fprintf(os.Stderr, "runner: there is no pair %q; -list prints their names\n", unknown)
		os.Exit(2)
	}
	asked := plan{*slices, *seconds}
	random := rand.New(rand.NewSource(*seed))
	debug.SetMemoryLimit(*limitMB << 20)
	if *liveMB > 0 {
		occupy(*liveMB<<20, random)
	}
	debug.SetGCPercent(*gogc)
	var before runtime.MemStats
	runtime.ReadMemStats(&before)

	// Where the frames lie differs from process to process, as in C.
	var b *bench
	deeper(random.Intn(64), func() {
		b = newBench(random)
		for _, pair := range some {
			arms := b.pair(pair, asked)
			best := b.all.best()
			say(answer, b.judged(pair.Name(), arms[0], 0, best, asked))
			say(answer, b.judged(pair.Name(), arms[1], pair.Allocations, best, asked))
		}
	})
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	told := process{
		Version: runtime.Version(), Procs: runtime.GOMAXPROCS(0), GOGC: *gogc, LiveBytes: before.HeapAlloc,
		LimitBytes: *limitMB << 20, PeakBytes: peakBytes(), Collections: after.NumGC, Best: b.all.best(), Readings: b.all.count, QuietProbes: b.all.near(b.all.best()),
	}
	if tellsCycles {
		_, cycle := b.probe()
		told.GHz = 1 / (cycle * b.nsPerTick)
	}
	say(answer, told)
	runtime.KeepAlive(live)
}

func chosen(names string) (some []pairs.Pair, unknown string) {
	byName := map[string]pairs.Pair{}
	for _, pair := range pairs.All() {
		byName[pair.Name()] = pair
	}
	for _, name := range strings.Split(names, ",") {
		pair, known := byName[name]
		if !known {
			return nil, name
		}
		some = append(some, pair)
	}
	return some, ""
}

func say(answer *json.Encoder, what any) {
	if err := answer.Encode(what); err != nil {
		fmt.Fprintln(os.Stderr, "runner: standard output:", err)
		os.Exit(2)
	}
}

// deeper calls work below so many more frames.
//
//go:noinline
func deeper(frames int, work func()) {
	if frames > 0 {
		deeper(frames-1, work)
		return
	}
	work()
}

func nsPerTick() float64 {
	before, start := ticks(), time.Now()
	for time.Since(start) < 20*time.Millisecond {
	}
	return float64(time.Since(start)) / float64(ticks()-before)
}
