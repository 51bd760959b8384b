"""Where the size makes the toll jump."""

from __future__ import annotations

from heaptoll.charts.size_sweep import VARIANTS, WAYS
from heaptoll.edges.finder import Edge
from heaptoll.edges.sweep import FEWEST_SIZES, LaneEdges, LaneSweep, usual_edges
from heaptoll.report.words.evidence import Evidence
from heaptoll.report.words.numbers import count, ns, ns_from_to
from heaptoll.report.words.sentence import Name, Number, Piece, Sentence, Silence, listed, names
from heaptoll.units import format_bytes

_MOST = 3  # of an allocator


def sentence(evidence: Evidence) -> Sentence | Silence:
    """The edges of one way to make and use an array: the one with the most sizes, of equals the first."""
    found = [lane for lane in usual_edges(evidence.measured.run) if lane.lane.build == evidence.measured.build]
    if not found:
        why = f"that needs a dense sweep of sizes, {FEWEST_SIZES} of one variant at least (PROFILE=full)"
        return Silence("where the size makes the toll jump", why)
    most = max(len(lane.lane.sweep.sizes) for lane in found)
    first = next(lane.lane for lane in found if len(lane.lane.sweep.sizes) == most)
    ours = [lane for lane in found if (lane.lane.variant, lane.lane.way) == (first.variant, first.way)]
    jumping, smooth = ([lane for lane in ours if bool(lane.edges) is has] for has in (True, False))
    ends = [format_bytes(end) for end in (min(first.sweep.sizes), max(first.sweep.sizes))]
    sweep = f"{count(most, 'size')} from {' to '.join(ends)}"
    where: tuple[Piece, ...] = (f"Among {sweep} (", Name(_way(first)), "), ")
    none: tuple[Piece, ...] = ("no jump was found with ", *names(lane.lane.allocator for lane in smooth))
    if not jumping:
        return Sentence("jumps", ("The size does not make it jump.",), (*where, *none, "."), "size_sweep")
    told: tuple[Piece, ...] = ("the toll jumps ", *listed(_lane(lane) for lane in jumping))
    if smooth:
        told = (*told, "; ", *none)
    return Sentence("jumps", ("The size makes the price jump.",), (*where, *told, "."), "size_sweep")


def _way(lane: LaneSweep) -> str:
    """Such as `array of fixed size, first element written`."""
    return ", ".join([VARIANTS.get(lane.variant, lane.variant), *(WAYS.get(each, each) for each in lane.way.split(";"))])


def _lane(lane: LaneEdges) -> tuple[Piece, ...]:
    """The largest jumps, in the order of their sizes."""
    largest = sorted(lane.edges, key=lambda edge: -abs(edge.jump_ns))[:_MOST]
    shown = [edge for edge in lane.edges if edge in largest]
    more = len(lane.edges) - len(shown)
    rest: tuple[Piece, ...] = (f" and {more} more",) if more else ()
    return ("with ", Name(lane.lane.allocator), " above ", *listed([_edge(lane, edge) for edge in shown]), *rest)


def _edge(lane: LaneEdges, edge: Edge) -> tuple[Piece, ...]:
    size = Number(
        format_bytes(edge.last_before),
        f"where the toll of {lane.lane.variant} {lane.lane.way} jumps, {lane.lane.allocator}",
        f"95 % interval of the place {format_bytes(edge.low)} to {format_bytes(edge.high)}",
    )
    jump = Number(
        ns_from_to(edge.before_ns, edge.after_ns),
        f"toll before and after {format_bytes(edge.last_before)}, {lane.lane.allocator}",
        f"jump of {ns(edge.jump_ns)}, {ns(edge.jump_low_ns)} to {ns(edge.jump_high_ns)} for all edges together, "
        f"{edge.launches} launches",
    )
    return (size, " (", jump, ")")


