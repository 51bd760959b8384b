"""The command line of scripts/publish.py.

Exit codes: 0 it is published · 2 refused, bad input, or it could not be written · 130, 143 stopped by a signal.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.command_line import exit_status, stop_on_sigterm
from heaptoll.option_types import names

if TYPE_CHECKING:
    from heaptoll.measurements import Run

_PROGRAM = "publish.py"
_README = Path("README.md")

_EXAMPLE = """\
examples:
  scripts/publish.py epyc-zen4-2vcpu
      freezes results/latest as results/published/epyc-zen4-2vcpu and plots/published/epyc-zen4-2vcpu
  scripts/publish.py epyc-zen4-2vcpu --run results/runs/20260131T120000Z-beef --replace --also precision,truth
      another run in its place, with the latest results of make precision and make truth
  scripts/publish.py raspberry-pi-5 --readme
      and the README's pictures are of that machine from now on

Published are measurements.csv.xz, run.json, the edges, the counts that fit, what lies beside the run, and every chart.
Other files in the two folders stay. Users' folders are written ~; a host's name is refused. Run again on the same run,
it writes the same bytes.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    stop_on_sigterm()
    return exit_status(_PROGRAM, Path("results/published"), lambda: _publish(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM,
        description="Freeze a run under a machine's name, to be committed and shown.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="what the machine is called: epyc-zen4-2vcpu")
    parser.add_argument(
        "--run", type=Path, default=Path("results/latest"), metavar="RUN_DIR",
        help="the run's folder (default: results/latest)",
    )  # fmt: skip
    parser.add_argument("--replace", action="store_true", help="put it in place of the run that has the name now")
    parser.add_argument(
        "--allow", type=names, default=(), metavar="WORD[,WORD]",
        help="what is refused otherwise: incomplete, contended, dirty, other-machine, host-name",
    )  # fmt: skip
    parser.add_argument(
        "--also", type=names, default=(), metavar="WORD[,WORD]",
        help="the latest results of other targets that are of this machine: precision, truth",
    )  # fmt: skip
    parser.add_argument("--readme", action="store_true", help="turn the README's pictures and links to this machine")
    return parser


def _publish(options: argparse.Namespace) -> int:
    # pandas and matplotlib take most of a second to import; --help and a typing mistake need neither.
    from heaptoll.measurements import read_run
    from heaptoll.publish import readme, refuse
    from heaptoll.publish.folders import alone, write
    from heaptoll.publish.material import ALSO, material

    _check_words("--allow", options.allow, refuse.ALLOWED)
    _check_words("--also", options.also, tuple(ALSO))
    refuse.check_name(options.name)
    run = read_run(options.run, allow_incomplete="incomplete" in options.allow)
    refuse.check_run(run, options.allow)
    refuse.check_go(run, options.allow)
    _check_taken(options, run)
    if options.readme:
        readme.check(_README)
    files, told = material(run, options.also)
    for line in told:
        print(f"{_PROGRAM}: {line}", file=sys.stderr)
    clean = _scrubbed(options, files)
    with alone():
        _check_taken(options, run)  # somebody else may have taken it meanwhile
        for folder in write(options.name, clean, run.folder):
            print(folder)
        _write_pages(options)
    return 0


def _check_words(option: str, given: Sequence[str], known: Sequence[str]) -> None:
    from heaptoll.bad_input import BadInput, quoted

    for word in given:
        if word not in known:
            raise BadInput(option, f"one or more of {', '.join(known)}", "see --help", found=quoted(word))


def _check_taken(options: argparse.Namespace, run: Run) -> None:
    from heaptoll.bad_input import BadInput
    from heaptoll.publish import refuse
    from heaptoll.published import CHARTS, RESULTS
    from heaptoll.run_facts import FILE_NAME, read_run_facts

    for folder in (RESULTS / options.name, CHARTS / options.name):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise BadInput(
                folder, "a folder, or nothing", "move it away, or choose another NAME", found="something else"
            )
    file = RESULTS / options.name / FILE_NAME
    if file.exists():
        refuse.check_replaced(run, file.parent, read_run_facts(file), replace=options.replace, allowed=options.allow)


def _scrubbed(options: argparse.Namespace, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files without names of users and hosts. Raises BadInput for a host's name, and for what is no text."""
    from heaptoll.bad_input import BadInput
    from heaptoll.publish import scrub
    from heaptoll.publish.text import decoded

    host = scrub.host_name()
    result = {}
    for name, content in files.items():
        text = decoded(options.run / name, content)
        clean = scrub.scrubbed(text, [Path.cwd()], scrub.home())
        if clean != text:
            print(f"{_PROGRAM}: {name}: folders of users or of this checkout were shortened", file=sys.stderr)
        if "host-name" not in options.allow and scrub.names_host(clean, host):
            raise BadInput(
                options.run / name, "nothing that names this host",
                "measure again with other names of folders; --allow host-name if the word means something else",
                found=host,
            )  # fmt: skip
        result[name] = clean.encode("utf-8")
    return result


def _write_pages(options: argparse.Namespace) -> None:
    """The list of machines, and the README where it is asked for or shows this machine, or nothing yet."""
    from heaptoll.publish import readme
    from heaptoll.publish.index import FILE_NAME, index
    from heaptoll.published import CHARTS, published
    from heaptoll.whole_file import write_whole

    write_whole(CHARTS / FILE_NAME, index(published(), CHARTS).encode("utf-8"))
    text = readme.read(_README) if options.readme or _README.exists() else ""
    shown = readme.shown(text)
    others = shown - {options.name}
    if options.readme or (readme.is_marked(text) and not any((CHARTS / name).is_dir() for name in others)):
        write_whole(_README, readme.turned(_README, text, options.name).encode("utf-8"))
        print(_README)
