"""What is asked of the history. The only place with these bounds; what was found comes from the trials alone."""

from __future__ import annotations

from heaptoll.history.selftest.figures import Selftest
from heaptoll.history.selftest.noises import KINDS
from heaptoll.history.selftest.reindex import Reindexed
from heaptoll.history.selftest.speed import Speed
from heaptoll.history.selftest.trials import Outcome

MOST_FALSE_PER_100 = 1.0
LEAST_CLOSE = 0.95
ASKED_POINTS, ASKED_STEP = 200, 3.0
MOST_SECONDS, MOST_BYTES = 60.0, 1 << 30
SPEED_SERIES, SPEED_POINTS = 1000, 1000
INDEX_RUNS, INDEX_SECONDS = 10_000, 120.0
FEWEST_SERIES = 300  # before a share is called reached


def reached(outcome: Outcome) -> bool | None:
    """Whether the trial did what is asked of it; None where nothing is, or it has too few series to say so."""
    trial = outcome.trial
    if not KINDS[trial.kind].asked or trial.points != ASKED_POINTS or trial.series < FEWEST_SERIES:
        return None
    if trial.step == 0:
        return outcome.per_100_series <= MOST_FALSE_PER_100
    return outcome.close_share.value >= LEAST_CLOSE if trial.step == ASKED_STEP else None


def fast_enough(speed: Speed) -> bool | None:
    """Whether the search is as fast and as small as asked; None for another number of series or points."""
    if (speed.series, speed.points) != (SPEED_SERIES, SPEED_POINTS):
        return None
    return speed.seconds <= MOST_SECONDS and speed.bytes_at_once <= MOST_BYTES


def indexed_fast_enough(index: Reindexed) -> bool | None:
    """Whether the index is made as fast as asked; None for another number of runs."""
    return index.seconds <= INDEX_SECONDS if index.runs == INDEX_RUNS else None


def exit_status(found: Selftest) -> int:
    """0: all of it reached; 1: something was not; 3: too few trials to say."""
    answers = [reached(outcome) for outcome in found.outcomes] + [fast_enough(speed) for speed in found.speeds]
    answers += [indexed_fast_enough(index) for index in found.indexes]
    if False in answers:
        return 1
    wanted = 2 * sum(kind.asked for kind in KINDS) + 2
    return 0 if answers.count(True) >= wanted else 3
