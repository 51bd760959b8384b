"""What says who measured, and where at home, is not published.

Folders of users become ~ and the folder of this checkout is left out, wherever they stand: in command lines, flags,
paths of libraries, reasons. A host's name is only looked for: what else such a word may mean is for a person to say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

# Where a path begins: not within another one; -I and -L stand right before theirs.
_BEGINS = r"(?:(?<![\w.~/-])|(?<=-[IL]))"
_USERS = re.compile(_BEGINS + r"/(?:(?:home|Users|var/home)/[^/\s\"'\\,;:]+|root)(?=[/\s\"'\\,;:=]|$)")
_SHORTEST_HOST = 4  # letters; "vm" stands for too much


def scrubbed(text: str, own: Iterable[Path]) -> str:
    """`text` without users' folders; `own` are folders that are left out: this checkout."""
    for folder in own:
        text = re.sub(rf"(?<![\w.-]){re.escape(str(folder))}/", "", text)
    return _USERS.sub("~", text)


def host_name() -> str:
    return os.uname().nodename.split(".")[0]


def names_host(text: str, host: str) -> bool:
    """Whether the word stands there by itself."""
    if len(host) < _SHORTEST_HOST or host.lower() == "localhost":
        return False
    return re.search(rf"(?<![\w-]){re.escape(host)}(?![\w-])", text, re.IGNORECASE) is not None
