#!/usr/bin/env python3
"""Damages good files at random and reads them: each reader gives a result or a BadInput that names the file.

    python3 tests/fuzz/fuzz_readers.py 20000 --seed 1

Input i of a seed is always the same; --only i reads that one alone. What fails is kept beside the traceback. A result
is then compared with the good file and laid out in every format, which must work too. Exit status: 0 nothing failed,
1 something did.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "python"), str(Path(__file__).parent)]

import case_codes  # noqa: E402
import foreign_files  # noqa: E402
import synthetic  # noqa: E402
from mutations import mutated  # noqa: E402

from heaptoll import csv_lines, row_checks, run_facts, xz_file  # noqa: E402
from heaptoll.bad_input import BadInput  # noqa: E402
from heaptoll.case_code.packing import packed  # noqa: E402
from heaptoll.case_code.reader import parse_code  # noqa: E402
from heaptoll.compare import own_run, pairing  # noqa: E402
from heaptoll.compare.gbench_json import parse_gbench_json  # noqa: E402
from heaptoll.compare.go_text import parse_go_text  # noqa: E402
from heaptoll.compare.side import Side  # noqa: E402
from heaptoll.measurements import Run, read_run  # noqa: E402
from heaptoll.verdict.formats import FORMATS  # noqa: E402
from heaptoll.verdict.judge import judge  # noqa: E402
from heaptoll.verdict.report import Report  # noqa: E402
from heaptoll.verdict.zone import DeadZone  # noqa: E402

Read = Callable[[Path, bytes], Side | None]

MADE = synthetic.few_cases()
ROWS = synthetic.rows(MADE, synthetic.ALLOCATORS[:1], 2)
CSV = synthetic.csv_bytes(ROWS)
FACTS = json.dumps(synthetic.facts(MADE, synthetic.ALLOCATORS[:1]), indent=1).encode()
XZ = lzma.compress(CSV)
CODE = lzma.decompress(packed(case_codes.code_of("made_up/first/64", "made_up/second/64")))
# Rows are read a column at a time, which takes pandas milliseconds: they get a smaller share of the inputs.
_RESULTS_COMPARED = 20  # one of so many


@dataclass(frozen=True)
class Reader:
    name: str
    file: str
    good: bytes
    read: Read
    share: int


def _read_facts(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    run_facts.read_run_facts(path)


def _read_lines(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    csv_lines.read_lines(path, drop_torn_line=len(data) % 2 == 0)


def _read_rows(path: Path, data: bytes) -> Side | None:
    path.write_bytes(data)
    (path.parent / "run.json").write_bytes(FACTS)
    run: Run = read_run(path, allow_incomplete=len(data) % 2 == 0)
    return own_run.side_of(run, run.builds[0]) if run.builds else None


def _read_xz(path: Path, data: bytes) -> None:
    xz_file.decompress(path, data)


def _read_code(path: Path, data: bytes) -> None:
    # Damaged before it is packed: xz itself would notice anything else.
    parse_code(path, lzma.compress(data, preset=0))


READERS = (
    Reader("run.json", "run.json", FACTS, _read_facts, 6),
    Reader("csv shape", "measurements.csv", CSV, _read_lines, 4),
    Reader("csv rows", "measurements.csv", CSV, _read_rows, 2),
    Reader("xz", "measurements.csv.xz", XZ, _read_xz, 2),
    Reader("code", "code.json.xz", CODE, _read_code, 4),
    Reader("gbench", "out.json", foreign_files.GBENCH, parse_gbench_json, 8),
    Reader("go", "out.txt", foreign_files.GO, parse_go_text, 8),
)
_TURNS = [reader for reader in READERS for _ in range(reader.share)]


@dataclass
class Count:
    inputs: int = 0
    refused: int = 0
    seconds: float = 0.0


def made_input(seed: int, i: int) -> tuple[Reader, bytes]:
    """Input i of a seed."""
    random = Random(seed * 1_000_003 + i)
    reader = random.choice(_TURNS)
    return reader, mutated(random, reader.good, random.choice(READERS).good)


def check(reader: Reader, path: Path, data: bytes, base: Side | None) -> bool:
    """Reads one input; true when it was refused. Raises whatever is neither a result nor a proper refusal."""
    try:
        side = reader.read(path, data)
    except BadInput as error:
        message = str(error)
        if path.name not in message or not message.isprintable():
            raise AssertionError(f"not one line that names the file: {message!r}") from None
        return True
    if side is not None and base is not None:
        lay_out(base, side)
    return False


def lay_out(base: Side, head: Side) -> None:
    """Compares and writes every format, without the check of what differs."""
    zone = DeadZone()
    rows = judge(pairing.comparisons(base, head, paired=False), zone)
    heading = {"base": base.identity, "head": head.identity}
    missing = pairing.one_sided(base, head, paired=False)
    report = Report("fuzz", heading, rows, missing, head.warnings, zone)
    for format_ in FORMATS.values():
        format_(report).encode("utf-8", "backslashreplace")


def run(seed: int, indices: range, keep: Path) -> tuple[dict[str, Count], int]:
    """Reads these inputs. Returns what was counted by reader, and how many failed; those are kept in `keep`."""
    counts = {reader.name: Count() for reader in READERS}
    kinds: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        paths = {reader.name: _made(Path(folder) / reader.name.replace(" ", "-")) / reader.file for reader in READERS}
        good = {reader.name: reader.read(paths[reader.name], reader.good) for reader in READERS}
        for i in indices:
            reader, data = made_input(seed, i)
            count = counts[reader.name]
            start = time.perf_counter()
            try:
                compared = good[reader.name] if i % _RESULTS_COMPARED == 0 else None
                count.refused += check(reader, paths[reader.name], data, compared)
            except Exception as error:  # whatever it is, it is what is looked for
                kinds[type(error).__name__] += 1
                if sum(kinds.values()) <= 10:
                    kept = keep / f"fuzz-{seed}-{i}-{reader.file}"
                    kept.write_bytes(data)
                    print(f"input {i} of seed {seed}, {reader.name}, kept as {kept}", file=sys.stderr)
                    traceback.print_exc()
            count.inputs += 1
            count.seconds += time.perf_counter() - start
    return counts, sum(kinds.values())


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("inputs", type=int, help="how many inputs to read")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other inputs (default: 1)")
    parser.add_argument("--only", type=int, metavar="I", help="read input I alone")
    parser.add_argument("--keep", type=Path, default=Path(), metavar="DIR", help="where inputs that fail are kept")
    options = parser.parse_args()
    warnings.simplefilter("error")
    indices = range(options.inputs) if options.only is None else range(options.only, options.only + 1)
    start = time.perf_counter()
    counts, failed = run(options.seed, indices, options.keep)
    seconds = time.perf_counter() - start
    for name, count in counts.items():
        of_it = count.inputs / count.seconds if count.seconds else 0.0
        print(f"{name:<10} {count.inputs:>8} inputs  {count.refused:>8} refused  {of_it:8.0f}/s")
    rate = len(indices) / seconds
    print(f"{len(indices)} inputs of seed {options.seed} in {seconds:.1f} s, {rate:.0f}/s: {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
