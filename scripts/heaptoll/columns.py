"""The columns of measurements.csv: their names, their order, what each may hold."""

from __future__ import annotations

# Words. Only `reason`, `params` and `size_bytes` may be empty in a row that was measured.
NAMES = ("run_id", "case", "scenario", "variant", "arm", "allocator", "build")
WORDS = (*NAMES, "params", "status", "reason")

# Whole numbers >= 0.
COUNTS = ("size_bytes", "cpu", "launch", "ops_per_slice", "slices", "quiet_slices")

# Numbers >= 0, in ascending order within a row where they are present.
NS_QUANTILES = ("ns_p05", "ns_p25", "ns_median", "ns_p75", "ns_p95")

# Empty unless the row was timed.
TIMES = (*NS_QUANTILES, "cycles_median")

# Numbers >= 0.
RATES = ("allocs_per_op", "alloc_bytes_per_op", "minor_faults_per_op")

ORDER = (
    "run_id", "case", "scenario", "variant", "size_bytes", "params", "arm", "allocator", "build",
    "cpu", "launch", "status", "reason", "ops_per_slice", "slices", "quiet_slices",
    *TIMES, *RATES,
)  # fmt: skip

# Hardware counters follow the last fixed column, as many as the machine offers. Numbers >= 0.
COUNTER_PREFIX = "counter_"

# A launch writes one row for each of these.
KEY = ("case", "arm", "allocator", "build", "launch")

TIMED_STATUSES = ("ok", "contended")
STATUSES = (*TIMED_STATUSES, "skipped", "crashed", "timeout", "dishonest")


def parse_params(text: str) -> dict[str, str]:
    """Splits `key=value;key=value`. Raises ValueError, which says what is wrong, if it is not that."""
    params: dict[str, str] = {}
    for piece in text.split(";") if text else ():
        key, equals, value = piece.partition("=")
        if not key or not equals:
            raise ValueError("pieces of the form key=value, separated by ;")
        if key in params:
            raise ValueError("each key once")
        params[key] = value
    return params
