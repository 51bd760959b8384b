"""Modules of `heaptoll.escape` with a guard taken out, for the tests that must go red then."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any


def altered(name: str, changes: Sequence[tuple[str, str]]) -> Any:
    """A second copy of the module with each (old, new) replaced; each old text must be there once."""
    original = importlib.import_module(f"heaptoll.escape.{name}")
    assert original.__file__
    with open(original.__file__, encoding="utf-8") as file:
        text = file.read()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    module = ModuleType(f"altered_{name}")
    sys.modules[module.__name__] = module  # dataclasses look themselves up
    exec(compile(text, f"altered {name}", "exec"), module.__dict__)
    return module
