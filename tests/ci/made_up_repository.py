"""A repository that is this one, only smaller, and its bare origin: one file of benches, and next to no tests. It builds in
seconds, and its `make test` does not run the test that runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from workflow import ROOT

# The case that is measured, which its one file of benches has.
CASE = "returned_pointer/by_value/64"
BENCHES = "benches/returned_pointer.c"
_LEFT_OUT = ("tests/", "results/published/", "results/baseline/", "plots/published/", ".ci/")

_TESTS = {
    "tests/CMakeLists.txt": "add_test(NAME nothing COMMAND true)\n",
    "tests/browser/install.sh": "#!/bin/sh\n",
    "tests/test_nothing.py": "def test_nothing() -> None:\n    pass\n",
    "tests/e2e/test_sanitizers.py": (
        'import os\n\n\ndef test_compiler() -> None:\n    assert os.environ.get("CC", "clang") == "clang"\n'
    ),
}

# Two cases are enough of a smoke profile: lines of a bench file with this in it go into another.
_NOT_IN_SMOKE = ((BENCHES, "CALLEE"), (BENCHES, "CHAIN"), ("benches/clang/captured_closure_blocks.c", ""))

# What only the pushes of a job whose token may write get past.
_HOOK = '#!/bin/sh\n[ "$MADE_UP_ORIGIN_MAY_BE_WRITTEN" = yes ] || { echo "403: the token may only read" >&2; exit 1; }\n'


AUTHOR = {f"GIT_{role}_{what}": f"tester@{what}" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), "-c", "init.defaultBranch=main", *arguments], env={**os.environ, **AUTHOR},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@dataclass(frozen=True)
class Repository:
    """`work`: where it is changed; `origin`: what workflows see."""

    work: Path
    origin: Path

    @staticmethod
    def made(folder: Path) -> Repository:
        work, origin = folder / "work", folder / "origin.git"
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        for name in filter(None, listed.split("\0")):
            benches = name.startswith("benches/") and name.count("/") == 1 and name.endswith(".c")
            if name.startswith(_LEFT_OUT) or (benches and name != BENCHES) or not (ROOT / name).exists():
                continue
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, work / name)
        for name, text in _TESTS.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(text)
            (work / name).chmod(0o755 if name.endswith(".sh") else 0o644)
        for name, macro in _NOT_IN_SMOKE:
            path = work / name
            lines = path.read_text().splitlines(keepends=True)
            path.write_text("".join(line.replace("HT_SMOKE", "HT_QUICK") if macro in line else line for line in lines))
        git(work, "init", "--quiet")
        git(work, "add", "--all")
        git(work, "commit", "--quiet", "--message", "Everything")
        git(folder, "clone", "--quiet", "--bare", str(work), str(origin))
        hook = origin / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(_HOOK)
        hook.chmod(0o755)
        git(work, "remote", "add", "origin", str(origin))
        return Repository(work, origin)

    def commit(self, title: str, file: str, old: str, new: str) -> str:
        """A commit on the current branch that changes each `old` in a file."""
        path = self.work / file
        text = path.read_text()
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new))
        git(self.work, "commit", "--quiet", "--all", "--message", title)
        return git(self.work, "rev-parse", "HEAD")

    def pull_request(self, number: int, title: str, file: str, old: str, new: str) -> str:
        """A branch with one commit, and what GitHub makes of it: the commit that merges it into main as
        refs/pull/N/merge, which is returned."""
        branch = f"request-{number}"
        git(self.work, "checkout", "--quiet", "-B", branch, "main")
        self.commit(title, file, old, new)
        git(self.work, "checkout", "--quiet", "--detach", "main")
        git(self.work, "merge", "--quiet", "--no-ff", "--message", f"Merge {branch} into main", branch)
        merged = git(self.work, "rev-parse", "HEAD")
        self.push(f"HEAD:refs/pull/{number}/merge")
        git(self.work, "checkout", "--quiet", "main")
        return merged

    def push(self, *refs: str) -> None:
        os.environ["MADE_UP_ORIGIN_MAY_BE_WRITTEN"] = "yes"
        try:
            git(self.work, "push", "--quiet", "--force", "origin", *refs)
        finally:
            del os.environ["MADE_UP_ORIGIN_MAY_BE_WRITTEN"]
