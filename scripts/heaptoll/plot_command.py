"""The command line of scripts/plot.py.

Exit codes: 0 everything asked for is drawn · 2 bad input, or something asked for could not be drawn.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll import charts
from heaptoll.command_line import add_counts_and_build, add_run, exit_status, failed, no_such_build

if TYPE_CHECKING:
    from heaptoll.measurements import Run

_FORMATS = ("svg", "png")
_THEMES = ("light", "dark")
_DEFAULT_OUT = Path("plots/latest")

_EXAMPLE = """\
examples:
  scripts/plot.py
      draws every chart of results/latest into plots/latest
  scripts/plot.py results/runs/20260131T120000Z-beef --out plots/today --select headline --format svg
      draws one chart of one run, for light and for dark pages, as SVG
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return exit_status("plot.py", options.out, lambda: _plot(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="plot.py",
        description="Draw the charts of a run, and write edges.csv beside its measurements where it has\n"
        "a dense size sweep: the edges that the chart marks. Prints the path of each file\nit writes.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_run(parser)
    parser.add_argument(
        "--out", type=Path, default=_DEFAULT_OUT, metavar="DIR",
        help=f"where the charts go; made if it is not there (default: {_DEFAULT_OUT})",
    )  # fmt: skip
    parser.add_argument(
        "--select", type=lambda text: _choices(text, _every_chart()), metavar="NAME,…",
        help=f"which charts: {', '.join(_every_chart())} (default: all for which the run has data)",
    )  # fmt: skip
    parser.add_argument(
        "--format", type=lambda text: _choices(text, _FORMATS), default=_FORMATS, metavar="FORMAT,…",
        help="which image formats: svg, png (default: both)",
    )  # fmt: skip
    parser.add_argument(
        "--theme", type=lambda text: _choices(text, _THEMES), default=_THEMES, metavar="THEME,…",
        help="for which backgrounds: light, dark (default: both)",
    )  # fmt: skip
    parser.add_argument(
        "--brief", action="store_true", help="say how many charts there are and where, not the path of each file"
    )
    add_counts_and_build(parser)
    parser.add_argument(
        "--allow-incomplete", action="store_true",
        help="draw a run that is still running, or failed, too; the charts say so",
    )  # fmt: skip
    return parser


def _choices(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """The names in a list with commas, each once, in the order given."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise argparse.ArgumentTypeError(f"expected one or more of {', '.join(known)}")
    for name in names:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise argparse.ArgumentTypeError(
                f"{name!r} is none of {', '.join(known)}; did you mean {nearest!r}?"
            )
    return names


def _plot(options: argparse.Namespace) -> int:
    # pandas and matplotlib take most of a second to import; --help and a typing mistake need neither.
    from heaptoll.measurements import read_run

    run = replace(read_run(options.run, allow_incomplete=options.allow_incomplete), counts=options.counts)
    if wrong := no_such_build(options, run.builds):
        return failed("plot.py", wrong)
    options.out.mkdir(parents=True, exist_ok=True)
    asked = options.select or _every_chart()
    drawn = [_draw(run, name, options) for name in asked]
    if "size_sweep" in asked:
        _write_edges(run, options)
    if options.brief and any(drawn):
        print(f"{options.out}: {sum(drawn)} charts")
    return 0 if all(drawn) or (any(drawn) and options.select is None) else 2


def _every_chart() -> tuple[str, ...]:
    return (*charts.NAMES, *charts.OF_GO)


def _draw(run: Run, name: str, options: argparse.Namespace) -> bool:
    """Draws one chart in every theme and format; false if the run lacks the data for it."""
    from heaptoll.charts.chart import NotEnoughData, NothingOfTheKind
    from heaptoll.charts.save import save
    from heaptoll.charts.theme import THEMES

    chart = charts.load(name)
    for theme in options.theme:
        paths = [options.out / f"{name}-{theme}.{format}" for format in options.format]
        try:
            figure = chart.draw(run, THEMES[theme], options.build)
        except NotEnoughData as error:
            if options.select or not isinstance(error, NothingOfTheKind):
                print(f"plot.py: {name} is not drawn: {error}", file=sys.stderr)
            _remove_older(options, name)
            return False
        for path in paths:
            save(figure, path, THEMES[theme], chart.question)
            _say(path, options)
    return True


def _say(path: Path, options: argparse.Namespace) -> None:
    if not options.brief:
        print(path)


def _write_edges(run: Run, options: argparse.Namespace) -> None:
    """Writes what the size sweep marks beside the run's measurements; a run that cannot take it is no failure."""
    from heaptoll.edges import sweep, table

    if not (found := sweep.usual_edges(run)):
        return
    path = run.folder / table.FILE_NAME
    try:
        if table.write(path, run.facts.run_id, found):
            _say(path, options)
    except OSError as error:
        print(f"plot.py: {path}: not written: {error.strerror or error}", file=sys.stderr)


def _remove_older(options: argparse.Namespace, name: str) -> None:
    """A chart of an earlier run must not stand among those of this one."""
    for theme in options.theme:
        for format in options.format:
            options.out.joinpath(f"{name}-{theme}.{format}").unlink(missing_ok=True)
