"""The contents of the size sweep: a panel per variant and way to use it, a line per allocator and one for the stack.

A way is all parameters of a case but its number of elements, such as `touch=all`, so that a line never mixes two. Where
a variant was measured with its pages cold and with its pages warm, both are in one panel, to be compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from heaptoll import summary
from heaptoll.edges.sweep import FEWEST_SIZES, SCENARIO, way_of
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts
from heaptoll.summary import ArmKey, ArmResult

_VARIANTS = ("fixed", "vla", "alloca", "hybrid")
_WAYS = ("touch=first", "touch=all")
_COLD, _WARM = "pages=cold", "pages=warm"
_NO_LINE_OF_THEIR_OWN = ("null", "stack", "heap")
_SMALLEST_SWEEP = 2
_FEWEST_SIZES_OF_OTHERS = 5
_NAN = math.nan


@dataclass(frozen=True)
class Line:
    """One line. The lists run parallel to `sizes`, in bytes; times are ns per operation, NaN where missing.

    `allocator` is empty for the stack, which is one line: per launch the median of the lanes, as they all
    run the same code. `extra` marks what is beside the pair: another arm, or the pair with its pages cold.
    """

    allocator: str
    extra: bool
    sizes: list[int]
    median: list[float]
    low: list[float]
    high: list[float]
    contended: list[bool]

    @property
    def sizes_timed(self) -> int:
        return sum(not math.isnan(value) for value in self.median)

    @property
    def without_time(self) -> list[int]:
        """The sizes at which there is no time."""
        return [size for size, value in zip(self.sizes, self.median) if math.isnan(value)]

    @property
    def values(self) -> list[float]:
        return [v for v in (*self.median, *self.low, *self.high) if not math.isnan(v)]

    @property
    def end(self) -> tuple[int, float] | None:
        """The last point: its size and its time."""
        points = [(size, value) for size, value in zip(self.sizes, self.median) if not math.isnan(value)]
        return points[-1] if points else None


@dataclass(frozen=True)
class Panel:
    """`dashed` is what the extra lines are, in words; `of_pages` whether they are those of cold pages."""

    variant: str
    way: str
    sizes: list[int]
    lines: list[Line]
    expected: list[ArmKey]
    dashed: str
    of_pages: bool = False

    @property
    def is_a_sweep(self) -> bool:
        """Whether the run set out to measure sizes far enough apart to see something grow between them; and enough of
        them, where the variant is about something else than the size."""
        enough = self.is_about_size or self.of_pages or len(self.sizes) >= _FEWEST_SIZES_OF_OTHERS
        return enough and max(self.sizes) >= _SMALLEST_SWEEP * min(self.sizes)

    @property
    def extra_arms(self) -> list[str]:
        """The arms beside the pair, such as `hybrid`."""
        return sorted({key.arm for key in self.expected} - set(_NO_LINE_OF_THEIR_OWN))

    @property
    def is_about_size(self) -> bool:
        return self.variant in _VARIANTS

    @property
    def is_dense(self) -> bool:
        """Whether it has as many sizes as it takes to look for edges."""
        return len(self.sizes) >= FEWEST_SIZES


def find_panels(
    run: Run, build: str, allocators: Sequence[str], *, pages_together: bool = True
) -> tuple[list[Panel], Mapping[ArmKey, ArmResult]]:
    """A panel for each variant and way of which there is a case, and the results from which they are made. Cold and warm
    pages share one, or not if `pages_together` is false."""
    cases = [case for case in run.cases() if case.scenario == SCENARIO and case.size_bytes]
    results = summary.summarise(run, [case.name for case in cases], build)
    groups: dict[tuple[str, str], list[CaseFacts]] = {}
    for case in cases:
        groups.setdefault((case.variant, way_of(case)), []).append(case)
    variants = _ordered({variant for variant, _ in groups}, _VARIANTS)
    ways = _ordered({way for _, way in groups}, _WAYS)
    panels = [
        _panel(variant, way, groups[variant, way], allocators, results)
        for variant in variants
        for way in ways
        if (variant, way) in groups
    ]
    return _with_pages_together(panels) if pages_together else panels, results


def _with_pages_together(panels: Sequence[Panel]) -> list[Panel]:
    """Each panel of warm pages with the lines of the one of cold pages, where there is one, dashed."""
    cold = {(panel.variant, panel.way): panel for panel in panels if _COLD in panel.way.split(";")}
    pairs = {
        (panel.variant, panel.way): other
        for panel in panels
        if (other := cold.get((panel.variant, panel.way.replace(_WARM, _COLD)))) is not None and other is not panel
    }
    taken = [id(other) for other in pairs.values()]
    return [
        _both(panel, pairs[key]) if (key := (panel.variant, panel.way)) in pairs else panel
        for panel in panels
        if id(panel) not in taken
    ]


def _both(warm: Panel, cold: Panel) -> Panel:
    way = ";".join(param for param in warm.way.split(";") if param != _WARM)
    return Panel(
        warm.variant, way, sorted({*warm.sizes, *cold.sizes}),
        [*(replace(line, extra=True) for line in cold.lines), *warm.lines], [*warm.expected, *cold.expected],
        "cold", of_pages=True,
    )  # fmt: skip


def _ordered(found: set[str], known: Sequence[str]) -> list[str]:
    return [name for name in known if name in found] + sorted(found - set(known))


def _panel(
    variant: str,
    way: str,
    cases: list[CaseFacts],
    allocators: Sequence[str],
    results: Mapping[ArmKey, ArmResult],
) -> Panel:
    cases = sorted(cases, key=lambda case: case.size_bytes or 0)
    names = {case.name for case in cases}
    arms = {key.arm for key in results if key.case in names}
    extras = sorted(arms - set(_NO_LINE_OF_THEIR_OWN))
    lines = [
        _line(cases, "", False, [_across(results, case, allocators) for case in cases]),
        *(
            _line(cases, allocator, arm != "heap", [results.get(ArmKey(c.name, arm, allocator)) for c in cases])
            for arm in (*extras, "heap")
            for allocator in allocators
        ),
    ]
    expected = [ArmKey(c.name, arm, a) for c in cases for arm in ("stack", "heap", *extras) for a in allocators]
    sizes = [case.size_bytes or 0 for case in cases]
    dashed = f"{', '.join(extras)} arm" if extras else ""
    return Panel(variant, way, sizes, [line for line in lines if line.sizes_timed], expected, dashed)


def _across(
    results: Mapping[ArmKey, ArmResult], case: CaseFacts, allocators: Sequence[str]
) -> ArmResult | None:
    lanes = (results.get(ArmKey(case.name, "stack", allocator)) for allocator in allocators)
    return summary.across_lanes(lane for lane in lanes if lane is not None)


def _line(
    cases: list[CaseFacts], allocator: str, extra: bool, results: list[ArmResult | None]
) -> Line:
    line = Line(allocator, extra, [case.size_bytes or 0 for case in cases], [], [], [], [])
    for result in results:
        estimate = result.estimate if result is not None else None
        # What is not above 0 has no place on a logarithmic scale.
        drawable = estimate is not None and estimate.interval.low > 0
        line.median.append(estimate.value if estimate and drawable else _NAN)
        line.low.append(estimate.interval.low if estimate and drawable else _NAN)
        line.high.append(estimate.interval.high if estimate and drawable else _NAN)
        line.contended.append(bool(result and result.contended))
    return line
