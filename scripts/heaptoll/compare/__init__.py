"""Two stored results, held against each other: runs of ours, Google Benchmark's JSON, Go's benchmark format."""
