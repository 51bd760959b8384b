"""Unpacks a file that was compressed with xz: whole, or refused with what is wrong with it."""

from __future__ import annotations

import io
import lzma
from pathlib import Path

from heaptoll.bad_input import BadInput

SUFFIX = ".xz"

# A full run is some tens of MiB. A few KiB can be made to unpack to more than any memory holds.
LARGEST_BYTES = 2 << 30
# What the decoder may take for its dictionary; `xz -9` asks for 65 MiB.
_DECODER_BYTES = 256 << 20
_CHUNK = 1 << 20
_MAGIC = b"\xfd7zXZ\0"
_AGAIN = "copy it again from where it came, or measure again"


def decompress(
    file: Path, packed: bytes, largest: int | None = None, holds: str = "a run's measurements"
) -> bytes:
    """The contents of `file`, which holds the bytes `packed`: `largest` bytes at most, or LARGEST_BYTES. `holds`: what it is, in words.
    Raises BadInput.

    Several streams one after the other are one file, with zeros between them in fours, as `xz` itself has
    it. Anything else behind a stream is refused: Python's own LZMAFile would pass over it.
    """
    unpacked = io.BytesIO()
    largest = LARGEST_BYTES if largest is None else largest
    while packed:
        packed = _unpack_stream(file, packed, unpacked, largest, holds)
        padding = len(packed) - len(packed.lstrip(b"\0"))
        if padding % 4:
            raise BadInput(
                file, "whole xz streams and nothing else", _AGAIN, found=f"{padding} zero bytes after one"
            )
        packed = packed[padding:]
    if not unpacked.tell():
        raise BadInput(file, f"{holds}, compressed with xz", "measure again", found="nothing in it")
    return unpacked.getvalue()


def _unpack_stream(file: Path, packed: bytes, into: io.BytesIO, largest: int, holds: str) -> bytes:
    """Appends what one stream holds; returns what stands behind it."""
    decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_DECODER_BYTES)
    what = "whole xz streams and nothing else" if into.tell() else "a file compressed with xz"
    if not packed.startswith(_MAGIC):
        raise BadInput(file, what, _AGAIN, found="something else")
    feed = packed
    while not decoder.eof:
        try:
            into.write(decoder.decompress(feed, max_length=_CHUNK))
        except lzma.LZMAError as error:
            raise BadInput(file, what, _AGAIN, found=_in_words(error)) from None
        if into.tell() > largest:
            raise BadInput(
                file, f"at most {largest} bytes once unpacked",
                f"unpack it yourself with `xz -d` if it really is {holds}", found="more than that",
            )  # fmt: skip
        if decoder.needs_input and not decoder.eof:
            raise BadInput(file, "the end of the compressed data", _AGAIN, found="the end of the file before it")
        feed = b""
    return decoder.unused_data


def _in_words(error: lzma.LZMAError) -> str:
    """What liblzma says, as part of a sentence: "Corrupt input data" is "corrupt input data"."""
    said = str(error) or "damaged data"
    return said[0].lower() + said[1:]
