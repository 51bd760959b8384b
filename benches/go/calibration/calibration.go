// Package calibration measures what Go takes for one block, by its size, and by whether it has pointers.
// All it has is its benchmarks: go test -bench . -benchmem
package calibration
