package pairs

import "testing"

// For people: go test -bench . -benchmem. What measurements-go.csv holds is measured by benches/go/runner, which knows when
// the core was shared, and how much of the collector's work belongs to which operation.

var sink uint64

func BenchmarkPairs(b *testing.B) {
	for _, pair := range All() {
		for _, side := range []struct {
			name      string
			operation Operation
		}{{"stack", pair.Stack}, {"heap", pair.Heap}} {
			operation := side.operation
			b.Run(pair.Name()+"/"+side.name, func(b *testing.B) {
				b.ReportAllocs()
				sink = Run(operation, b.N)
			})
		}
	}
}
