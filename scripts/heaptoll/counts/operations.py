"""How many operations are counted: a number per case that depends on nothing but the case and the compiler."""

from __future__ import annotations

LEAST, MOST = 64, 8192
_INSTRUCTIONS = 1 << 22
# Of the pilot, which counts the first arm of every case: the one without an allocation.
PILOT = 4


def operations_for(pilot_instructions_per_op: float | None) -> int:
    """The operations of every arm of a case: a power of two, so that the quotient has an end.

    8192 are enough to see in proportion what an allocator does now and then: jemalloc looks after its cache every
    64 KiB, mimalloc collects a page's blocks when its list is used up, tcmalloc's blocks of 1 MiB cost much for some
    thousand operations and little for as many. Fewer only where the work around the allocation, by the pilot's count,
    is so much that neither matters much beside it. `None` (the pilot crashed): the fewest.
    """
    if pilot_instructions_per_op is None:
        return LEAST
    operations = MOST
    while operations > LEAST and operations * pilot_instructions_per_op > _INSTRUCTIONS:
        operations //= 2
    return operations
