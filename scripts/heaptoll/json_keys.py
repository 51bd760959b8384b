"""Reads a JSON object key by key; whatever is not as it should be is BadInput with the path of the key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted

_ADVICE = "measure again, or restore the file as the run wrote it"


_HALF = re.compile(r"\\u[dD][89a-fA-F]")

Hook = Callable[[list[tuple[str, object]]], object]


def read_object(path: Path) -> Mapping[str, object]:
    """The JSON object that the run.json at `path` holds. Raises BadInput."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise BadInput(
            path,
            "the run.json that a run writes beside its measurements.csv",
            "name the run's folder as `heaptoll` left it, or copy its run.json there",
            found="no such file",
        ) from None
    except OSError as error:
        raise BadInput(
            path, "a file that can be read", "check its permissions", found=error.strerror
        ) from None
    return parse_object(path, raw)


def parse_object(path: Path, raw: bytes, advice: str = _ADVICE, hook: Hook | None = None) -> Mapping[str, object]:
    """The JSON object in `raw`, which was read from `path`; `hook` as json.loads has it for pairs. Raises BadInput."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadInput(
            path, "UTF-8 text", advice, line=line, found=f"byte 0x{raw[error.start]:02x}"
        ) from None
    try:
        loaded = json.loads(text, parse_constant=_no_such_number, object_pairs_hook=hook)
    except json.JSONDecodeError as error:
        raise BadInput(
            path, f"JSON ({error.msg})", advice, line=error.lineno, column=str(error.colno)
        ) from None
    except (ValueError, RecursionError) as error:
        where = _line_of_constant(text) if isinstance(error, _NoNumber) else None
        raise BadInput(path, "JSON of ordinary numbers and depth", advice, line=where, found=str(error)) from None
    if _HALF.search(text) and not _is_whole(text):
        raise BadInput(path, "whole characters", advice, found="half of a surrogate pair, as \\ud800 is")
    if not isinstance(loaded, dict):
        raise BadInput(path, "a JSON object", advice, line=1, column="1", found=quoted(text.strip()))
    return loaded


def _is_whole(text: str) -> bool:
    """Can what the JSON says be written again? Half of a pair is no character, and no file can have it."""
    try:
        json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


class _NoNumber(ValueError):
    pass


def _no_such_number(name: str) -> float:
    raise _NoNumber(f"{name} is not a JSON number")


def _line_of_constant(text: str) -> int | None:
    """The line of the first NaN or infinity that does not stand in a text."""
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|\b(?:NaN|Infinity)\b', text):
        if not token.group().startswith('"'):
            return text.count("\n", 0, token.start()) + 1
    return None


class Keys:
    """One JSON object and where it stands in the file, so that every complaint can name its key.

    A key that is absent counts as null, except to `value`, `needed_text`, `one_of` and `sections`. `advice`: what to do
    about whatever is wrong.
    """

    def __init__(self, file: Path, prefix: str, values: Mapping[str, object], advice: str = _ADVICE) -> None:
        self._file = file
        self._prefix = prefix
        self._values = values
        self._advice = advice

    def wrong(self, key: str, expected: str, found: object) -> BadInput:
        try:
            shown = found if isinstance(found, str) else json.dumps(found)
        except RecursionError:
            shown = "something very deep"
        return BadInput(self._file, expected, self._advice, key=self._prefix + key, found=quoted(shown))

    def names(self) -> tuple[str, ...]:
        return tuple(self._values)

    def raw(self, key: str) -> object:
        return self._values.get(key)

    def value(self, key: str) -> object:
        if key not in self._values:
            raise BadInput(
                self._file, "this key", self._advice, key=self._prefix + key, found="nothing"
            )
        return self._values[key]

    def text(self, key: str) -> str | None:
        found = self._values.get(key)
        if found is not None and not isinstance(found, str):
            raise self.wrong(key, "a text or null", found)
        return found or None

    def needed_text(self, key: str) -> str:
        found = self.value(key)
        if not isinstance(found, str) or not found:
            raise self.wrong(key, "a text that is not empty", found)
        return found

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        found = self.value(key)
        if not isinstance(found, str) or found not in allowed:
            raise self.wrong(key, "one of " + ", ".join(allowed), found)
        return found

    def flag(self, key: str) -> bool:
        found = self._values.get(key)
        if found is not None and not isinstance(found, bool):
            raise self.wrong(key, "true, false or null", found)
        return bool(found)

    def number(self, key: str) -> float | None:
        found = self._values.get(key)
        if found is None:
            return None
        if isinstance(found, (int, float)) and not isinstance(found, bool) and 0 <= found < 1e300:
            return float(found)
        raise self.wrong(key, "a number >= 0 or null", found)

    def count(self, key: str) -> int | None:
        found = self._values.get(key)
        if found is not None and (not isinstance(found, int) or isinstance(found, bool) or found < 0):
            raise self.wrong(key, "a whole number >= 0 or null", found)
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        found = self._values.get(key)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(x, str) for x in found):
            raise self.wrong(key, "a list of texts", found)
        return tuple(found)

    def section(self, key: str) -> Keys:
        found = self._values.get(key)
        if found is not None and not isinstance(found, dict):
            raise self.wrong(key, "an object", found)
        return Keys(self._file, f"{self._prefix}{key}.", found or {}, self._advice)

    def sections(self, key: str) -> list[Keys]:
        found = self.value(key)
        if not isinstance(found, list) or not all(isinstance(x, dict) for x in found):
            raise self.wrong(key, "a list of objects", found)
        return [Keys(self._file, f"{self._prefix}{key}[{i}].", x, self._advice) for i, x in enumerate(found)]
