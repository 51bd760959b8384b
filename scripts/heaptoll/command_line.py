"""What the commands that measure have in common: where the programs are, the clock beside what they say, reading back
what they once measured."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from heaptoll.bad_input import BadInput

_Measured = TypeVar("_Measured")


def add_build_dir(parser: argparse.ArgumentParser) -> None:
    """The option --build-dir, a Path; HEAPTOLL_BUILD_DIR sets its default."""
    parser.add_argument(
        "--build-dir", type=Path, default=Path(os.environ.get("HEAPTOLL_BUILD_DIR", "build")), metavar="DIR",
        help="where the programs are (default: build)",
    )  # fmt: skip


def clocked() -> Callable[[str], None]:
    """Prints lines to stderr with the seconds since this call before them."""
    start = time.monotonic()
    return lambda line: print(f"{time.monotonic() - start:6.0f} s  {line}", file=sys.stderr, flush=True)


def read_measured(path: Path, from_json: Callable[[dict[str, Any]], _Measured], name: str) -> _Measured:
    """What a command wrote as the JSON file `name`, read from `path`. Raises BadInput when it is not that."""
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            path, f"a {name} that this program wrote", "measure again without --from",
            found=f"{type(error).__name__}: {error}",
        ) from error  # fmt: skip
