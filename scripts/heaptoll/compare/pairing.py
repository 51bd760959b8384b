"""Which value of the base belongs to which of the head, and what has no partner."""

from __future__ import annotations

from statistics import median  # numpy's takes twenty times as long for a few launches

from heaptoll.compare.side import Key, Side, Times
from heaptoll.verdict.comparison import TOLL, Comparison, Sample
from heaptoll.verdict.report import OneSided

RATIO = "ratio"


def comparisons(base: Side, head: Side, *, paired: bool) -> list[Comparison]:
    """Every case × allocator × arm that both sides have times of, in the base's order, and after the heap arm the toll.

    `paired`: the launches of both sides ran together, two builds of one run. What then has no launch in common is not
    among them, and `one_sided` has it.
    """
    made: list[Comparison] = []
    for key, times in base.times.items():
        other = head.times.get(key)
        if other is None or (paired and not times.ns.keys() & other.ns.keys()):
            continue
        sample = Sample(times.ns, other.ns, paired, base.unit)
        made.append(Comparison(*key, sample, doubt=_doubt({"base": [times], "head": [other]})))
        if key.arm == "heap":
            made += _toll(key, base, head, paired)
    return made


def ratios(base: Side, head: Side) -> list[Comparison]:
    """Heap divided by stack, launch by launch, where both sides have it: how many times the stack's time the heap takes
    is what machines of other speeds can be compared by. None where a stack took no time at all."""
    made: list[Comparison] = []
    for key in base.times:
        stack = key._replace(arm="stack")
        if key.arm != "heap" or any(each not in side.times for side in (base, head) for each in (key, stack)):
            continue
        known = {name: [side.times[key], side.times[stack]] for name, side in (("base", base), ("head", head))}
        found = {name: _ratio_by_launch(*times) for name, times in known.items()}
        if all(found.values()):
            sample = Sample(found["base"], found["head"], False, base.unit)
            made.append(Comparison(key.case, key.allocator, RATIO, sample, None, _doubt(known), measure=""))
    return made


def one_sided(base: Side, head: Side, *, paired: bool) -> list[OneSided]:
    """What only one side has a time of, or none, and why."""
    listed = []
    for key in dict.fromkeys([*base.times, *base.untimed, *head.times, *head.untimed]):
        if key in base.times and key in head.times:
            if paired and not base.times[key].ns.keys() & head.times[key].ns.keys():
                listed.append(OneSided(*key, "no launch in which both builds were timed"))
        else:
            listed.append(OneSided(*key, f"base: {_state(base, key)}; head: {_state(head, key)}"))
    return listed


def lost(base: Side, head: Side) -> list[Key]:
    """What the base has a time of and the head failed at. What was skipped there, or never tried, is no failure."""
    return [
        key for key in base.times
        if key not in head.times and key in head.untimed and not head.untimed[key].startswith("skipped")
    ]  # fmt: skip


def _state(side: Side, key: Key) -> str:
    return "timed" if key in side.times else side.untimed.get(key, "not there") or "not timed"


def _toll(heap: Key, base: Side, head: Side, paired: bool) -> list[Comparison]:
    stack = heap._replace(arm="stack")
    if stack not in base.times or stack not in head.times:
        return []
    known = {name: [side.times[heap], side.times[stack]] for name, side in (("base", base), ("head", head))}
    tolls = {name: _by_launch(*times) for name, times in known.items()}
    if not all(tolls.values()) or (paired and not tolls["base"].keys() & tolls["head"].keys()):
        return []
    reference = max(median(times.ns.values()) for times in known["base"])
    sample = Sample(tolls["base"], tolls["head"], paired, base.unit)
    return [Comparison(heap.case, heap.allocator, TOLL, sample, reference, _doubt(known))]


def _by_launch(heap: Times, stack: Times) -> dict[int, float]:
    """As `statistics.toll_per_launch`, with the launches."""
    return {launch: ns - stack.ns[launch] for launch, ns in heap.ns.items() if launch in stack.ns}


def _ratio_by_launch(heap: Times, stack: Times) -> dict[int, float]:
    """Empty where a stack time is 0: left out, such launches would make the ratio smaller than it is."""
    both = heap.ns.keys() & stack.ns.keys()
    if any(not stack.ns[launch] > 0 for launch in both):
        return {}
    return {launch: ns / stack.ns[launch] for launch, ns in heap.ns.items() if launch in both}


def _doubt(by_side: dict[str, list[Times]]) -> str:
    contended = [name for name, times in by_side.items() if any(each.contended for each in times)]
    return f"contended in {' and '.join(contended)}" if contended else ""
