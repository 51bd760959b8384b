"""How many bytes what escapes has: asked of benches/go/sizes, which knows Go's types."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.escape import go_tool
from heaptoll.escape.diagnostics import Site, Verdict


@dataclass(frozen=True)
class Size:
    """`bytes`: None where it is not known, which `note` explains. `free`: why there is no allocation; empty where there
    may be one."""

    bytes: int | None
    pointers: bool
    note: str
    free: str


_CAPTURE = re.compile(
    r"(?P<file>[^\n]+?\.\w+):(?P<line>[1-9][0-9]{0,8}):(?P<column>[0-9]{1,9}): \S.* capturing by (?P<how>ref|value): "
    r"(?P<name>\w+) \(.*"
)


def captures(said: str) -> list[dict[str, str | int | bool]]:
    """How closures hold variables, of what the compiler `said`: file, line and column of where each is declared, its
    name, by_reference."""
    return [
        {"file": match["file"], "line": int(match["line"]), "column": int(match["column"]), "name": match["name"],
         "by_reference": match["how"] == "ref"}
        for line in said.splitlines()
        if " capturing by " in line and (match := _CAPTURE.fullmatch(line)) is not None
    ]  # fmt: skip


def sizes_of(program_folder: Path, package: Path, sites: Sequence[Site], said: str) -> list[Size]:
    """Of each of the `sites` in the `package`, of which the compiler `said` so. Raises BadInput."""
    if not sites:
        return []
    boxes = _boxes(sites)
    given = json.dumps(
        {
            "sites": [
                {"file": site.file, "line": site.line, "column": site.column, "text": site.text,
                 "moved": site.verdict is Verdict.MOVED, "boxed": _place(site) in boxes}
                for site in sites
            ],
            "captures": captures(said),
        }
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="heaptoll-go-") as scratch:
        program = Path(scratch) / "sizes"
        go_tool.build_program(program_folder, program, go_tool.ours())
        answer = go_tool.answer(program, ["-folder", str(package.resolve())], given, package)
    return parse(answer, len(sites))


def _place(site: Site) -> tuple[str, str]:
    return f"{site.file}:{site.line}:{site.column}", site.text


def _boxes(sites: Sequence[Site]) -> set[tuple[str, str]]:
    """Place and text of the boxes of other sites. A text that is put together and then put behind an interface is two
    blocks, of which the compiler says the same; the way of what goes into the box leads over the box's place."""
    return {
        (step.place, site.text)
        for site in sites
        for step in site.flow
        if step.why == "interface-converted" and step.what == site.text and step.place != _place(site)[0]
    }


def parse(said: str, number: int) -> list[Size]:
    """So many sizes. Raises BadInput where it is anything else."""
    try:
        found = json.loads(said)
        sizes = [_size(each) for each in found]
        if len(sizes) != number:
            raise ValueError(f"{len(sizes)} of {number}")
        return sizes
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput("benches/go/sizes", "a size for each site", "restore it", found=quoted(str(error))) from None


def _size(found: dict[str, object]) -> Size:
    size, pointers, note, free = found["bytes"], found["pointers"], found["note"], found["free"]
    if size is not None and (not isinstance(size, int) or size < 0):
        raise ValueError(f"bytes {size}")
    if not isinstance(pointers, bool) or not isinstance(note, str) or not isinstance(free, str):
        raise TypeError("pointers, note or free")
    return Size(size, pointers, note, free)
