"""plots/published/README.md: every published machine, for readers on GitHub."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from heaptoll import charts
from heaptoll.escapes import markdown_text
from heaptoll.published import Published
from heaptoll.run_facts import RunFacts

FILE_NAME = "README.md"
_TOP = """\
# Published machines

`make publish` writes this page and the folders beside it; the measurements are in
[results/published](../../results/published). `make site` makes an interactive page of each.

| machine | CPU | system | compiler | allocators | measured | cases × launches | quiet |
|:--|:--|:--|:--|:--|:--|--:|--:|
"""
_HEADLINE = """\
<picture>
  <source media="(prefers-color-scheme: dark)" srcset="{name}/headline-dark.svg">
  <img src="{name}/headline-light.svg" alt="What does it cost to move a value from the stack to the heap on {name}?">
</picture>
"""


def index(machines: Iterable[Published], plots: Path) -> str:
    """The page; `plots` has a folder of charts for each machine."""
    listed = list(machines)
    rows = [_row(each) for each in listed]
    return _TOP + "".join(rows) + "".join(_section(each, plots / each.name) for each in listed)


def _row(of: Published) -> str:
    if of.run is None:
        return f"| {of.name} | cannot be read: {markdown_text(of.why)} | | | | | | |\n"
    run, facts = of.run, of.run.facts
    launches = run.rows["launch"].nunique()
    allocators = ", ".join(f"{each.name} {(each.version or '?').split('-')[0]}" for each in facts.allocators)
    quiet = "" if facts.quiet_share is None else f"{100 * facts.quiet_share:.0f} %"
    cells = (
        _cpu(facts), f"libc {facts.toolchain.libc or '?'}, {facts.machine.kernel or '?'}",
        facts.toolchain.compiler or "?", allocators, f"{facts.started_utc:%Y-%m-%d}, {facts.profile}, commit {(facts.git.revision or 'unknown')[:12]}",
        f"{len(run.cases())} × {launches}", quiet,
    )  # fmt: skip
    return f"| [{of.name}](#{_anchor(of.name)}) | {' | '.join(map(markdown_text, cells))} |\n"


def _cpu(facts: RunFacts) -> str:
    machine = facts.machine
    parts = [machine.cpu_model or "unknown CPU"]
    parts += [] if machine.cores is None else [f"{machine.cores} cores"]
    parts += [] if facts.measured_ghz is None else [f"{facts.measured_ghz:.2f} GHz"]
    parts += [f"under {machine.hypervisor}"] if machine.hypervisor else []
    return ", ".join(parts)


def _section(of: Published, folder: Path) -> str:
    there = [name for name in (*charts.NAMES, *charts.OF_GO) if (folder / f"{name}-light.svg").is_file()]
    others = sorted(
        file.name.removesuffix("-light.svg") for file in folder.glob("*-light.svg")
        if file.name.removesuffix("-light.svg") not in (*charts.NAMES, *charts.OF_GO)
    )  # fmt: skip
    links = [f"[{name}]({of.name}/{name}-light.svg)" for name in (*there, *others) if name != "headline"]
    picture = _HEADLINE.format(name=of.name) if "headline" in there else ""
    more = f"\nMore charts: {', '.join(links)}." if links else ""
    return f"\n## {of.name}\n{picture}{more}\nMeasurements: [results](../../results/published/{of.name}).\n"


def _anchor(name: str) -> str:
    """As GitHub makes it of a heading."""
    return "".join(letter for letter in name.lower() if letter.isalnum() or letter in "-_")
