"""What says who measured, and where at home, is not published.

Folders of users become ~ and the folder of this checkout is left out, wherever they stand: in command lines, flags,
paths of libraries, reasons. A host's name is only looked for: what else such a word may mean is for a person to say.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

# A folder's name; JSON may have escapes for some of its letters.
_NAME = r"(?:[^/\s\"'\\,;:]|\\u[0-9a-fA-F]{4})+"
_ENDS = r"(?=[/\s\"'\\,;:=]|$)"
# Where a path begins: not within another one. An option's letters and a scheme may stand right before it.
_BEGINS = r"(?:(?<![\w.~/-])|(?<=-[A-Z])|(?<=-isystem)|(?<=-idirafter)|(?<=-iquote)|(?<=file://))"
_USERS = re.compile(rf"{_BEGINS}/(?:(?:home|Users|var/home)/{_NAME}|root){_ENDS}")
# Homes that are not where homes usually are: on another disk, of another system. What they are within is no secret.
_WITHIN = re.compile(rf"(?<=/)(home|Users)/(?!user/){_NAME}(?=/)")
# A text of JSON that begins with a path: its names may have blanks.
_QUOTED = re.compile(r"(?<=\")/(?:home|Users|var/home)/(?:[^/\"\\]|\\u[0-9a-fA-F]{4})+(?=/)")
_SHORTEST_HOST = 4  # letters; "vm" stands for too much


def scrubbed(text: str, own: Iterable[Path], home: Path | None = None) -> str:
    """`text` without users' folders; `own` are folders that are left out: this checkout. `home` is known to be one,
    whatever its name."""
    for folder in own:
        text = re.sub(rf"(?<![\w.-]){_written(folder)}/", "", text)
    if home is not None:
        text = re.sub(rf"{_BEGINS}{_written(home)}{_ENDS}", "~", text)
    return _WITHIN.sub(r"\1/user", _USERS.sub("~", _QUOTED.sub("~", text)))


def _written(folder: Path) -> str:
    """A pattern for it as it is, and as JSON has it."""
    ways = (str(folder), json.dumps(str(folder))[1:-1], json.dumps(str(folder), ensure_ascii=False)[1:-1])
    return f"(?:{'|'.join(map(re.escape, dict.fromkeys(ways)))})"


def home() -> Path | None:
    """The folder of who publishes; None where that is no folder of anybody's."""
    found = Path.home()
    return found if len(found.parts) > 2 else None


def host_name() -> str:
    return os.uname().nodename.split(".")[0]


def names_host(text: str, host: str) -> bool:
    """Whether the word stands there by itself."""
    if len(host) < _SHORTEST_HOST or host.lower() == "localhost":
        return False
    return re.search(rf"(?<![\w-]){re.escape(host)}(?![\w-])", text, re.IGNORECASE) is not None
