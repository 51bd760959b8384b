"""Counts that do not depend on the weather: instructions and page faults per operation, allocations from the audit."""
