"""Which format is it? One side from whatever a path names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.compare import own_run
from heaptoll.compare.foreign import read_bytes
from heaptoll.compare.gbench_json import parse_gbench_json
from heaptoll.compare.go_text import parse_go_text
from heaptoll.compare.side import Side
from heaptoll.xz_file import SUFFIX


@dataclass(frozen=True)
class Asked:
    """What the command line says of one side. `build_option` is the option that chooses the build."""

    path: Path
    build: str | None = None
    build_option: str = "--base-build"
    clock: str = "real"
    allow_incomplete: bool = False


def read_side(asked: Asked) -> Side:
    """Raises BadInput for what is none of the formats, or a damaged one."""
    if is_own_run(asked.path):
        run = own_run.read_own_run(asked.path, allow_incomplete=asked.allow_incomplete)
        return own_run.side_of(run, own_run.build_of(run, asked.build, asked.build_option))
    if asked.build is not None:
        raise BadInput(
            asked.path, "a run of heaptoll", f"leave out {asked.build_option}: only a run has builds",
            found="another file",
        )  # fmt: skip
    data = read_bytes(asked.path)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return parse_gbench_json(asked.path, data, asked.clock)
    return parse_go_text(asked.path, data)


def is_own_run(path: Path) -> bool:
    """By its name, or because it is a folder."""
    try:
        return path.name.endswith((".csv", f".csv{SUFFIX}")) or path.name == "run.json" or path.is_dir()
    except (OSError, ValueError):
        return False
