"""--builds: several workers as lanes of one run, each in several layouts that the launches take in turn."""

from __future__ import annotations

import hashlib
import json
import signal
from pathlib import Path

import pytest
from running import (
    MEASURED,
    WORKER,
    Finished,
    Heaptoll,
    RunFolder,
    processes_tagged,
    until,
)

CASE = "returned_pointer/by_value/64"
OTHER = "boxed_value/interface/8"
ONE_CASE = f"--benchmark_filter={CASE}$"
TWO_CASES = f"--benchmark_filter={CASE}$|{OTHER}$"


class Workers:
    """Workers that note when they are started, and change what they say of themselves; then heaptoll's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "started.tsv"

    def make(self, name: str, edit: str = "") -> Path:
        """A worker whose description went through the sed script `edit`."""
        path = self.folder / name
        path.write_text(
            "#!/bin/sh\n"
            f'if [ "$1" = --describe ]; then {WORKER} --describe | sed "{edit}"; exit; fi\n'
            f"[ \"$1\" != --lane ] || printf '%s\\t%s\\t%s\\n' {name} \"$3\" \"$LD_PRELOAD\" >>{self.log}\n"
            f'exec {WORKER} "$@"\n'
        )
        path.chmod(0o755)
        return path

    def starts(self, *, audited: bool = False) -> list[tuple[str, int]]:
        """Worker and lane, in the order of starting."""
        lines = [line.split("\t") for line in self.log.read_text().splitlines()]
        return [(name, int(lane)) for name, lane, preload in lines if preload.startswith("/proc/self/fd/") == audited]


@pytest.fixture
def workers(tmp_path: Path) -> Workers:
    folder = tmp_path / "workers"
    folder.mkdir()
    return Workers(folder)


def option(**builds: list[Path]) -> str:
    return "--builds=" + ",".join(f"{name}={':'.join(map(str, paths))}" for name, paths in builds.items())


def refused(heaptoll: Heaptoll, *flags: str) -> str:
    """What it says; nothing was measured, and no folder of a run made."""
    finished = heaptoll.run(ONE_CASE, *flags)
    assert finished.code == 2, finished
    assert list(heaptoll.runs()) == []
    return finished.stderr


@pytest.fixture
def two_by_two(heaptoll: Heaptoll, workers: Workers) -> Finished:
    base, head = ([workers.make(f"{build}{layout}") for layout in range(2)] for build in ("base", "head"))
    return heaptoll.run(ONE_CASE, "--launches=4", option(base=base, head=head))


def test_every_launch_has_a_row_of_each_build_under_its_name(two_by_two: Finished) -> None:
    assert two_by_two.code == 0, two_by_two
    rows = two_by_two.folder.rows
    arms = list(dict.fromkeys(row["arm"] for row in rows))
    assert [(r["launch"], r["allocator"], r["build"], r["arm"]) for r in rows] == [
        (str(launch), "glibc", build, arm) for launch in range(4) for build in ("base", "head") for arm in arms
    ]
    assert {row["status"] for row in rows} <= MEASURED


def test_the_launches_take_the_layouts_by_the_documented_rule(two_by_two: Finished, workers: Workers) -> None:
    names = [build["name"] for build in two_by_two.folder.facts["builds"]]
    assert workers.starts() == [(f"{name}{launch % 2}", b) for launch in range(4) for b, name in enumerate(names)]


def test_the_audit_runs_in_every_builds_lane_with_its_first_layout(two_by_two: Finished, workers: Workers) -> None:
    assert set(workers.starts(audited=True)) == {("base0", 0), ("head0", 1)}
    assert all(row["allocs_per_op"] for row in two_by_two.folder.rows)


def test_run_json_names_the_builds_with_their_workers_and_each_allocator_once(
    two_by_two: Finished, workers: Workers
) -> None:
    facts = two_by_two.folder.facts
    assert [build["name"] for build in facts["builds"]] == ["base", "head"]
    for build in facts["builds"]:
        assert build["compiler"] == facts["toolchain"]["compiler"] and build["flags"] == facts["toolchain"]["flags"]
        paths = [workers.folder / f"{build['name']}{layout}" for layout in range(2)]
        digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
        assert build["workers"] == [{"path": str(p), "sha256": d} for p, d in zip(paths, digests)]
    assert [allocator["name"] for allocator in facts["allocators"]] == ["glibc"]
    assert facts["allocators"][0]["sha256"]
    assert facts["not_in_every_build"] == []


def test_the_table_tells_the_builds_apart(two_by_two: Finished) -> None:
    assert "2 lanes (glibc base, glibc head)" in two_by_two.stdout
    assert sum(line.startswith("  glibc base ") for line in two_by_two.stdout.splitlines()) == 1
    assert sum(line.startswith("  glibc head ") for line in two_by_two.stdout.splitlines()) == 1


def test_without_builds_the_build_is_the_compiler_and_run_json_lists_none(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE)
    facts = finished.folder.facts
    assert {row["build"] for row in finished.folder.rows} == {facts["toolchain"]["build"]}
    assert "builds" not in facts and "not_in_every_build" not in facts


def test_google_benchmarks_counters_tell_the_builds_apart(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, option(base=[WORKER], head=[WORKER]), "--benchmark_format=json")
    (entry, *_) = json.loads(finished.stdout)["benchmarks"]
    assert {"heap_ns:glibc base", "heap_ns:glibc head", "toll_ns:glibc head"} <= set(entry)


def test_one_named_build_gives_its_name_to_the_rows(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, option(mine=[WORKER]))
    assert finished.code == 0 and {row["build"] for row in finished.folder.rows} == {"mine"}
    assert [build["name"] for build in finished.folder.facts["builds"]] == ["mine"]
    assert "1 allocators (glibc)" in finished.stdout


# -- Cases ---------------------------------------------------------------------


def test_cases_that_are_not_alike_in_every_build_are_listed_not_measured(heaptoll: Heaptoll, workers: Workers) -> None:
    head = workers.make("head", r"/^case\tboxed_value\tinterface\t8\t/d")
    finished = heaptoll.run(TWO_CASES, option(base=[WORKER], head=[head]))
    assert finished.code == 0, finished
    assert {row["case"] for row in finished.folder.rows} == {CASE}
    facts = finished.folder.facts
    assert facts["not_in_every_build"] == [{"case": OTHER, "builds": ["base"], "why": "missing in head"}]
    assert [case["name"] for case in facts["cases"]] == [CASE]
    assert f"not in every build, so not measured: {OTHER}: missing in head" in finished.stdout


def test_many_cases_that_are_not_alike_are_summed_up_in_one_line(heaptoll: Heaptoll, workers: Workers) -> None:
    head = workers.make("head", r"/^case\tarray_size\t/s/\tnull,stack,heap/\tstack,heap/")
    finished = heaptoll.run(
        f"--benchmark_filter={CASE}$|array_size/fixed",
        "--profile=full",
        "--launches=1",
        option(base=[WORKER], head=[head]),
    )
    apart = finished.folder.facts["not_in_every_build"]
    assert len(apart) > 10 and all(each["builds"] == ["base", "head"] for each in apart)
    assert all(each["why"].startswith("its arms are null,stack,heap") for each in apart)
    lines = [line for line in finished.stdout.splitlines() if line.startswith("not in every build")]
    assert len(lines) == 1 and f"{len(apart)} cases" in lines[0]


def test_builds_that_share_no_case_are_refused_naming_the_cases(heaptoll: Heaptoll, workers: Workers) -> None:
    head = workers.make("head", r"/^case\treturned_pointer\tby_value\t64\t/d")
    said = refused(heaptoll, option(base=[WORKER], head=[head]))
    assert "no case is the same in every build" in said and f"{CASE}: missing in head" in said


def test_a_case_that_one_build_cannot_have_is_skipped_in_its_lane_and_measured_in_the_other(
    heaptoll: Heaptoll, workers: Workers
) -> None:
    head = workers.make("head", r"/^case\treturned_pointer\tby_value\t64\t/s/\$/no such thing here/")
    finished = heaptoll.run(ONE_CASE, option(base=[WORKER], head=[head]))
    assert finished.code == 0, finished
    rows = finished.folder.rows
    assert {row["status"] for row in rows if row["build"] == "base"} <= MEASURED
    assert {(row["status"], row["reason"]) for row in rows if row["build"] == "head"} == {
        ("skipped", "no such thing here")
    }


# -- Refusals --------------------------------------------------------------------


def test_a_worker_of_another_protocol_is_refused_before_anything_is_measured(
    heaptoll: Heaptoll, workers: Workers
) -> None:
    # An old description: its cases have another number of fields, which is not what is wrong with it.
    old = workers.make("old", r"s/^worker\t[0-9]*/worker\t3/; /^case/s/\t[^\t]*\$//")
    said = refused(heaptoll, option(base=[old], head=[WORKER]))
    assert "build 'base'" in said and str(old) in said and "protocol 3, this heaptoll" in said
    assert "make compare BASE=" in said and "fields" not in said
    # The same description without another version: there the fields are wrong.
    short = workers.make("short", r"/^case/s/\t[^\t]*\$//")
    assert "fields" in refused(heaptoll, option(base=[short], head=[WORKER]))


def test_every_layout_is_asked_for_its_protocol(heaptoll: Heaptoll, workers: Workers) -> None:
    new, old = workers.make("new"), workers.make("old", r"s/^worker\t[0-9]*/worker\t3/")
    said = refused(heaptoll, option(base=[new, new], head=[new, old]))
    assert "build 'head'" in said and str(old) in said and "protocol 3" in said


def test_a_layout_that_is_another_program_is_refused(heaptoll: Heaptoll, workers: Workers) -> None:
    other = workers.make("other", r"s/^\(worker\t[0-9]*\tgcc\tgcc \)[^\t]*/\1 1.0/")
    said = refused(heaptoll, option(base=[WORKER, other]))
    assert "build 'base': layout 1" in said and "compiled by" in said


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ((option(base=[WORKER], head=[Path("/no/such")]),), "build 'head': cannot run the worker /no/such: No such file"),
        ((option(base=[WORKER, WORKER], head=[WORKER]),), "'base' has 2 layouts, 'head' has 1"),
        ((option(base=[WORKER]), f"--worker={WORKER}"), "leave out --worker"),
        ((option(base=[WORKER]), "--engine=gbench"), "leave out --engine=gbench"),
        ((f"--builds={WORKER}",), "NAME=WORKER"),
        ((option(base=[Path("/bin/false")]),), "false failed with exit status 1"),
        ((option(base=[Path("/bin/echo")]),), "build 'base': "),
        (
            (option(**{f"b{i}": [WORKER] for i in range(7)}), "--allocators=glibc,other=glibc"),
            "2 allocators under 7 builds are 14 lanes",
        ),
    ],
)
def test_bad_builds_are_refused_saying_what_to_do(heaptoll: Heaptoll, flags: tuple[str, ...], expected: str) -> None:
    assert expected in refused(heaptoll, *flags)


def test_a_worker_that_does_not_start_is_named_with_its_build(heaptoll: Heaptoll, workers: Workers) -> None:
    head = workers.folder / "head"
    head.write_text(
        f'#!/bin/sh\ncase "$1$LD_PRELOAD" in --lane) kill -SEGV $$;; esac\nexec {WORKER} "$@"\n'  # not in the audit
    )
    head.chmod(0o755)
    finished = heaptoll.run(ONE_CASE, option(base=[WORKER], head=[head]))
    assert finished.code == 2
    assert "build 'head': its worker does not start" in finished.stderr and str(head) in finished.stderr


# -- Going on ---------------------------------------------------------------------


def killed(heaptoll: Heaptoll, *flags: str) -> RunFolder:
    running = heaptoll.start(ONE_CASE, "--launches=60", "--launch-seconds=0.02", "--max-seconds-per-case=60", *flags)
    running.wait_for_rows(12)
    running.send(signal.SIGKILL)
    finished = running.finish()
    until("its workers are gone", lambda: processes_tagged(finished.tag) == {})
    return finished.folder


def goes_on(heaptoll: Heaptoll, folder: RunFolder, *flags: str) -> Finished:
    again = Heaptoll(heaptoll.results)
    again.settings = ()
    heaptoll.started.append(running := again.start(f"--resume={folder.path}", *flags, allocators=None))
    return running.finish()


def test_a_resumed_run_has_the_builds_and_goes_on_with_the_layout_that_comes_next(
    heaptoll: Heaptoll, workers: Workers
) -> None:
    base, head = ([workers.make(f"{build}{layout}") for layout in range(3)] for build in ("base", "head"))
    folder = killed(heaptoll, option(base=base, head=head))
    done = len({row["launch"] for row in folder.rows})
    workers.log.unlink()
    before = folder.facts["builds"]
    finished = goes_on(heaptoll, folder)
    assert finished.code == 0, finished
    assert folder.status == "complete" and folder.facts["builds"] == before
    assert workers.starts() == [
        (f"{name}{launch % 3}", b) for launch in range(done, 60) for b, name in enumerate(("base", "head"))
    ]
    rows = folder.rows
    assert len({(r["launch"], r["build"], r["arm"]) for r in rows}) == len(rows) == 60 * 2 * 3


def test_a_run_is_not_resumed_with_another_worker(heaptoll: Heaptoll, workers: Workers) -> None:
    base, head = ([workers.make(f"{build}{layout}") for layout in range(2)] for build in ("base", "head"))
    folder = killed(heaptoll, option(base=base, head=head))
    csv = folder.path.joinpath("measurements.csv").read_bytes()
    workers.make("head1", "s/a/a/")
    finished = goes_on(heaptoll, folder)
    assert finished.code == 2 and "worker of build head, layout 1: then" in finished.stderr, finished
    assert folder.path.joinpath("measurements.csv").read_bytes() == csv
    head[1].unlink()
    finished = goes_on(heaptoll, folder)
    assert finished.code == 2 and "build 'head': cannot run the worker" in finished.stderr
    assert "leave out --worker" in goes_on(heaptoll, folder, f"--worker={WORKER}").stderr


def test_rows_under_another_builds_name_are_not_taken_for_ours(heaptoll: Heaptoll) -> None:
    folder = killed(heaptoll, option(base=[WORKER], head=[WORKER]))
    file = folder.path / "measurements.csv"
    mixed = file.read_bytes().replace(b",glibc,base,", b",glibc,tmp,").replace(b",glibc,head,", b",glibc,base,")
    file.write_bytes(mixed.replace(b",glibc,tmp,", b",glibc,head,"))
    finished = goes_on(heaptoll, folder)
    assert finished.code == 2 and "measurements.csv, line 2: not the row that comes next" in finished.stderr


def test_a_damaged_list_of_builds_is_refused_naming_the_key(heaptoll: Heaptoll) -> None:
    folder = killed(heaptoll, option(base=[WORKER], head=[WORKER]))
    file = folder.path / "run.json"
    whole = json.loads(file.read_text())
    for builds in ([], [{"name": "base"}], [{"name": "a/b", "workers": [{"path": str(WORKER)}]}], "base"):
        file.write_text(json.dumps({**whole, "builds": builds}))
        finished = goes_on(heaptoll, folder)
        assert finished.code == 2 and "run.json: 'builds' is missing or not as" in finished.stderr, finished
