"""What --filter means wherever we match names ourselves: a regular expression found somewhere in the name; with a "-"
before it, not found there, as heaptoll itself has it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from heaptoll.bad_input import quoted


def matcher(text: str) -> Callable[[str], bool]:
    """Whether a name is asked for. Raises ValueError where the text is no regular expression."""
    try:
        pattern = re.compile(text.removeprefix("-"))
    except (re.error, OverflowError, RecursionError) as error:  # x{99999999999}, and a thousand brackets
        raise ValueError(f"{quoted(text)} is no regular expression: {error}") from None
    wanted = not text.startswith("-")
    return lambda name: (pattern.search(name) is not None) == wanted


def filter_text(text: str) -> str:
    """The text of an option that `matcher` will take; a type for argparse."""
    try:
        matcher(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text
