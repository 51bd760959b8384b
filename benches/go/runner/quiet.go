package main

import "math"

// Whether the core was ours, by the rules of harness/quiet.h: readings of the probe within 4 % of the best one, which is
// a low quantile of all readings of this process.

const (
	tolerance    = 0.04
	bestQuantile = 0.01
	lowest       = 0.05  // cycles per operation: no core does 20 a cycle
	binWidth     = 0.002 // of the logarithm
	bins         = 2048
)

// readings is a histogram of probes, in core cycles per operation (without a chain: in ticks).
type readings struct {
	count uint32
	bin   [bins]uint32
}

func (all *readings) add(reading float64) {
	if !(reading > lowest) {
		return
	}
	at := int(math.Log(reading/lowest) / binWidth)
	if at >= bins {
		at = bins - 1
	}
	all.bin[at]++
	all.count++
}

func middle(at int) float64 { return lowest * math.Exp((float64(at)+0.5)*binWidth) }

// quantile of the readings, 0 when there is none.
func (all *readings) quantile(share float64) float64 {
	wanted, below := uint32(float64(all.count)*share)+1, uint32(0)
	if wanted > all.count {
		wanted = all.count
	}
	if wanted == 0 {
		return 0
	}
	for at, some := range all.bin {
		if below += some; below >= wanted {
			return middle(at)
		}
	}
	return 0
}

// best is what readings are held against. Where the lowest is no whole number of operations per cycle, and no narrow peak
// of half of all readings either, the core was shared all the time: then the next whole number. Better no quiet slice than a
// wrong one.
func (all *readings) best() float64 {
	best := all.quantile(bestQuantile)
	if best == 0 || !tellsCycles || all.believable(best) {
		return best
	}
	return 1 / math.Ceil(1/best)
}

func (all *readings) believable(best float64) bool {
	operations := 1 / best
	if below := math.Floor(operations * 1.03); below >= 1 && operations <= below*1.01 {
		return true
	}
	near := uint32(0)
	for at, some := range all.bin {
		if reading := middle(at); reading > best*0.99 && reading < best*1.02 {
			near += some
		}
	}
	return near*2 >= all.count
}

// A stretch is what tells whether the core was ours during a slice.
type stretch struct {
	low, high float64 // readings of the probe: a tenth lies below, a quarter above
	kept      float64 // CPU time of this process, as a share of the time that passed
	seconds   float64 // that passed
}

// A quarter of the probes may be off: the collector's signals to the thread hit some of them, and a neighbour who stays for
// less does little to the slice.
func (all *readings) stretch(kept, seconds float64) stretch {
	return stretch{all.quantile(0.1), all.quantile(0.75), math.Min(kept, 1), seconds}
}

const (
	keptEnough = 0.99
	long       = 0.01 // seconds: the system lets others run before that, if there are any
	keptOfLong = 0.5  // then what they took is left out of the time, as long as it is not most of it
)

func (of stretch) quiet(best float64) bool {
	enough := keptEnough
	if of.seconds > long {
		enough = keptOfLong
	}
	return best > 0 && of.kept >= enough && math.Abs(of.low/best-1) <= tolerance && math.Abs(of.high/best-1) <= tolerance
}

// near is the share of readings that are quiet.
func (all *readings) near(best float64) float64 {
	near := uint32(0)
	for at, some := range all.bin {
		if math.Abs(middle(at)/best-1) <= tolerance {
			near += some
		}
	}
	if all.count == 0 {
		return 0
	}
	return float64(near) / float64(all.count)
}
