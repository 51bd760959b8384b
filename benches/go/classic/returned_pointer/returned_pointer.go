// Package returned_pointer asks: what does it cost to return a pointer to a local instead of the local?
package returned_pointer

// Record is as large as the C case returned_pointer/by_value/64: 64 bytes.
type Record struct {
	Values [8]uint64
}

// ByValue copies its local into the caller's frame.
//
//go:noinline
func ByValue(seed uint64) Record {
	var local Record
	fill(&local, seed)
	return local
}

// ByPointer's local outlives its frame.
//
//go:noinline
func ByPointer(seed uint64) *Record {
	var local Record
	fill(&local, seed)
	return &local
}

// ByPointerInlined is the same function, but small enough to be inlined: where its caller keeps no pointer, the
// compiler takes back what it says here.
func ByPointerInlined(seed uint64) *Record {
	return &Record{[8]uint64{seed}}
}

// CallsInlined has no allocation, although what it calls has one.
//
//go:noinline
func CallsInlined(seed uint64) uint64 {
	return ByPointerInlined(seed).Values[0]
}

//go:noinline
func fill(record *Record, seed uint64) {
	for i := range record.Values {
		record.Values[i] = seed + uint64(i)
	}
}
