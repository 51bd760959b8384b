"""One launch: a fresh process of the runner with a random environment size, pinned to one CPU, and what it said."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from heaptoll.go_lane.files import ARMS
from heaptoll.go_lane.plan import MEMORY_LIMIT_MB, Setting
from heaptoll.go_lane.toolchain import environment

# One thread at a time, so that whatever the collector does is time of ours: docs/GO.md.
GOMAXPROCS = 1
_LARGEST_PADDING = 4096
_SECONDS_TO_START = 60.0
_PATIENCE = 20.0  # times what a pair may take
_PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>


@dataclass(frozen=True)
class ArmSaid:
    """What the process said of one arm, by the runner's own keys; only status and reason where it did not end well."""

    case: str
    params: str
    arm: str
    size_bytes: int
    scenario: str
    variant: str
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Launch:
    """`process`: what it said of itself; empty where it did not end well, which `problem` then tells."""

    number: int
    setting: Setting
    cpu: int
    seed: int
    padding_bytes: int
    arms: tuple[ArmSaid, ...]
    process: Mapping[str, Any]
    problem: str = ""


def launch(runner: Path, setting: Setting, number: int, cpu: int, random: Random) -> Launch:
    """Runs it. What a process does wrong ends in the status of its arms. Raises OSError where it cannot be started."""
    seed, padding = random.randrange(1 << 31), random.randrange(_LARGEST_PADDING)
    command = [
        str(runner), "-cases", ",".join(pair.name for pair in setting.pairs), "-live-mb", str(setting.live_mb),
        "-gogc", str(setting.gogc), "-slices", str(setting.slices), "-seconds", str(setting.seconds),
        "-limit-mb", str(MEMORY_LIMIT_MB), "-seed", str(seed),
    ]  # fmt: skip
    variables = {**environment(), "GOMAXPROCS": str(GOMAXPROCS), "HEAPTOLL_PADDING": "x" * padding}
    process = subprocess.Popen(
        command, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        errors="replace", preexec_fn=lambda: _settle(cpu),
    )  # fmt: skip
    limit = _SECONDS_TO_START + _PATIENCE * setting.seconds * len(setting.pairs)
    status, why = "", ""
    try:
        said, complained = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        said, complained = process.communicate()
        status, why = "timeout", f"no answer within {limit:.0f} s"
    except BaseException:
        process.kill()
        process.wait()
        raise
    if not status and process.returncode:
        status, why = "crashed", _ended(process.returncode, complained)
    found = _parsed(said)
    if not status and len(found) != len(ARMS) * len(setting.pairs) + 1:
        status, why = "crashed", "it did not answer for every arm"
    arms = tuple(_arms(setting, found, status, why))
    return Launch(number, setting, cpu, seed, padding, arms, {} if status else found[-1], why)


def _settle(cpu: int) -> None:
    """In the new process: its CPU, and its end with this one's, however that comes."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.sched_setaffinity(0, {cpu})


def _parsed(said: str) -> list[dict[str, Any]]:
    """Its whole lines, up to the first that is none."""
    found = []
    for line in said.splitlines():
        try:
            answer = json.loads(line)
        except ValueError:
            break
        if not isinstance(answer, dict):
            break
        found.append(answer)
    return found


def _arms(setting: Setting, found: Sequence[Mapping[str, Any]], status: str, why: str) -> list[ArmSaid]:
    said = {(each.get("case"), each.get("arm")): each for each in found}
    return [
        ArmSaid(
            setting.case(pair), setting.params(pair), arm, pair.size_bytes, pair.scenario, pair.variant,
            said.get((pair.name, arm)) or {"status": status or "crashed", "reason": why},
        )  # fmt: skip
        for pair in setting.pairs
        for arm in ARMS
    ]


def _ended(status: int, complained: str) -> str:
    how = f"exit status {status}"
    if status < 0:
        try:
            how = signal.Signals(-status).name
        except ValueError:
            how = f"signal {-status}"
    first = next((line.strip() for line in complained.splitlines() if line.strip()), "")
    return f"{how}: {first}" if first else how
