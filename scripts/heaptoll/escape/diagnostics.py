"""Reads what `go build -gcflags=-m=2` prints: what becomes of each value, and the flow that is the reason.

The forms, of Go 1.19 to 1.26 (cmd/compile/internal/escape):

    ./a.go:9:2: p escapes to heap:                  (since 1.25: `p escapes to heap in New:`)
    ./a.go:9:2:   flow: ~r0 = &p:                   (since 1.25: `~r0 ← &p:`)
    ./a.go:9:2:     from &p (address-of) at ./a.go:10:9
    ./a.go:9:2: moved to heap: p

The flow stands before the verdict, which follows anywhere later; the two belong together by place and text. What is
none of these forms is not an error, since every version of Go adds some: it is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum


class Verdict(Enum):
    """What becomes of a value. `value` is the word of tables and JSON."""

    MOVED = "moved to heap"  # a variable
    ESCAPES = "escapes to heap"  # what an expression makes
    STAYS = "does not escape"
    LEAKS = "leaking param"  # says nothing of an allocation here: the caller's value may have to escape
    LEAKS_CONTENT = "leaking param content"
    LEAKS_TO_RESULT = "leaking param to result"

    @property
    def on_heap(self) -> bool:
        return self in (Verdict.MOVED, Verdict.ESCAPES)


@dataclass(frozen=True)
class Step:
    """One step of a flow: `what` went on, `why`, and where: "./a.go:10:9"; empty where the compiler does not say."""

    what: str
    why: str
    place: str


@dataclass(frozen=True)
class Site:
    """One verdict. `line` and `column` count from 1; 0 is for a column that the compiler leaves out."""

    file: str
    line: int
    column: int
    text: str
    verdict: Verdict
    flow: tuple[Step, ...] = ()

    @property
    def reason(self) -> str:
        """The flow in a line: each way in which the value went on, once."""
        steps = [step for step in self.flow if step.why != "spill"]
        said = [f"{step.why}: {step.what}" if step.what and step.what != self.text else step.why for step in steps]
        return "; ".join(dict.fromkeys(said))


@dataclass(frozen=True)
class Diagnostics:
    """`sites` in the order of the text, each once. `other`: lines of no form that is known here, in words of the
    compiler; `ignored`: lines that are about something else, such as inlining."""

    sites: tuple[Site, ...]
    other: tuple[str, ...] = ()
    ignored: int = 0


_PLACE = re.compile(r"(?P<file>[^\n]{1,4096}?\.\w+):(?P<line>[1-9][0-9]{0,8})(?::(?P<column>[0-9]{1,9}))?: (?P<said>.*)", re.ASCII)
_STEP = re.compile(r" {5}from (?P<what>.*) \((?P<why>[^()]*)\) at (?P<place>.*)")
_FLOW = re.compile(r" {3}flow: .*:")
_TRUNCATED = re.compile(r" {3}warning: truncated explanation.*")
_HEADING = re.compile(r"(?P<text>.*) escapes to heap(?: in [^:]*)?:")
_LEAK_HEADING = re.compile(r"parameter (?P<text>\S+) leaks to .* with derefs=[0-9]+:")
_LEAK = re.compile(r"(?P<kind>leaking param(?: content)?): (?P<text>\S+)(?P<result> to result .*)?")
_IGNORED = re.compile(
    r"(can inline |cannot inline |inlining call to |inlining |devirtualizing |partially devirtualizing "
    r"|.* capturing by (ref|value): |.* ignoring self-assignment in |index bounds check elided|.*zero-copy string->\[\]byte conversion"
    r"|mark inlined |hot-(node|callsite|cg-edges)|skipping ).*"
)


def parse(text: str) -> Diagnostics:
    """Whatever `text` holds: there is no wrong input, only lines that say nothing known."""
    found = _Found()
    for line in re.split(r"\r?\n", text):
        found.take(line)
    return found.diagnostics()


@dataclass
class _Found:
    """What was met so far. A flow waits under (file, line, column, text) until its verdict comes."""

    sites: dict[Site, None] = field(default_factory=dict)
    flows: dict[tuple[str, int, int, str], list[Step]] = field(default_factory=dict)
    other: list[str] = field(default_factory=list)
    ignored: int = 0
    open_flow: list[Step] | None = None
    open_at: tuple[str, int, int] | None = None

    def take(self, line: str) -> None:
        if not line or line.startswith("# "):  # "# example.com/package"
            self.ignored += bool(line)
            return
        match = _PLACE.fullmatch(line)
        if match is None:
            self.other.append(line)
            return
        at = (match["file"], int(match["line"]), int(match["column"] or 0))
        said = match["said"]
        if said.startswith("  "):
            self._explained(at, said, line)
            return
        self.open_flow = self.open_at = None
        if self._heading(at, said) or self._verdict(at, said):
            return
        if _IGNORED.fullmatch(said):
            self.ignored += 1
        else:
            self.other.append(line)

    def _explained(self, at: tuple[str, int, int], said: str, line: str) -> None:
        # After the place and ": " come two spaces more for a flow and four for a step.
        said = f" {said}"
        if self.open_flow is None or at != self.open_at:
            self.other.append(line)
        elif (step := _STEP.fullmatch(said)) is not None:
            self.open_flow.append(Step(step["what"], step["why"], step["place"]))
        elif _TRUNCATED.fullmatch(said):
            self.open_flow.append(Step("", "and on in a circle, where the compiler stops explaining", ""))
        elif not _FLOW.fullmatch(said):
            self.other.append(line)

    def _heading(self, at: tuple[str, int, int], said: str) -> bool:
        match = _HEADING.fullmatch(said) or _LEAK_HEADING.fullmatch(said)
        if match is None:
            return False
        # The compiler may explain the same value again, for a function that was inlined; the first one stays.
        self.open_at, self.open_flow = at, []
        self.flows.setdefault((*at, match["text"]), self.open_flow)
        return True

    def _verdict(self, at: tuple[str, int, int], said: str) -> bool:
        verdict, text = Verdict.MOVED, ""
        if said.startswith(f"{Verdict.MOVED.value}: "):
            text = said[len(f"{Verdict.MOVED.value}: ") :]
        elif said.endswith(f" {Verdict.STAYS.value}"):
            verdict, text = Verdict.STAYS, said[: -len(f" {Verdict.STAYS.value}")]
        elif said.endswith(f" {Verdict.ESCAPES.value}"):
            verdict, text = Verdict.ESCAPES, said[: -len(f" {Verdict.ESCAPES.value}")]
        elif (leak := _LEAK.fullmatch(said)) is not None:
            verdict, text = Verdict(leak["kind"] + (" to result" if leak["result"] else "")), leak["text"]
        if not text:
            return False
        self.sites[Site(*at, text, verdict)] = None
        return True

    def diagnostics(self) -> Diagnostics:
        sites = (self._with_flow(site) for site in self.sites)
        return Diagnostics(tuple(sites), tuple(self.other), self.ignored)

    def _with_flow(self, site: Site) -> Site:
        if site.verdict is Verdict.STAYS:
            return site
        flow = self.flows.get((site.file, site.line, site.column, site.text), [])
        return Site(site.file, site.line, site.column, site.text, site.verdict, tuple(flow))


def by_place(sites: Iterable[Site]) -> list[Site]:
    """As they stand in the files; those of one column as the compiler has them."""
    return sorted(sites, key=lambda site: (site.file, site.line, site.column))
