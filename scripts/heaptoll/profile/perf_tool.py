"""perf: what the kernel counts and samples."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from heaptoll.profile.subject import Subject
from heaptoll.profile.tool import Hot, Profile, Unusable, run

SOFTWARE = ("task-clock", "page-faults", "context-switches")
HARDWARE = ("cycles", "instructions", "branches", "branch-misses", "cache-misses")
_PACKAGES = "scripts/setup.sh --for=perf (linux-perf on Debian, linux-tools-generic on Ubuntu, perf elsewhere)"
_ANNOTATED = 5  # the hottest functions; all of them would take minutes


def profile(subject: Subject, folder: Path) -> Profile:
    """Counts, then samples the arm, and annotates the hottest functions. Raises Unusable where perf cannot work,
    BadInput when one of its commands fails."""
    perf = shutil.which("perf")
    if perf is None:
        raise Unusable(f"there is no perf; {_PACKAGES} brings it")
    hardware = countable(_counting(perf, HARDWARE))
    software = countable(_counting(perf, SOFTWARE))
    if not software:
        raise Unusable(f"perf may not count here: {_counting(perf, SOFTWARE).strip()[:200]!r}")
    stat, data, annotated = folder / "perf-stat.txt", folder / "perf.data", folder / "perf-annotate.txt"
    events = ",".join([*software, *hardware])
    said = run([perf, "stat", "-e", events, "-o", str(stat), "--", *subject.command()])
    sampled = "cycles" if "cycles" in hardware else "cpu-clock"
    run([perf, "record", "--quiet", "-e", sampled, "-o", str(data), "--", *subject.command()])
    functions = folder / "perf-functions.txt"
    text = run([
        perf, "report", "--stdio", "--no-children", "--input", str(data), "--sort", "symbol,dso",
        "--percent-limit", "0.1", "--field-separator", "\t",
    ], functions)  # fmt: skip
    hottest = parse_report(text)
    annotated.write_text("".join(_annotate(perf, data, hot) for hot in hottest[:_ANNOTATED]), encoding="utf-8")
    return Profile(f"samples of {sampled}", tuple(hottest), said.strip(), (stat, functions, annotated, data))


def _counting(perf: str, events: tuple[str, ...]) -> str:
    """What `perf stat` says of these events, its fields separated by tabs."""
    command = [perf, "stat", "-x", "\t", "-e", ",".join(events), "--", "true"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True).stderr


def countable(text: str) -> list[str]:
    """The events that `perf stat -x TAB` gave a number for."""
    names = []
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) > 2 and fields[0].replace(".", "").isdecimal():
            names.append(fields[2].partition(":")[0])
    return names


def parse_report(text: str) -> list[Hot]:
    """Reads `perf report --sort symbol,dso --field-separator TAB`, the hottest first as perf has them."""
    found = []
    for line in text.splitlines():
        fields = [field.strip() for field in line.split("\t")]
        if line.startswith("#") or len(fields) < 3:
            continue
        share, function, program = fields[:3]
        try:
            found.append(Hot(float(share.rstrip("%")), function.removeprefix("[.] "), program))
        except ValueError:
            continue
    return found


def _annotate(perf: str, data: Path, hot: Hot) -> str:
    command = [perf, "annotate", "--stdio", "--input", str(data), "--symbol", hot.function]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    # A function without code to show (in the kernel, or stripped) costs its own page only.
    return f"==== {hot.function} ({hot.share:.1f} %, {hot.object})\n{done.stdout or done.stderr}\n"
