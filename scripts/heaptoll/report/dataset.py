"""What was measured, as the browser gets it: one JSON object for all charts and tables, and one per scenario with every
launch, for the pages of its cases.

Tables are columns of equal length, and name cases, arms and allocators by their index: a fifth of the size of rows.
Times are ns per operation, cycles are core cycles per operation; each estimate is three columns, the median over launches
and the ends of its 95 % interval. null: not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from heaptoll.charts.dumbbell_rows import eligible_cases
from heaptoll.charts.main_variants import MainVariants, main_variants
from heaptoll.charts.representatives import representatives, representatives_by_choice
from heaptoll.bad_input import BadInput
from heaptoll.charts.theme import in_order, shapes
from heaptoll.counts.of_run import CountedArm, counts_of_run
from heaptoll.edges.sweep import usual_edges
from heaptoll.go_lane.beside import with_go
from heaptoll.go_lane.files import ALLOCATOR as GO
from heaptoll.go_lane.read import GoLane, read_go
from heaptoll.measurements import Run
from heaptoll.report import estimates
from heaptoll.report.data_file import rounded
from heaptoll.report.estimates import Arm
from heaptoll.report.tables import Columns, estimate_columns
from heaptoll.run_facts import CaseFacts
from heaptoll.summary import ArmKey, ArmResult

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Measured:
    """One build's lanes of a run, with what the page computes of them once. `go`: what was measured of Go beside it;
    `go_trouble`: why that is left out, where its files are damaged."""

    run: Run
    build: str
    allocators: list[str]
    cases: list[CaseFacts]
    arms: Mapping[ArmKey, Arm]
    go: GoSide | None = None
    go_trouble: BadInput | None = None

    @classmethod
    def of(cls, run: Run, build: str) -> Measured:
        """With Go where the run's folder has it. A damaged lane of Go takes nothing from C: see `go_trouble`."""
        go, trouble = _go_side(run, build)
        return cls(run, build, in_order(run.allocators(build)), run.cases(), estimates.arms(run, build), go, trouble)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What must be known before any of it is believed: of the run, then of Go."""
        of_go: list[str] = []
        if self.go:
            lane = self.go.lane
            of_go = [*(f"Go: {each}" for each in lane.warnings), *lane.facts.origin.differences(self.run.facts)]
        if self.go_trouble:
            of_go.append(f"Go was measured and is left out: {self.go_trouble}")
        return (*self.run.warnings, *of_go)


@dataclass(frozen=True)
class GoSide:
    """Go beside C. `measured`: its cases and arms by themselves, as those of one allocator `go` of the same build."""

    lane: GoLane
    measured: Measured


def _go_side(run: Run, build: str) -> tuple[GoSide | None, BadInput | None]:
    try:
        lane = read_go(run.folder, run.facts.run_id)
    except BadInput as error:
        return None, error
    if lane is None:
        return None, None
    alone = with_go(run, build, lane, ())
    cases = [case.facts for case in lane.facts.cases]
    return GoSide(lane, Measured(alone, build, [GO], cases, estimates.arms(alone, build))), None


def run_data(measured: Measured) -> dict[str, Any]:
    """Everything the charts and tables need, without single launches."""
    run, facts = measured.run, measured.run.facts
    arm_names = list(dict.fromkeys(key.arm for key in measured.arms))
    chosen = chosen_cases(measured)
    counted = counts_of_run(run, measured.build).instructions
    return {
        "schema_version": SCHEMA_VERSION,
        "run": {
            "id": facts.run_id,
            "started_utc": f"{facts.started_utc:%Y-%m-%d %H:%M}",
            "profile": facts.profile,
            "status": facts.status,
            "revision": facts.git.revision,
            "dirty": facts.git.dirty,
            "build": measured.build,
            "cpu": facts.machine.cpu_model,
            "cores": facts.machine.cores,
            "hypervisor": facts.machine.hypervisor,
            "kernel": facts.machine.kernel,
            "libc": facts.toolchain.libc,
            "compiler": facts.toolchain.compiler,
            "flags": facts.toolchain.flags,
            "measured_ghz": facts.measured_ghz,
            "quiet_share": facts.quiet_share,
            "launches": _launches(run, measured.build),
            "warnings": list(measured.warnings),
        },
        "allocators": [_allocator(run, name, shape) for name, shape in shapes(measured.allocators).items()],
        "arms": arm_names,
        "cases": _cases(measured, chosen),
        "notes": {"main": _about_main(chosen.variants)},
        "rows": rows(measured, arm_names, counted),
        "pairs": pairs(measured),
        "edges": _edges(measured),
    }


def launches_data(measured: Measured, scenario: str) -> dict[str, Any]:
    """Case, then arm, then allocator, to ns per operation of every launch that counts, in the order of the launches; as
    they were measured, since another run's file may be compared with them."""
    ours = {case.name for case in measured.cases if case.scenario == scenario}
    launches: dict[str, dict[str, dict[str, list[float]]]] = {}
    for key, arm in measured.arms.items():
        if key.case in ours and arm.ns.ns_by_launch:
            values = [arm.ns.ns_by_launch[launch] for launch in sorted(arm.ns.ns_by_launch)]
            launches.setdefault(key.case, {}).setdefault(key.arm, {})[key.allocator] = values
    return launches


def scenarios(measured: Measured) -> list[str]:
    """In the run's order."""
    return list(dict.fromkeys(case.scenario for case in measured.cases))


def _launches(run: Run, build: str) -> int:
    return int(run.rows["launch"][run.rows["build"] == build].nunique())


def _allocator(run: Run, name: str, shape: str) -> dict[str, Any]:
    """`shape`: of its marks, as matplotlib names it."""
    facts = next((each for each in run.facts.allocators if each.name == name), None)
    return {
        "name": name,
        "version": facts.version if facts else None,
        "path": facts.path if facts else None,
        "shape": shape,
    }


def _about_main(variants: MainVariants) -> str:
    """Which variants the charts of the main ones leave out, in sentences."""
    further, skipped = len(variants.further), len(variants.skipped)
    sentences = []
    if further:
        first = "first variant" if variants.per_scenario == 1 else f"first {variants.per_scenario} variants"
        more = "one more variant appears" if further == 1 else f"{further} more variants appear"
        sentences.append(f"Shown: one case for the {first} of each scenario. Choose a scenario, and {more}.")
    if skipped:
        sentences.append(f"Skipped in every lane and not shown: {', '.join(variants.skipped)}.")
    return " ".join(sentences)


@dataclass(frozen=True)
class Chosen:
    """Names of cases. `main`: those of the headline; `standing`: one for each variant; `choices`: of a variant one for
    each choice, which a chart of a single scenario has room for. `variants`: which ones are main."""

    main: frozenset[str]
    standing: frozenset[str]
    choices: frozenset[str]
    variants: MainVariants


def chosen_cases(measured: Measured) -> Chosen:
    """By the rules of the static charts."""
    eligible = eligible_cases(measured.run, measured.build)
    variants = main_variants(eligible, measured.run, measured.build)
    by_scenario = [[case for case in eligible if case.scenario == scenario] for scenario in scenarios(measured)]
    return Chosen(
        frozenset(case.name for case in representatives(variants.cases)),
        frozenset(case.name for case in representatives(eligible)),
        frozenset(
            case.name for cases in by_scenario for choices in representatives_by_choice(cases) for case in choices
        ),
        variants,
    )


def _cases(measured: Measured, chosen: Chosen) -> list[dict[str, Any]]:
    return [
        {
            "name": case.name,
            "scenario": case.scenario,
            "variant": case.variant,
            "params": dict(case.params),
            "size_bytes": case.size_bytes,
            "explains": case.explains,
            "question": case.question,
            "main": case.name in chosen.main,
            "stands": case.name in chosen.standing,
            "choice": case.name in chosen.choices,
        }
        for case in measured.cases
    ]


def rows(
    measured: Measured, arm_names: list[str], counted: Mapping[CountedArm, float]
) -> dict[str, list[Any]]:
    """A row per case, arm and allocator that has rows in measurements.csv. `counted`: instructions per operation."""
    case_index = {case.name: i for i, case in enumerate(measured.cases)}
    audited = _audited(measured.run, measured.build)
    table = Columns()
    for key, arm in measured.arms.items():
        allocs, alloc_bytes, faults = audited.get(key, (None, None, None))
        table.add(
            case=case_index[key.case],
            arm=arm_names.index(key.arm),
            allocator=measured.allocators.index(key.allocator),
            status=_status(arm.ns),
            reason="; ".join(f"{f.status}: {f.reason}" if f.reason else f.status for f in arm.ns.failures) or None,
            launches=len(arm.ns.ns_by_launch),
            **estimate_columns("ns", arm.ns.estimate),
            **estimate_columns("cycles", arm.cycles.estimate),
            allocs=allocs,
            alloc_bytes=alloc_bytes,
            minor_faults=faults,
            instructions=rounded(counted.get(CountedArm(*key))),
        )
    return table.columns


def _status(result: ArmResult) -> str:
    """ok, contended, or the status of most of the launches that gave no time."""
    if result.ns_by_launch:
        return "contended" if result.contended else "ok"
    return max(result.failures, key=lambda failure: failure.launches).status if result.failures else "skipped"


def _audited(run: Run, build: str) -> dict[ArmKey, tuple[float | None, float | None, float | None]]:
    """Blocks, bytes and minor page faults per operation: medians over the launches, of which the first two never vary."""
    rows = run.rows[run.rows["build"] == build]
    columns = ["allocs_per_op", "alloc_bytes_per_op", "minor_faults_per_op"]
    medians = rows.groupby(["case", "arm", "allocator"], observed=True)[columns].median()
    return {
        ArmKey(*(str(name) for name in key)): (rounded(row[0]), rounded(row[1]), rounded(row[2]))
        for key, row in zip(medians.index, medians.to_numpy(dtype=float))
    }


def pairs(measured: Measured) -> dict[str, list[Any]]:
    """A row per case and allocator that has a stack and a heap arm, timed or not."""
    table = Columns()
    for i, case in enumerate(measured.cases):
        for j, allocator in enumerate(measured.allocators):
            found = estimates.pair(measured.arms, case.name, allocator)
            if found is not None:
                table.add(
                    case=i,
                    allocator=j,
                    **estimate_columns("toll_ns", found.toll_ns),
                    **estimate_columns("toll_cycles", found.toll_cycles),
                    **estimate_columns("ratio", found.ratio),
                )
    return table.columns


def _edges(measured: Measured) -> list[dict[str, Any]]:
    """The sizes at which an allocator's cost jumps, as edges.csv has them: between the last before and the first after,
    and with 95 % confidence between low and high."""
    return [
        {
            "variant": lane.lane.variant,
            "way": lane.lane.way,
            "allocator": lane.lane.allocator,
            "last_before_bytes": edge.last_before,
            "first_after_bytes": edge.first_after,
            "low_bytes": edge.low,
            "high_bytes": edge.high,
            "before_ns": rounded(edge.before_ns),
            "after_ns": rounded(edge.after_ns),
        }
        for lane in _of_build(usual_edges(measured.run), measured.build)
        for edge in lane.edges
    ]


def _of_build(lanes: Iterable[Any], build: str) -> list[Any]:
    return [lane for lane in lanes if lane.lane.build == build]
