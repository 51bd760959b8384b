"""Text that a format takes as text, whatever stands in it: names of cases and allocators come from files of others."""

from __future__ import annotations

import re

# What a spreadsheet takes for a formula, or might once it has made a tab or line break of the escape.
_FORMULA = ("=", "+", "-", "@", "\\t", "\\r", "\\n")

_INERT = {ord(c): f"&#{ord(c)};" for c in "\\`*[]<>&|~@#!$"}
_UNDERSCORES = re.compile(r"(?<![^\W_])_|_(?![^\W_])")


def visible(text: str) -> str:
    """`text` in one line: what would move the cursor or not show is spelled out, as \\n or \\x1b."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def csv_word(text: str) -> str:
    """`text` for a cell of a CSV: `visible`, and with a ' before it where a spreadsheet would run it as a formula."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def xml_text(text: str) -> str:
    """`text` for an XML writer, which escapes the rest. XML 1.0 has no way to write most control characters, nor halves
    of surrogate pairs: they are spelled out."""
    return "".join(c if _is_legal(ord(c)) else repr(c)[1:-1] for c in text)


def _is_legal(c: int) -> bool:
    # A carriage return is legal, but readers make a line feed of it.
    return c in (0x09, 0x0A) or 0x20 <= c <= 0xD7FF or 0xE000 <= c <= 0xFFFD or c >= 0x10000


def markdown_text(text: str) -> str:
    """`text` as it is, whatever Markdown or HTML would make of it; underscores within words mean nothing to either."""
    inert = visible(text).translate(_INERT).replace("://", "&#58;//")
    return _UNDERSCORES.sub("&#95;", inert)
