"""The README's pictures and links: between markers, they are turned to another machine; the words stay."""

from __future__ import annotations

import re
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.publish.text import decoded

BEGIN, END = "<!-- published: begin -->", "<!-- published: end -->"
_PART = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
# The list of machines is no machine.
_PATH = re.compile(r"((?:plots|results)/published/)(?!README\.md)([A-Za-z0-9._-]+)((?:/[A-Za-z0-9._-]+)?)")


def read(readme: Path) -> str:
    """Its text with its own line ends. Raises BadInput, OSError."""
    return decoded(readme, readme.read_bytes())


def is_marked(text: str) -> bool:
    return _PART.search(text) is not None


def check(readme: Path) -> None:
    """Raises BadInput where nothing in it can be turned, OSError."""
    if not is_marked(read(readme)):
        raise _unmarked(readme)


def _unmarked(readme: Path) -> BadInput:
    return BadInput(readme, f"{BEGIN} and {END} around what shows a machine", "put them there, or leave out --readme")


def shown(text: str) -> set[str]:
    """The machines that the README shows between its markers; more than one where it was not yet turned as a whole."""
    return {found[2] for part in _PART.findall(text) for found in _PATH.finditer(part)}


def turned(readme: Path, text: str, name: str) -> str:
    """The README with all that stands between its markers turned to the machine `name`. Raises BadInput where there are
    no markers, and for files that the machine does not have, which would be dead links."""
    if not is_marked(text):
        raise _unmarked(readme)
    whole = _PART.sub(lambda part: _PATH.sub(rf"\g<1>{name}\g<3>", part[0]), text)
    linked = {found[0] for part in _PART.findall(whole) for found in _PATH.finditer(part)}
    missing = sorted(path for path in linked if not (readme.parent / path).exists())
    if missing:
        raise BadInput(
            readme, f"links to what {name} has", "change the README, or measure what is missing",
            found=f"links to {', '.join(missing)}, which are not there",
        )  # fmt: skip
    return whole
