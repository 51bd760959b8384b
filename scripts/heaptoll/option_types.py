"""Types of options for argparse, which says of a wrong value what was expected."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable


def number_between(least: float, most: float) -> Callable[[str], float]:
    """A number, the ends included."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"expected a number from {least:g} to {most:g}, not {text!r}")
        return value

    return read


def whole_between(least: int, most: int) -> Callable[[str], int]:
    """A whole number, the ends included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}, not {text!r}")
        return int(text)

    return read


def names(text: str) -> tuple[str, ...]:
    """Names with commas between them, one at least."""
    found = tuple(filter(None, (name.strip() for name in text.split(","))))
    if not found:
        raise argparse.ArgumentTypeError(f"expected names separated by commas, not {text!r}")
    return found
