"""Accidents that happen to files: bytes lost, doubled, flipped, cut off, mixed with others, numbers that are none."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_SNIPPETS = (
    b",", b"\n", b"\r\n", b"\r", b'"', b'""', b"\0", b"\t", b" ", b"nan", b"NaN", b"Infinity", b"-", b"inf", b"1e400",
    b"1e308", b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\xed\xa0\x80", b"null", b"true", b"{", b"}", b"[", b"]", b"[" * 3000,
    b":", b"\\", b"\\ud800",
    b"=cmd()", b"@SUM(1)", b"../../etc/passwd", b"ok", b"crashed", b"contended", b"\xe2\x80\xa8",
    b"\xd9\xa3", b"1_0",
)  # fmt: skip
_NUMBERS = (
    b"-1", b"0", b"-0", b"1e-320", b"1e17", b"1e18", b"1e19", b"1e308", b"1e309", b"9" * 400, b"9" * 5000, b"NaN",
    b"-Infinity",
    b"0.0000000001", b"9223372036854775807", b"18446744073709551616", b"0x10", b"1e", b"+1", b"007", b"\"1\"", b"",
)  # fmt: skip

_Accident = Callable[[Random, bytes, bytes], bytes]


def mutated(random: Random, good: bytes, other: bytes) -> bytes:
    """`good` after one to four accidents; some of them mix it with `other`."""
    data = good
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        data = random.choice(_ACCIDENTS)(random, data, other)
    return data


def _span(random: Random, data: bytes) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.choice((0, 1, 1, 2, 5, 20, 100)))


def _cut(random: Random, data: bytes, other: bytes) -> bytes:
    start, end = _span(random, data)
    return data[:start] + data[end:]


def _double(random: Random, data: bytes, other: bytes) -> bytes:
    start, end = _span(random, data)
    return data[:end] + data[start:]


def _insert(random: Random, data: bytes, other: bytes) -> bytes:
    start, end = _span(random, data)
    return data[:start] + random.choice(_SNIPPETS) + data[random.choice((start, end)) :]


def _flip(random: Random, data: bytes, other: bytes) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


def _truncate(random: Random, data: bytes, other: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _splice(random: Random, data: bytes, other: bytes) -> bytes:
    start, end = _span(random, data)
    from_, to = _span(random, other)
    return data[:start] + other[from_:to] + data[end:]


def _number(random: Random, data: bytes, other: bytes) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    match = random.choice(found)
    return data[: match.start()] + random.choice(_NUMBERS) + data[match.end() :]


def _line(random: Random, data: bytes, other: bytes) -> bytes:
    """A line moved, doubled or dropped."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    line = lines.pop(at) if random.random() < 0.6 else lines[at]
    if random.random() < 0.6:
        lines.insert(random.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


_ACCIDENTS: tuple[_Accident, ...] = (_cut, _double, _insert, _flip, _truncate, _splice, _number, _number, _line)
