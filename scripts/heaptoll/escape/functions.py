"""Which function of a Go file a line is in. For files as gofmt leaves them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput

_BEGIN = re.compile(r"func (?:\([^)]*\) )?(\w+)[(\[]", re.ASCII)


@dataclass(frozen=True)
class Function:
    """`first` to `last` are its lines, from 1."""

    file: str
    name: str
    first: int
    last: int


def functions_in(name: str, text: str) -> list[Function]:
    """The functions of the file `name`, in order."""
    found: list[Function] = []
    begun: tuple[str, int] | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if (match := _BEGIN.match(line)) is not None:
            begun = match[1], number
        if begun and (line == "}" or (begun[1] == number and line.endswith("}"))):
            found.append(Function(name, *begun, number))
            begun = None
    return found


def functions_of(folder: Path, package: str) -> list[Function]:
    """Of all files of a package but its tests; file names are below `folder`. Raises BadInput."""
    found: list[Function] = []
    try:
        for path in sorted((folder / package).glob("*.go")):
            if not path.name.endswith("_test.go"):
                found += functions_in(f"{package}/{path.name}", path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(folder / package, "Go files that can be read", "restore them", found=str(error)) from None
    return found


def containing(functions: Sequence[Function], file: str, line: int) -> Function | None:
    return next((each for each in functions if each.file == file and each.first <= line <= each.last), None)
