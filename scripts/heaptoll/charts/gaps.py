"""Says in words what a chart does not show, or shows with a doubt. Nothing that is missing goes unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey, ArmResult

_LONGEST_LIST = 5
_MOST_FAILURES = 8
_JOINED_FROM = 3


def describe_gaps(results: Mapping[ArmKey, ArmResult], expected: Iterable[ArmKey]) -> list[str]:
    """Sentences on everything among the `expected` that has no result, or a doubtful one."""
    keys = list(dict.fromkeys(expected))
    there = [results[key] for key in keys if key in results]
    lanes = len({key.allocator for key in keys})
    return [
        *_failures(there, lanes),
        *_contended(there, lanes),
        *_none_at_all([key for key in keys if key not in results], lanes),
    ]


def describe_short_intervals(estimates: Iterable[Estimate | None], mark: str = "") -> list[str]:
    """A sentence on intervals that fall short of 95 % for want of launches; `mark` is how the chart marks them."""
    short = [e for e in estimates if e is not None and not e.interval.reached]
    if not short:
        return []
    least = min(short, key=lambda e: e.interval.coverage)
    return [
        f"{mark} Too few launches for a 95 % interval in {len(short)} places: shown is the range of the launches, "
        f"which covers the median with a probability of only {least.interval.coverage:.0%} where there are "
        f"fewest ({least.launches}).".strip()
    ]


def _failures(results: list[ArmResult], lanes: int) -> list[str]:
    alike: dict[tuple[str, str, str], list[ArmKey]] = {}
    for result in results:
        for failure in result.failures:
            timed = len(result.ns_by_launch) + result.contended_left_out
            share = f" in {failure.launches} of {failure.launches + timed} launches" if timed else ""
            alike.setdefault((failure.status, share, failure.reason), []).append(result.key)
    sentences = [
        f"{status.capitalize()}{share}{f' ({reason})' if reason else ''}: {_list(keys, lanes)}."
        for (status, share, reason), keys in alike.items()
    ]
    if len(sentences) > _MOST_FAILURES:
        rest = len(sentences) - _MOST_FAILURES
        sentences = [*sentences[:_MOST_FAILURES], f"And {rest} more kinds of failure: see measurements.csv."]
    return sentences


def _contended(results: list[ArmResult], lanes: int) -> list[str]:
    sentences = []
    hollow = [result.key for result in results if result.contended]
    if hollow:
        sentences.append(f"Hollow marks are contended, the core was shared while they ran: {_list(hollow, lanes)}.")
    left_out = sum(result.contended_left_out for result in results)
    if left_out:
        sentences.append(f"Left out of the medians: {left_out} contended launches of single arms.")
    return sentences


def _none_at_all(absent: list[ArmKey], lanes: int) -> list[str]:
    return [f"No measurements of {_list(absent, lanes)}."] if absent else []


def _arms(arms: Mapping[str, list[str]], lanes: int) -> str:
    return ", ".join(arm if len(a) == lanes else " ".join((arm, *a)) for arm, a in arms.items())


def _joined(items: Mapping[str, str]) -> list[tuple[str, str]]:
    """Cases and what is said of them; those of one variant of which the same is said, from three on, as one."""
    alike: dict[tuple[str, str], list[str]] = {}
    for case, what in items.items():
        alike.setdefault(("/".join(case.split("/")[:2]), what), []).append(case)
    joined: list[tuple[str, str]] = []
    for (variant, what), cases in alike.items():
        if len(cases) >= _JOINED_FROM:
            joined.append((f"{len(cases)} cases of {variant}", what))
        else:
            joined += [(case, what) for case in cases]
    return joined


def _list(keys: list[ArmKey], lanes: int) -> str:
    """The keys by case, without allocators where it is all of them: `case (stack, heap glibc jemalloc)`."""
    by_case: dict[str, dict[str, list[str]]] = {}
    for key in keys:
        by_case.setdefault(key.case, {}).setdefault(key.arm, []).append(key.allocator)
    items = [f"{cases} ({what})" for cases, what in _joined({case: _arms(a, lanes) for case, a in by_case.items()})]
    if len(items) > _LONGEST_LIST:
        rest = len(items) - _LONGEST_LIST
        items = [*items[:_LONGEST_LIST], f"and {rest} more case{'s' if rest > 1 else ''}"]
    return ", ".join(items)
