package pairs

import (
	"math"
	"regexp"
	"testing"
	"unsafe"
)

// blocks counts how many blocks one operation takes from the heap, on average; AllocsPerRun rounds down what half of the
// operations take.
func blocks(operation Operation) float64 {
	const operations = 1000
	return testing.AllocsPerRun(1, func() { Run(operation, operations) }) / operations
}

func TestTheStackSideAllocatesNothingAndTheHeapSideWhatItDeclares(t *testing.T) {
	for _, pair := range All() {
		if found := blocks(pair.Stack); found != 0 {
			t.Errorf("%s: the stack side allocates %v times per operation", pair.Name(), found)
		}
		if found := blocks(pair.Heap); math.Abs(found-pair.Allocations) > 0.05 {
			t.Errorf("%s: the heap side allocates %v times per operation, and declares %v", pair.Name(), found, pair.Allocations)
		}
	}
}

func TestBothSidesDoTheSameWork(t *testing.T) {
	for _, pair := range All() {
		if stack, heap := Run(pair.Stack, 300), Run(pair.Heap, 300); stack != heap || stack == 0 {
			t.Errorf("%s: the stack side returns %#x, the heap side %#x", pair.Name(), stack, heap)
		}
	}
}

// As in C, where each box is filled with the seed and its number.
func TestEachOfSeveralArgumentsIsAValueOfItsOwn(t *testing.T) {
	for _, operation := range []Operation{variadicStack, variadicHeap} {
		if read := operation(1000); read != 4*(1000+large)+0+1+2+3 {
			t.Errorf("read %d", read)
		}
	}
}

func TestEveryPairSaysWhatItIs(t *testing.T) {
	named := map[string]bool{}
	for _, pair := range All() {
		if named[pair.Name()] {
			t.Errorf("%s: twice", pair.Name())
		}
		named[pair.Name()] = true
		if pair.Bytes <= 0 || pair.Bytes%8 != 0 || pair.Explains == "" {
			t.Errorf("%s: %d bytes, %q", pair.Name(), pair.Bytes, pair.Explains)
		}
		if !regexp.MustCompile("^(smoke|quick|full)$").MatchString(pair.Profile) {
			t.Errorf("%s: there is no profile %q", pair.Name(), pair.Profile)
		}
		if !regexp.MustCompile(`^([a-z_]+=[a-z0-9_]+(;[a-z_]+=[a-z0-9_]+)*)?$`).MatchString(pair.Params) {
			t.Errorf("%s: parameters %q", pair.Name(), pair.Params)
		}
	}
}

func TestConsumeReadsEveryWordThatFillWroteAndNoOther(t *testing.T) {
	for words := 0; words < 40; words++ {
		memory := make([]uint64, words+1)
		memory[words] = 1 << 60 // must be neither overwritten nor read
		Fill(unsafe.Pointer(&memory[0]), uintptr(words)*8, 0x12345678_9abcdef1)
		sum := uint64(0)
		for i, word := range memory[:words] {
			if word == 0 {
				t.Errorf("%d words: word %d was not written", words, i)
			}
			sum += word
		}
		if read := Consume(unsafe.Pointer(&memory[0]), uintptr(words)*8); read != sum || memory[words] != 1<<60 {
			t.Errorf("%d words: read %#x, not %#x; behind them %#x", words, read, sum, memory[words])
		}
	}
}
