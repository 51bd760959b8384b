"""Names that the preprocessor puts together: which definition made a symbol, and what its parameters stood for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from heaptoll.case_code.c_text import Span


@dataclass(frozen=True)
class Match:
    """`where`: by the parameters' names, in the order of the name. `spelled`: how many characters of the symbol stand
    in the definition's name as they are."""

    span: Span
    where: tuple[tuple[str, str], ...]
    spelled: int


def matching(symbol: str, spans: Iterable[Span], parameters: Mapping[Span, frozenset[str]]) -> list[Match]:
    """The definitions that can have made `symbol`: of those whose name fits, the ones with most of it spelled out.

    `parameters`: of the macro around a definition, which may stand for anything in its name.
    """
    found = []
    for span in spans:
        pattern, names, spelled = _pattern(span.name, parameters.get(span, frozenset()))
        if fits := pattern.fullmatch(symbol):
            found.append(Match(span, tuple(zip(names, fits.groups())), spelled))
    most = max((match.spelled for match in found), default=0)
    return [match for match in found if match.spelled == most]


@lru_cache(maxsize=4096)
def _pattern(name: str, parameters: frozenset[str]) -> tuple[re.Pattern[str], tuple[str, ...], int]:
    """What it can come to, the parameters in it, and how many characters of it are spelled out.

    A parameter may be empty. One that stands there twice is the same both times.
    """
    parts = re.split(r"\s*##\s*", name)
    regex, spelled = "", 0
    names: list[str] = []
    for number, part in enumerate(parts):
        if part not in parameters:
            regex += re.escape(part)
            spelled += len(part)
        elif part in names:
            regex += f"(?:\\{names.index(part) + 1})"
        else:
            names.append(part)
            regex += r"(\w*)" if number == len(parts) - 1 else r"(\w*?)"
    return re.compile(regex), tuple(names), spelled
