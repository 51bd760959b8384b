"""What is published is text, and says so where it is not."""

from __future__ import annotations

from pathlib import Path

from heaptoll.bad_input import BadInput


def decoded(file: Path, content: bytes) -> str:
    """What `file` holds, as text. Raises BadInput."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            file, "UTF-8 text", "write it as that", line=content.count(b"\n", 0, error.start) + 1,
            found=f"byte 0x{content[error.start]:02x}",
        ) from None  # fmt: skip
