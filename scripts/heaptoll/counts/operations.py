"""How many operations are counted: a number per case that depends on nothing but the case and the compiler."""

from __future__ import annotations

LEAST, MOST = 32, 4096
_BYTES = 1 << 24
_INSTRUCTIONS = 1 << 20
# Of the pilot, which counts the first arm of every case.
PILOT = 4


def operations_for(size_bytes: int | None, pilot_instructions_per_op: float | None) -> int:
    """The operations of every arm of a case: a power of two, so that the quotient has an end.

    Enough to see in proportion what an allocator does now and then (jemalloc looks after its cache every 64 KiB,
    mimalloc collects a page's blocks when its list is used up): 4096, fewer only where an operation has much to
    touch or, by the pilot's count of the arm without an allocation, much to do.
    """
    wanted = float(MOST)
    if size_bytes:
        wanted = min(wanted, _BYTES / size_bytes)
    if pilot_instructions_per_op:
        wanted = min(wanted, _INSTRUCTIONS / pilot_instructions_per_op)
    operations = LEAST
    while operations * 2 <= wanted:
        operations *= 2
    return operations
