"""Asks objdump what is in a program. Nothing here knows what the answers mean."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted

X86_64 = "elf64-x86-64"
_LIMIT_SECONDS = 120


def file_format(program: Path) -> str:
    """The object format in binutils' words: "elf64-x86-64".

    Raises BadInput when there is no such file, or it is not a program.
    """
    if not program.is_file():
        raise BadInput(program, "a heaptoll-worker", "build it with: make build", found="no such file")
    for line in _objdump(program, "-f").splitlines():
        _, marker, name = line.partition("file format ")
        if marker:
            return name.strip()
    raise BadInput(program, "a program for Linux", "name a heaptoll-worker", found="a file of no known format")


def disassembly(program: Path) -> str:
    """All its code, with the source line of each instruction where debug information has it."""
    return _objdump(program, "-d", "-l", "--no-show-raw-insn")


def symbols(program: Path) -> str:
    return _objdump(program, "-t")


def relocations(program: Path) -> str:
    """What the loader fills in: the pointers in its data, and the functions of other libraries."""
    return _objdump(program, "-R")


def _objdump(program: Path, *flags: str) -> str:
    command = ["objdump", *flags, "--", str(program)]
    try:
        # The words that are looked for are English.
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace",
            env={**os.environ, "LC_ALL": "C"}, timeout=_LIMIT_SECONDS,
        )  # fmt: skip
    except FileNotFoundError:
        raise BadInput("objdump", "the program of that name on PATH", "install the package binutils") from None
    except PermissionError as error:
        raise BadInput("objdump", "a program", "install the package binutils", found=str(error.strerror)) from None
    except subprocess.TimeoutExpired:
        raise BadInput(program, f"objdump to end within {_LIMIT_SECONDS} s", "look at the file") from None
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2].rpartition(": ")[2]
        raise BadInput(program, "a program that objdump can read", "name a heaptoll-worker", found=quoted(said))
    return done.stdout
