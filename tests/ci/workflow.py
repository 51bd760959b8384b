"""Reads workflows and actions as they are written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
ACTION = ROOT / "action.yml"
GUIDE = ROOT / "docs" / "CI.md"

Tree = dict[str, Any]


class _Loader(yaml.BaseLoader):
    """Every scalar is the text that it is: YAML 1.1 would read `on` as true. A key that stands twice is an error."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.YAMLError(f"{key!r} stands twice, {node.start_mark}")
        return super().construct_mapping(node, deep)


def read(text: str) -> Tree:
    """Raises yaml.YAMLError, and ValueError for what is no mapping."""
    tree = yaml.load(text, _Loader)
    if not isinstance(tree, dict):
        raise ValueError("not a mapping")
    return tree


def workflow(name: str) -> Tree:
    return read((WORKFLOWS / f"{name}.yml").read_text(encoding="utf-8"))


def action() -> Tree:
    return read(ACTION.read_text(encoding="utf-8"))


def example() -> str:
    """The workflow that docs/CI.md shows to an allocator's maintainer."""
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S)
    assert isinstance(block, str)
    return block


def walk_through() -> list[str]:
    """The commands that docs/CI.md shows to a newcomer."""
    (block,) = re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S)
    return str(block).splitlines()
