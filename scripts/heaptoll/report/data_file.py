"""How data reaches a page that is opened from a file: as a script, since a browser lets such a page fetch nothing.

    HT.receive("run", JSON.parse("…"))
    HT.receivePacked("launches-0", "…")

The text is JSON in a string literal: browsers parse that faster than an object, and nothing in it can end the script.
What is not needed at first is packed, gzip in base64, a third of the size.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
from typing import Any

_DIGITS = 5  # the last one is below what any interval here is wide


def rounded(value: float | None) -> float | None:
    """To five significant digits, which is finer than any interval; None for what is not a number."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.{_DIGITS}g}")


def as_script(name: str, data: Any) -> str:
    """The script that hands `data` (what JSON can hold, no NaN) to the page under `name`. The same text each time."""
    text = _as_json(data)
    # "<" for who pastes it into HTML; the two separators for JavaScript from before 2019.
    literal = json.dumps(text, ensure_ascii=False)
    for character in "<\u2028\u2029":
        literal = literal.replace(character, f"\\u{ord(character):04x}")
    return f"HT.receive({json.dumps(name)}, JSON.parse({literal}));\n"


def as_packed_script(name: str, data: Any) -> str:
    """Like `as_script`, for data that is asked for later: smaller, and unpacked while the page goes on."""
    packed = gzip.compress(_as_json(data).encode("utf-8"), mtime=0)
    return f"HT.receivePacked({json.dumps(name)}, {json.dumps(base64.b64encode(packed).decode('ascii'))});\n"


def _as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
