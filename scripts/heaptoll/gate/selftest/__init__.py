"""Is the gate as good as its word? Plants slowdowns of known size, lets the gate look, and counts what it says."""
