"""callgrind: what was executed, instruction by instruction. Slow, but never disturbed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.profile.subject import Subject
from heaptoll.profile.tool import Hot, Profile, Unusable, run

# " 1,234 (12.3%)  file.c:function [object]"
_LINE = re.compile(r"^\s*([\d,]+) \(\s*([\d.]+)%\)\s+(?:\S*?:)?(\S.*?)(?: \[(.*)\])?$")


def profile(subject: Subject, folder: Path) -> Profile:
    """Runs the arm under callgrind and annotates its sources. Raises Unusable where there is no valgrind."""
    valgrind, annotate = shutil.which("valgrind"), shutil.which("callgrind_annotate")
    if valgrind is None or annotate is None:
        raise Unusable("there is no valgrind; scripts/setup.sh --for=perf brings it")
    data, annotated = folder / "callgrind.out", folder / "callgrind-annotate.txt"
    # Preloading into valgrind itself would do no harm but to its speed; `env` between them would be profiled instead.
    said = _run_worker(
        [valgrind, "--tool=callgrind", "--quiet", f"--callgrind-out-file={data}", "--toggle-collect=ht_counted",
         "--dump-instr=yes", *subject.worker_command()],
        subject.lane.library,
    )  # fmt: skip
    text = run([annotate, "--auto=yes", str(data)], annotated)
    return Profile("instructions", tuple(parse_annotated(text)), said.strip(), (annotated, data))


def _run_worker(command: list[str], library: str) -> str:
    environment = {"PATH": "/usr/bin:/bin", **({"LD_PRELOAD": library} if library else {})}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise BadInput(
            "valgrind", "an arm that runs to its end", "run it without a profiler: heaptoll-worker --run",
            found=f"exit status {done.returncode} and {done.stderr.strip()[-300:]!r}",
        )  # fmt: skip
    return done.stdout


def parse_annotated(text: str) -> list[Hot]:
    """Reads the list of functions at the head of what callgrind_annotate prints."""
    _, _, rest = text.partition("file:function\n")
    found: list[Hot] = []
    for line in rest.splitlines()[1:]:
        match = _LINE.match(line)
        if not match:
            if line.startswith("--") and found:
                break
            continue
        found.append(Hot(float(match[2]), match[3], Path(match[4] or "").name))
    return found
