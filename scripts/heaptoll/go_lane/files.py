"""What the lane writes into a run's folder."""

from __future__ import annotations

MEASUREMENTS = "measurements-go.csv"
FACTS = "run-go.json"
SCHEMA_VERSION = 1
STATUSES = ("running", "complete", "interrupted", "failed")

ALLOCATOR = "go"
ARMS = ("stack", "heap")
LIMITED = "the memory limit"  # so begins the reason of a row in whose process it came into play
COLLECTIONS = "counter_collections"  # complete ones, per operation
