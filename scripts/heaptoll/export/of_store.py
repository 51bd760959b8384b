"""Which runs of a history go into one file: those whose values compare. Beside each other, the series of two keys would
have a hole in every column, which Otava refuses, or be taken for one series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from heaptoll.bad_input import BadInput, quoted
from heaptoll.history.conditions import Conditions
from heaptoll.history.keys import Key, hash_of, in_words, key_of
from heaptoll.history.series import Series
from heaptoll.history.stored_run import StoredRun

_HASH_DIGITS = 8
_MOST_NAMED = 5


@dataclass(frozen=True)
class AskedKey:
    """`machine`: the label of the runs' machine. `text`: a part of what `one_key` says of their key. Without these two,
    the key of the newest run. `allocators`: only these; empty means all. `join`: parts of the key that may differ."""

    machine: str | None = None
    text: str | None = None
    allocators: tuple[str, ...] = ()
    join: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OneKey:
    """`keys`: that of each allocator. `run_ids`: the runs in which all of these were measured under theirs. `said`:
    which runs they are and how many others there are, in lines; none where they are all."""

    keys: Mapping[str, Key]
    run_ids: frozenset[str]
    said: tuple[str, ...]

    def of(self, series: Sequence[Series]) -> list[Series]:
        """The values of these runs."""
        found = []
        for each in series:
            kept = np.array([each.run(i).name in self.run_ids for i in range(len(each))])
            if kept.any():
                one = (each.at[kept], each.values[kept], each.low[kept], each.high[kept])
                found.append(replace(each, at=one[0], values=one[1], low=one[2], high=one[3]))
        return found


def one_key(runs: Sequence[StoredRun], asked: AskedKey, folder: Path) -> OneKey:
    """Of the keys that are asked for, that of the newest run. `runs` by time. Raises BadInput, which lists the keys,
    where there is none such."""
    groups: dict[Key, list[StoredRun]] = {}
    for run in runs:
        if set(asked.allocators) <= set(_measured(run.conditions)):
            groups.setdefault(_key(run.conditions, asked), []).append(run)
    words = {key: f"{said} [{hash_of(key)[:_HASH_DIGITS]}]" for key, said in in_words(list(groups)).items()}
    newest_first = sorted(groups, key=lambda key: (groups[key][-1].started_utc, groups[key][-1].run_id), reverse=True)
    found = [key for key in newest_first if _is_asked_for(words[key], groups[key], asked)]
    if not found:
        raise BadInput(
            folder, f"a run {_wanted(asked)}", f"the newest are under {_listed(newest_first, words)}", found="none"
        )
    like = groups[found[0]][-1].conditions
    keys = {name: key_of(like, name, asked.join) for name in _names(like, asked)}
    ids = frozenset(run.run_id for run in runs if _has(run.conditions, keys, asked.join))
    said = []
    others = [key for key in newest_first if not all(run.run_id in ids for run in groups[key])]
    if others:
        said = [
            f"{len(ids)} of {len(runs)} runs, under the key {words[found[0]]}",
            f"there {'is one other' if len(others) == 1 else f'are {len(others)} others'}, for --machine or --key to "
            f"choose: {_listed(others, words)}",
        ]
    without = {name for run in runs if run.run_id in ids for name in _names(run.conditions, asked)} - keys.keys()
    if without:
        names = ",".join(sorted(without))
        said.append(f"the newest of these runs has no {names}, so it is left out: --allocators {names}")
    return OneKey(keys, ids, tuple(said))


def _measured(conditions: Conditions) -> list[str]:
    return [name for name, _ in conditions.versions]


def _names(conditions: Conditions, asked: AskedKey) -> list[str]:
    return [name for name in _measured(conditions) if not asked.allocators or name in asked.allocators]


def _key(conditions: Conditions, asked: AskedKey) -> Key:
    """Of a run: all that its allocators' keys have."""
    facts = [fact for name in _names(conditions, asked) for fact in key_of(conditions, name, asked.join)]
    return tuple(dict.fromkeys(facts or key_of(conditions, None, asked.join)))


def _has(conditions: Conditions, keys: Mapping[str, Key], join: frozenset[str]) -> bool:
    there = _measured(conditions)
    return all(name in there and key_of(conditions, name, join) == key for name, key in keys.items())


def _is_asked_for(words: str, runs: Sequence[StoredRun], asked: AskedKey) -> bool:
    labels = {run.conditions.machine.label for run in runs}
    return (asked.machine is None or asked.machine in labels) and (asked.text or "").lower() in words.lower()


def _wanted(asked: AskedKey) -> str:
    words = (
        f"of {' and '.join(asked.allocators)}" if asked.allocators else "",
        f"on the machine {quoted(asked.machine)}" if asked.machine is not None else "",
        f"under a key with {quoted(asked.text)}" if asked.text is not None else "",
    )
    return " ".join(filter(None, words)) or "with a value"


def _listed(keys: Sequence[Key], words: Mapping[Key, str]) -> str:
    more = f" | and {len(keys) - _MOST_NAMED} more" if len(keys) > _MOST_NAMED else ""
    return (" | ".join(words[key] for key in keys[:_MOST_NAMED]) or "none") + more
