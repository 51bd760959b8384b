"""Readers of what export.py writes, by the rules of those for whom it is written and without a line of the exporters.

Each takes a file's text, is strict where its tool is, and returns what it found by name.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from heaptoll.compare.go_text import parse_go_text


def strict_json(text: str) -> Any:
    """JSON as the standard has it: no NaN, no key twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs), "a key twice"
        return dict(pairs)

    def constant(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text.encode("utf-8", "backslashreplace"), object_pairs_hook=once, parse_constant=constant)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def github_action_benchmark(text: str) -> dict[str, float]:
    """Its BenchmarkResult: name, value, unit, and range and extra where they are. The action shows a name within
    backticks in a line of a table."""
    found: dict[str, float] = {}
    entries = strict_json(text)
    assert isinstance(entries, list) and entries, "the action fails without a result"
    for entry in entries:
        assert {"name", "unit", "value"} <= entry.keys() <= {"name", "unit", "value", "range", "extra"}
        assert entry["unit"] == "ns/op" and _is_number(entry["value"])
        assert isinstance(entry["name"], str) and entry["name"].isprintable() and entry["name"] not in found
        assert re.fullmatch(r"± \d+(\.\d+)?(e[+-]\d+)?", entry.get("range", "± 0"))
        assert all(line.isprintable() for line in entry["extra"].split("\n"))
        found[entry["name"]] = entry["value"]
    return found


def bencher(text: str) -> dict[str, dict[str, dict[str, float]]]:
    """The schema of the Bencher Metric Format, and the limits of its names."""
    found = strict_json(text)
    assert isinstance(found, dict)
    for name, measures in found.items():
        assert 0 < len(name) <= 1024 and name.isprintable()
        assert "latency" in measures
        for slug, metric in measures.items():
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) and len(slug) <= 64
            assert {"value"} <= metric.keys() <= {"value", "lower_value", "upper_value"}
            assert all(_is_number(value) for value in metric.values())
            assert metric.get("lower_value", -math.inf) <= metric["value"] <= metric.get("upper_value", math.inf)
    return dict(found)


def go(text: str) -> dict[tuple[str, ...], list[float]]:
    """ns/op of every line by what its name says, as `make compare` reads them. No line is of a kind that benchstat
    would take for another."""
    units = set()
    for line in text.split("\n"):
        if line.startswith("Benchmark"):
            assert re.fullmatch(r"Benchmark[^a-z\s]\S*-1\t[0-9]+(\t[0-9.e+-]+ \S+)+", line), line
            units |= {pair.split(" ")[1] for pair in line.split("\t")[2:]}
        elif line.startswith("Unit "):
            assert re.fullmatch(r"Unit \S+( [a-z]+=[a-z]+)+", line)
        else:
            assert line == "" or line.startswith("# ") or re.fullmatch(r"[a-z]+: \S.*", line), line
            assert line.isprintable()
    assert units <= {"ns/op", "B/op", "allocs/op", "toll-ns/op"}
    side = parse_go_text(Path("exported"), text.encode())
    found = {}
    for key, times in side.times.items():
        name, *parts = key.case.removeprefix("Benchmark").split("/")
        assert all("=" in part for part in parts)
        assert len({part.split("=")[0] for part in parts}) == len(parts), "a key twice"
        found[(name, *map(unquote, parts))] = list(times.ns.values())
    return found


def otava(text: str) -> tuple[list[dict[str, str]], dict[str, list[float | None]]]:
    """The lines' time, commit and run; and each metric's values, None for an empty cell."""
    header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert len(set(header)) == len(header) and header[:3] == ["time", "commit", "run"] and "branch" not in header
    for name in header:
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name), name
    assert all(len(line) == len(header) for line in lines)
    for line in lines:
        datetime.fromisoformat(line[0])
        assert re.fullmatch(r"([A-Za-z0-9_][A-Za-z0-9_.-]*)?", line[1]) and re.fullmatch(r"[A-Za-z0-9_.-]+", line[2])
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)
    metrics = {
        name: [float(line[i]) if line[i] else None for line in lines] for i, name in enumerate(header) if i > 2
    }
    assert all(value is None or math.isfinite(value) for values in metrics.values() for value in values)
    return [dict(zip(header[:3], line)) for line in lines], metrics


def junit(text: str) -> dict[tuple[str, str], tuple[str, float, str]]:
    """Outcome, seconds and output by class name and name."""
    suite = ElementTree.fromstring(text.encode("utf-8", "strict"))
    assert suite.tag == "testsuite"
    kinds = [child.tag for child in suite]
    assert kinds == sorted(kinds, key=("properties", "testcase", "system-err").index), "in the schema's order"
    found: dict[tuple[str, str], tuple[str, float, str]] = {}
    for case in suite.findall("testcase"):
        assert case.keys() == ["classname", "name", "time"]
        outcomes = [child for child in case if child.tag in ("error", "skipped", "failure")]
        assert len(outcomes) <= 1 and {child.tag for child in case} <= {"error", "skipped", "system-out"}
        for outcome in outcomes:
            assert outcome.get("message") and outcome.text == outcome.get("message")
            assert outcome.tag != "error" or outcome.get("type")
        key = (str(case.get("classname")), str(case.get("name")))
        assert key not in found and re.fullmatch(r"\d+\.\d+", str(case.get("time")))
        seconds = float(str(case.get("time")))
        found[key] = (outcomes[0].tag if outcomes else "", seconds, case.findtext("system-out", ""))
    told = [outcome for outcome, _, _ in found.values()]
    counts = {"tests": len(told), "failures": 0, "errors": told.count("error"), "skipped": told.count("skipped")}
    assert {name: int(str(suite.get(name))) for name in counts} == counts
    assert math.isfinite(float(str(suite.get("time"))))
    return found


def summary_csv(text: str) -> list[dict[str, str]]:
    """Rows of RFC 4180, none of whose words a spreadsheet would run."""
    assert text.count("\r\n") == text.count("\n") == text.count("\r")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    for row in rows:
        assert None not in row and None not in row.values()
        for name, cell in row.items():
            assert cell.isprintable()
            numeric = name in ("ns_per_op", "low_ns", "high_ns")
            assert numeric or not cell.startswith(("=", "+", "-", "@")), cell
            assert not numeric or not cell or math.isfinite(float(cell))
    return rows


def markdown(text: str) -> list[list[list[str]]]:
    """The cells of every table. There is no HTML in it but what folds, and nothing that Markdown would act upon."""
    assert text.count("<details>") == text.count("</details>")
    assert not re.findall(r"<(?!/?(?:details|summary)>)", text) and "](" not in text and "://" not in text
    assert "`" not in text
    tables: list[list[list[str]]] = []
    above = ""
    for line in text.split("\n"):
        assert line.isprintable()
        if line.startswith("|"):
            assert line.endswith(" |") or set(line) <= set("|:-")
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not above.startswith("|"):
                assert above == "", "a table begins after an empty line"
                tables.append([])
            tables[-1].append(cells)
            assert len(cells) == len(tables[-1][0])
        above = line
    assert all(set("".join(table[1])) <= set(":-") for table in tables)
    return tables
