"""What commands have in common: where the programs and the runs are, the clock beside what they say, reading back what
they once measured, and what becomes of errors."""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from heaptoll.bad_input import BadInput, TooNoisy

_Measured = TypeVar("_Measured")
_LATEST = Path("results/latest")


def add_build_dir(parser: argparse.ArgumentParser) -> None:
    """The option --build-dir, a Path; HEAPTOLL_BUILD_DIR sets its default."""
    parser.add_argument(
        "--build-dir", type=Path, default=Path(os.environ.get("HEAPTOLL_BUILD_DIR", "build")), metavar="DIR",
        help="where the programs are (default: build)",
    )  # fmt: skip


def add_run(parser: argparse.ArgumentParser) -> None:
    """The argument `run`, a Path: the newest complete run unless another is named."""
    parser.add_argument(
        "run", nargs="?", type=Path, default=_LATEST, metavar="RUN_DIR",
        help=f"a run's folder, or its measurements.csv or measurements.csv.xz (default: {_LATEST})",
    )  # fmt: skip


def add_counts_and_build(parser: argparse.ArgumentParser) -> None:
    """The options --counts, a Path or None, and --build, a name or None: what of a run is shown, and beside what."""
    parser.add_argument(
        "--counts", type=Path, metavar="FILE",
        help="the counts.csv that goes with the run, counts.json beside it (default: the one in the run's folder)",
    )  # fmt: skip
    parser.add_argument("--build", help="which worker build to show (default: the first one measured)")


def no_such_build(options: argparse.Namespace, builds: Sequence[str]) -> str | None:
    """What to say when --build names none of the run's `builds`; None when it does, or names nothing."""
    if options.build is None or options.build in builds:
        return None
    return f"{options.run}: no build {options.build!r} in this run; it has: {', '.join(builds) or 'none'}"


def join_parts(text: str) -> frozenset[str]:
    """The words of --join of a history; a type for argparse."""
    from heaptoll.history.keys import parse_parts

    try:
        return parse_parts(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def refuse_input_as_output(out: Path | None, given: Iterable[Path]) -> None:
    """Raises BadInput where `out` is one of the files read: those given, or a run's."""
    if out is None:
        return
    for each in given:
        for file in (each, *(each / name for name in ("measurements.csv", "measurements.csv.xz", "run.json")),
                     each.with_name("run.json"), each.with_name("measurements.csv")):  # fmt: skip
            if _is_same(file, out):
                raise BadInput(out, "another file than what is read", "name another with --out",
                               found=f"a file of {each}")  # fmt: skip


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def failed(program: str, message: str) -> int:
    """Says on stderr why `program` failed. Returns its exit status, 2."""
    print(f"{program}: {message}", file=sys.stderr)
    return 2


def exit_status(program: str, out: Path | None, work: Callable[[], int]) -> int:
    """What `work` returns; with a line that says why, 3 where the machine was too noisy, and 2 where the input is bad, `out` could not be written or a module
    is missing. Also 2, with the traceback, for a mistake of ours: Python's own status for that is 1, which means
    something else here. After Ctrl-C 130; a KeyboardInterrupt with another signal's number stands for that one."""
    try:
        return work()
    except TooNoisy as error:
        failed(program, str(error))
        return 3
    except BadInput as error:
        return failed(program, str(error))
    except OSError as error:
        return failed(program, f"{error.filename or out}: could not be written: {error.strerror or error}")
    except ModuleNotFoundError as error:
        return failed(
            program,
            f"{sys.executable} has no module {error.name}: install it with scripts/setup.sh, "
            "or start this script with the Python that has it",
        )
    except KeyboardInterrupt as interrupt:
        print(f"{program}: stopped", file=sys.stderr)
        return stopped_status(interrupt)
    except Exception:
        traceback.print_exc()
        return failed(program, "a mistake in this program: please report it with what stands above")


def stop_on_sigterm() -> None:
    """From now on SIGTERM ends what runs as Ctrl-C does, so that nothing unfinished stays; `exit_status` tells the two
    apart."""
    signal.signal(signal.SIGTERM, _stop)


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt(number)


def stopped_status(interrupt: KeyboardInterrupt) -> int:
    """As a shell has it: 128 and the number of the signal, which is SIGINT's unless `interrupt` holds another."""
    return 128 + int(interrupt.args[0] if interrupt.args else signal.SIGINT)


def print_text(text: str) -> None:
    """Prints `text` as it is, also where the terminal's encoding lacks a character, or the reader of a pipe has seen
    enough."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace", newline="")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def clocked() -> Callable[[str], None]:
    """Prints lines to stderr with the seconds since this call before them."""
    start = time.monotonic()
    return lambda line: print(f"{time.monotonic() - start:6.0f} s  {line}", file=sys.stderr, flush=True)


def read_measured(
    path: Path,
    from_json: Callable[[dict[str, Any]], _Measured],
    name: str,
    advice: str = "measure again without --from",
) -> _Measured:
    """What a command wrote as the JSON file `name`, read from `path`. Raises BadInput when it is not that."""
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            path, f"a {name} that this program wrote", advice,
            found=f"{type(error).__name__}: {error}",
        ) from error  # fmt: skip
