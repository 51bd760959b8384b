"""The series of another project's CSV, with what there is to say about it."""

from __future__ import annotations

from difflib import get_close_matches

from heaptoll.bad_input import BadInput, quoted
from heaptoll.history.foreign_csv import CsvAsked, read_csv
from heaptoll.history.sources import Source
from heaptoll.history.told import Told
from heaptoll.name_filter import matcher

_MOST_NAMED = 5


def csv_source(asked: CsvAsked, filter_: str) -> Source:
    """Raises BadInput."""
    history = read_csv(asked)
    matches = matcher(filter_)
    series = [each for each in history.series if matches(each.name.case)]
    if not series:
        metrics = [each.name.case for each in history.series]
        near = get_close_matches(filter_, metrics, _MOST_NAMED, 0.3) or metrics[:_MOST_NAMED]
        raise BadInput(
            asked.path, f"a metric that matches {quoted(filter_)}", f"there are {', '.join(near)}", found="none"
        )
    first, last = history.runs[0].time_utc, history.runs[-1].time_utc
    heading = {
        "file": str(asked.path),
        "rows": f"{len(history.runs)} from {first:%Y-%m-%d} to {last:%Y-%m-%d}",
        "series": f"{len(series)}" + (f" that match {filter_}" if filter_ else ""),
    }
    return Source(series, Told(heading, history.warnings, history.notices))
