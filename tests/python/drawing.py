"""What the tests of charts share: drawing one, reading its texts, and runs that are hard to draw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import synthetic
from matplotlib.figure import Figure

from heaptoll import charts
from heaptoll.charts import overlap, save
from heaptoll.charts.theme import LIGHT, Theme
from heaptoll.measurements import Run, read_run

RunWith = Callable[[int], Run]
each_chart = pytest.mark.parametrize("name", charts.NAMES)
# Those in which the trouble of `troubled` can be seen.
each_chart_of_arrays = pytest.mark.parametrize("name", ["headline", "size_sweep", "array_size"])

HOSTILE = ("<script>", "=cmd()", "$x_1$")


def draw(name: str, run: Run, theme: Theme = LIGHT) -> Figure:
    return charts.load(name).draw(run, theme)


def svg(name: str, run: Run, theme: Theme = LIGHT) -> bytes:
    return save.encode(draw(name, run, theme), "svg", theme, charts.load(name).question)


def words(figure: Figure) -> list[str]:
    """Every text of a figure."""
    return [text for text, _ in overlap.text_boxes(figure)]


def drawn_run(folder: Path, **options: object) -> Run:
    """A run made by `synthetic.write_run` with these options, and read."""
    options.setdefault("allocators", synthetic.ALLOCATORS[:2])
    return read_run(synthetic.write_run(folder, **options))  # type: ignore[arg-type]


def hostile_cases() -> list[synthetic.Case]:
    """Cases whose names mean something to a browser, a spreadsheet, a typesetter."""
    script, command, formula = HOSTILE
    return [
        synthetic.Case(f"{command}/{formula}/{script}{'x' * 300}", 64, "", f"{script} {formula} " * 40),
        synthetic.Case(f"{formula}/\\alpha_{{2}}/日本", None, "", ""),
        *(
            synthetic.Case(f"array_size/{formula}/{n}/{script}", 8 * n, f"elements={n};touch={script}", "a")
            for n in (8, 16, 32, 64, 128)
        ),
        *(
            synthetic.Case(f"{scenario}/{formula}/{script}", 64, f"order={script};a{command}={formula}", script * 99)
            for scenario in ("returned_pointer", "boxed_value", "captured_closure", "lifetime")
        ),
        *(
            synthetic.Case(
                f"captured_closure/call_many/{n}/{script}", 64, f"calls={n};a={script}{'x' * 99}", "",
                model=lambda arm, malloc: 9.0 + malloc * (arm == "heap"),
            )  # fmt: skip
            for n in (1, 10)
        ),
        synthetic.Case(f"lifetime/live/1/{script}", 64, f"blocks=1;order={script}{'x' * 99}", ""),
        synthetic.Case(f"lifetime/live/2/{script}", 64, f"blocks=2;order={script}{'x' * 99}", ""),
    ]


def troubled(row: synthetic.Row) -> synthetic.Row | None:
    """One of each kind of trouble, in cases that every chart of arrays shows."""
    case, arm, allocator = row["case"], row["arm"], row["allocator"]
    if case == "array_size/vla/8192/all" and arm == "stack":
        return synthetic.without_time(row, "skipped", "the stack limit is 64 KiB: raise it with ulimit -s")
    if case == "array_size/alloca/8192/all" and (arm, allocator) == ("heap", "jemalloc"):
        return synthetic.without_time(row, "crashed", "SIGSEGV")
    if case == "array_size/fixed/8192/all" and (arm, allocator) == ("heap", "glibc"):
        return synthetic.contended(row)
    if case == "array_size/fixed/8192/all" and allocator == "jemalloc":
        return None
    return row
