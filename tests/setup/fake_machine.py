"""A small made-up machine: its programs are fakes, so that no test here installs, compiles or measures anything."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The real programs that scripts and Makefile may use; everything else on the machine is out of their sight.
HARMLESS = (
    "awk bash basename cat chmod cmp comm cp cut dirname env expand find git grep head kill ln ls make mkdir mktemp mv "
    "nproc printf readlink rm sed sleep sort stat tail touch tr true uname wc xargs"
).split()

DEBIAN = "ID=debian\nPRETTY_NAME='Debian GNU/Linux 12'\n"


@dataclass
class Machine:
    """A folder with programs, packages and a copy of the project; `run` shows nothing else to what it starts."""

    home: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def programs(self) -> Path:
        return self.home / "bin"

    @property
    def system(self) -> Path:
        """Stands for / where the scripts look at the system's own folders."""
        return self.home / "system"

    @property
    def project(self) -> Path:
        return self.home / "project"

    def program(self, name: str, text: str, folder: Path | None = None) -> Path:
        """Adds a bash script as a program of that name, in the place of any other."""
        path = (folder or self.programs) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # it may be a link to the real one
        path.write_text(f"#!{shutil.which('bash')}\n{text}\n")
        path.chmod(0o755)
        return path

    def lines(self, name: str) -> list[str]:
        """A record that a fake kept, or a list that it reads."""
        path = self.home / name
        return path.read_text().splitlines() if path.exists() else []

    def write(self, name: str, lines: list[str]) -> None:
        (self.home / name).write_text("".join(line + "\n" for line in lines))

    def distribution(self, os_release: str) -> None:
        (self.system / "etc").mkdir(parents=True, exist_ok=True)
        (self.system / "etc/os-release").write_text(os_release)

    def edit(self, file: str, old: str, new: str) -> None:
        """Switches a guard off in the project's copy: the text must be there, or the test would prove nothing."""
        path = self.project / file
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new))

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.project,
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
        )

    def environment(self, **variables: str) -> dict[str, str]:
        made_up = {"PATH": str(self.programs), "HOME": str(self.home), "HEAPTOLL_SYSTEM_ROOT": str(self.system)}
        return {**made_up, **self.variables, **variables}


def python_with(*modules: str, version: str = "3.11") -> str:
    """A fake interpreter, as a bash script. It answers find-python's question and runs the given modules as nothing."""
    return f"""
if [[ ${{1:-}} != -c ]]; then echo "python: $*" >>"$HOME/python-ran"; exit "${{PYTHON_EXIT:-0}}"; fi
shift 2
case {version} in 3.[0-8]) echo "verdict: is Python {version}; 3.9 or newer is needed" >&2; exit 1 ;; esac
for wanted; do
    case " sys {' '.join(modules)} " in *" $wanted "*) ;; *) lacks+="${{lacks:+, }}$wanted" ;; esac
done
[[ -z ${{lacks:-}} ]] || {{ echo "verdict: lacks $lacks" >&2; exit 1; }}
"""
