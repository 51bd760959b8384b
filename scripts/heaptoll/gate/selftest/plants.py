"""What is planted, as the environment tells the workers (harness/plant.h)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from heaptoll.gate.selftest.trial import PLANTED_ARM

VARIABLE = "HEAPTOLL_PLANT"
_SPECIAL = "*?[\\"


def literal(text: str) -> str:
    """A pattern of fnmatch(3) that fits this text and no other."""
    return "".join("\\" + c if c in _SPECIAL else c for c in text)


def per_mille(percent: float) -> int:
    """Raises ValueError where it is no whole number: the workers would plant something else."""
    thousandths = round(10 * percent)
    if abs(thousandths - 10 * percent) > 1e-9 or thousandths < 0:
        raise ValueError(f"{percent} % is no whole number of per mille")
    return thousandths


def text_of(cases: Sequence[str], percent: float, program: str) -> str:
    """The variable's text that makes these cases' heap arms slower in the programs that fit the pattern `program`."""
    return "".join(f"{program}\t{literal(case)}\t{PLANTED_ARM}\t{per_mille(percent)}\n" for case in cases)


@contextmanager
def planted(text: str) -> Iterator[None]:
    """Whatever this process starts meanwhile has these plants, and no others that the user may have left there."""
    before = os.environ.pop(VARIABLE, None)
    try:
        if text:
            os.environ[VARIABLE] = text
        yield
    finally:
        os.environ.pop(VARIABLE, None)
        if before is not None:
            os.environ[VARIABLE] = before
