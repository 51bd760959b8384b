"""What the run could not time, or only among noise."""

from __future__ import annotations

from collections import Counter

from heaptoll.report.words.evidence import Evidence
from heaptoll.report.words.numbers import count
from heaptoll.report.words.sentence import Name, Piece, Sentence, Silence, joined, pieces
from heaptoll.summary import ArmResult

_IN_WORDS = {"contended": "only among noise (contended)", "skipped": "skipped",
                   "crashed": "crashed", "timeout": "not done in time",
                   "dishonest": "dishonest, and so not timed"}  # fmt: skip


def sentence(evidence: Evidence) -> Sentence | Silence | None:
    """None where nothing is missing and nothing contended."""
    return _gaps(evidence, "gaps", "", "pair of a case and an allocator", "pairs of a case and an allocator")


def of_go(evidence: Evidence) -> Sentence | Silence | None:
    """The same of Go's cases."""
    return None if evidence.go is None else _gaps(evidence.go, "go-gaps", "Go: ", "case of Go", "cases of Go")


def _gaps(evidence: Evidence, name: str, start: str, one: str, many: str) -> Sentence | Silence | None:
    pairs: Counter[str] = Counter()
    for case in evidence.cases:
        for allocator in evidence.allocators:
            arms = [evidence.arm(case, arm, allocator) for arm in ("stack", "heap")]
            if any(arm is not None for arm in arms):
                pairs[_status(arms)] += 1
    unmeasured = sum(not any(evidence.arm(case, arm, a) for arm in ("stack", "heap") for a in evidence.allocators)
                     for case in evidence.cases if not _has_rows(evidence, case.name))  # fmt: skip
    total = sum(pairs.values())
    bad = {status: number for status, number in pairs.items() if status != "ok"}
    if not bad and not unmeasured:
        return None
    parts = [_part(*item) for item in sorted(bad.items(), key=lambda item: (-item[1], item[0]))]
    if unmeasured:
        parts.append((f"{count(unmeasured, 'case')} not measured at all",))
    head = "Contended in part." if "contended" in bad else "Not all of it."
    if not pairs["ok"]:
        head = "None of it in quiet."
    head = f"{start}{head[0].lower()}{head[1:]}" if start else head
    whole = f"Of {count(total, one, many)}, {pairs['ok']} were timed in quiet; "
    return Sentence(name, (head,), (whole, *joined(parts, ", "), "."), page="method.html#contended")


def _part(status: str, number: int) -> tuple[Piece, ...]:
    words = _IN_WORDS.get(status)
    return pieces(f"{number} {words}") if words else pieces(f"{number} ", Name(status))


def _status(arms: list[ArmResult | None]) -> str:
    """The worst of the two arms."""
    for arm in arms:
        if arm is None:
            return "without one of its two arms"
        if not arm.ns_by_launch:
            return max(arm.failures, key=lambda failure: failure.launches).status if arm.failures else "skipped"
    return "contended" if any(arm is not None and arm.contended for arm in arms) else "ok"


def _has_rows(evidence: Evidence, case: str) -> bool:
    return any(key.case == case for key in evidence.measured.arms)
