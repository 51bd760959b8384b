"""The key of a series: the conditions under which its values compare. As facts, in words, and how two differ."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from heaptoll.bad_input import quoted
from heaptoll.history.conditions import Conditions
from heaptoll.history.record import Machine

# What --join may leave out, so that a series goes on where it changes.
PARTS = ("machine", "libc", "compiler", "flags", "profile", "allocators", "engine")
USUAL_ENGINE = "lockstep"
_GLIBC = "glibc"
_CPU = "CPU"
_ANOTHER_MACHINE = 3  # facts that differ; with one or two it is the same one, set up otherwise
_NOT_TOLD = "not told"
_LONGEST_VERSION = 16
_LISTS = {"flags": " ", "caches": ", "}  # facts that are lists, and what stands between


class Fact(NamedTuple):
    """`part`: the word of --join that leaves it out. `name`: what it is, for people. `value`: None where a run could
    not tell."""

    part: str
    name: str
    value: str | None


Key = tuple[Fact, ...]


def parse_parts(text: str) -> frozenset[str]:
    """The words of --join, separated by commas. Raises ValueError, which lists them, for another word."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in PARTS:
            near = get_close_matches(word, PARTS, 1)
            guess = f"did you mean {near[0]}? " if near else ""
            raise ValueError(f"{quoted(word)} is no part of a key: {guess}{', '.join(PARTS)}")
    return frozenset(words)


def machine_facts(machine: Machine) -> tuple[Fact, ...]:
    """What a machine is, but for its label."""
    cores = None if machine.cores is None else str(machine.cores)
    return (
        Fact("machine", _CPU, machine.cpu_model),
        Fact("machine", "architecture", machine.architecture),
        Fact("machine", "cores", cores),
        Fact("machine", "caches", machine.caches),
        Fact("machine", "SMT", machine.smt),
        Fact("machine", "hypervisor", machine.hypervisor),
    )


def key_of(conditions: Conditions, allocator: str | None, join: frozenset[str] = frozenset()) -> Key:
    """The key of an allocator's series under these conditions, without the parts in `join`; None: of the run, whatever
    allocators it measured."""
    facts = [
        Fact("machine", "label", conditions.machine.label),
        *machine_facts(conditions.machine),
        Fact("libc", "libc", conditions.libc),
        Fact("compiler", "compiler", conditions.compiler),
        Fact("flags", "flags", conditions.flags),
        Fact("profile", "profile", conditions.profile),
        Fact("engine", "engine", conditions.engine),
    ]
    if allocator is not None:
        version = dict(conditions.versions).get(allocator)
        if allocator != _GLIBC:
            facts.append(Fact("allocators", allocator, version))
        elif conditions.libc != f"{_GLIBC} {version}":  # its own version is the libc's, and stands there already
            facts.append(Fact("libc", allocator, version))
        facts.append(Fact("allocators", "allocator options", " ".join(conditions.environment) or None))
    return tuple(fact for fact in facts if fact.part not in join)


def in_words(keys: Collection[Key]) -> dict[Key, str]:
    """Each key in a few words, no two alike: where the words do not tell two keys apart, a hash does."""
    words = {key: _words(key) for key in dict.fromkeys(keys)}
    alike: dict[str, list[Key]] = {}
    for key, said in words.items():
        alike.setdefault(said, []).append(key)
    for said, group in alike.items():
        if len(group) > 1:
            hashes = [hash_of(key) for key in group]
            length = next(n for n in range(4, 65) if len({each[:n] for each in hashes}) == len(group))
            words.update((key, f"{said} #{each[:length]}") for key, each in zip(group, hashes))
    return words


def hash_of(key: Key) -> str:
    """Of all its facts: the same on every machine."""
    return hashlib.sha256(repr([tuple(fact) for fact in key]).encode()).hexdigest()


def _words(key: Key) -> str:
    found = {fact.name: fact.value for fact in key}
    pieces = []
    if _CPU in found:
        machine = _machine_words(found)
        pieces.append(f"{found['label']} ({machine})" if found["label"] else machine)
    pieces += [found[name] or f"unknown {name}" for name in ("libc", "compiler", "profile") if name in found]
    if found.get("engine", USUAL_ENGINE) != USUAL_ENGINE:
        pieces.append(f"engine {found['engine'] or 'unknown'}")
    told = {"label", "libc", "compiler", "flags", "profile", "engine", "allocator options"}
    pieces += [
        f"{fact.name} {_short(fact.value)}" for fact in key if fact.part != "machine" and fact.name not in told
    ]
    options = found.get("allocator options")
    return "; ".join([*pieces, *([options] if options else [])]) or "all runs"


def _machine_words(found: Mapping[str, str | None]) -> str:
    """Of facts by name."""
    cores = found["cores"] and f"{found['cores']} core{'' if found['cores'] == '1' else 's'}"
    return ", ".join(filter(None, (found[_CPU] or "unknown CPU", cores, found["hypervisor"])))


def _short(version: str | None) -> str:
    """5.3.0-0-g54eaed1d8b56 as 5.3.0: where that is not enough to tell two apart, a hash is."""
    if version is None:
        return "of unknown version"
    return version if len(version) <= _LONGEST_VERSION else version.split("-")[0].split("+")[0][:_LONGEST_VERSION]


def differing(before: Key, after: Key) -> int:
    """In how many facts two keys with the same parts differ."""
    return len(set(before) ^ set(after))


def changes(before: Key, after: Key) -> str:
    """What changed, in words: "compiler gcc 12.2.0 -> gcc 13.1". Of another machine only which one: nobody asks in what
    else it differs."""
    old = {fact.name: fact.value for fact in before}
    new = {fact.name: fact.value for fact in after}
    names = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
    of_machine = [fact.name for fact in after if fact.part == "machine" and fact.name in names]
    if _CPU not in names and len(of_machine) < _ANOTHER_MACHINE:
        return ", ".join(_change(name, old.get(name), new.get(name)) for name in names)
    others = [name for name in names if name not in of_machine]
    label = new["label"] and f", {new['label']}"
    return f"another machine{label or ''} ({_machine_words(new)})" + (f" with other {', '.join(others)}" if others else "")


def _change(name: str, old: str | None, new: str | None) -> str:
    """Of what is long, only the words that the other does not have."""
    between = _LISTS.get(name)
    if between and old is not None and new is not None:
        gone, come = (_without(one, other, between) for one, other in ((old, new), (new, old)))
        if not gone and not come:
            return f"order of {name}"
        return f"{name} {gone or 'none of them'} -> {come or 'none in its place'}"
    return f"{name} {old or _NOT_TOLD} -> {new or _NOT_TOLD}"


def _without(words: str, others: str, between: str) -> str:
    known = set(others.split(between))
    return between.join(word for word in words.split(between) if word not in known)
