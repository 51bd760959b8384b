"""What a terminal makes of characters, written down apart from the code that is tested, and names that mean harm."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# Columns that each takes.
KNOWN = {"a": 1, "z": 1, "/": 1, "é": 1, " ": 1, "大": 2, "한": 2, "ｗ": 2, "\u0301": 0, "\u20dd": 0, "\U0001f600": 2}

def examples(most: int) -> settings:
    """So many, however slow the machine is."""
    return settings(max_examples=most, deadline=None, suppress_health_check=[HealthCheck.too_slow])


texts = st.text(st.sampled_from(list(KNOWN)), max_size=120)
# What may stand in a file of others.
hostile = st.text(st.sampled_from([*KNOWN, "\n", "\t", "\x1b", "\u202e", "\x00", "|", "\ud800", "…"]), max_size=60)
names = st.one_of(hostile, st.text("abcdefgh/_0123456789", min_size=1, max_size=150))


def known_width(text: str) -> int:
    return sum(KNOWN.get(character, 1) for character in text)


def unwrapped(text: str) -> str:
    """With every line that is indented joined to the one before, as lines are that go on."""
    return re.sub(r"\n +", " ", text)


def too_wide(text: str) -> list[str]:
    """Lines that take more than 80 columns, without the escapes of colours. Fails on what would move the cursor."""
    plain = re.sub(r"\x1b\[\d+m", "", text)
    assert plain.replace("\n", "").isprintable(), repr(plain)
    return [line for line in plain.split("\n") if known_width(line) > 80]
