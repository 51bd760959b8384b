/* Null and stack arms, the same code in every lane: how far the two lanes are apart that are farthest apart. */
"use strict";

HT.charts.same_code = {
  id: "same-code",
  question: "How far apart are lanes that run the same code?",
  shows: "Each mark: one null (cross) or stack (circle) arm of a case, and of all pairs of lanes the one farthest from a ratio of 1; thin lines: 95 % intervals. Should be 0.",
  units: ["ns", "cycles", "ratio"],

  needs() {
    return HT.objects(HT.method.same).length ? null : "No arm was timed in two lanes.";
  },

  draw({ width }) {
    const rows = HT.objects(HT.method.same).map((each, i) => ({
      ...each, x: i, of: HT.data.cases[each.case], lanes: [HT.data.allocators[each.one], HT.data.allocators[each.other]].map((lane) => lane.name),
    }));
    const farthest = Math.max(2.5, ...rows.map((each) => Math.max(Math.abs(each.percent), 0)));
    // Symmetric and logarithmic beyond half a per cent; what an interval has beyond the frame goes on.
    const end = farthest * 1.3;
    const within = (value) => Math.max(-end, Math.min(end, value));
    const ticks = [0, 0.5, 1, 2, 5, 10, 20, 50, 100].filter((value) => value <= end).flatMap((value) => (value ? [-value, value] : [0]));
    const signed = (value) => `${value > 0 ? "+" : value < 0 ? "\u2212" : ""}${Math.abs(value)} %`;
    const text = (value) => signed(Number(value.toPrecision(2)));
    const scenarios = d3.groups(rows, (each) => each.of.scenario).map(([name, some]) => ({ name, start: some[0].x, end: some[some.length - 1].x }));
    const plot = {
      width, height: 280, marginLeft: 56, marginRight: 12, marginTop: 14, marginBottom: 30,
      style: { background: "none", color: "var(--text)", fontSize: "12px", overflow: "visible" },
      x: { domain: [-0.5, rows.length - 0.5], axis: null },
      y: { type: "symlog", constant: 0.5, domain: [-end, end], axis: null },
      marks: [
        Plot.gridY({ ticks, stroke: "var(--grid)", strokeOpacity: 1 }),
        Plot.axisY({ ticks, tickFormat: signed, tickSize: 0, label: null, color: "var(--muted)" }),
        Plot.ruleY([-0.5, 0.5], { stroke: "var(--muted)", strokeDasharray: "3,3" }),
        Plot.ruleX(scenarios.slice(1), { x: (each) => each.start - 0.5, stroke: "var(--rule)" }),
        Plot.text(scenarios.filter((each) => (each.end - each.start + 1) / rows.length * (width - 68) > 7 * each.name.length), {
          x: (each) => (each.start + each.end) / 2, frameAnchor: "bottom", dy: 18, text: "name", fill: "var(--muted)",
        }),
        Plot.ruleX(rows, { x: "x", y1: (each) => within(each.low), y2: (each) => within(each.high), stroke: "var(--muted)", strokeOpacity: rows.length > 200 ? 0.35 : 0.8 }),
        Plot.dot(rows, {
          x: "x", y: "percent", r: rows.length > 200 ? 2.4 : 4, symbol: (each) => (each.arm === "stack" ? "circle" : "times"),
          fill: (each) => (each.contended || each.arm !== "stack" ? "none" : "var(--stack)"), stroke: "var(--stack)", strokeWidth: 1.2,
        }),
      ],
      symbol: { type: "identity" },
    };
    return {
      plot,
      points: rows.map((each) => ({
        x: each.x, y: each.percent, title: `${each.of.name}, ${each.arm}`,
        lines: [
          `${each.lanes[0]} against ${each.lanes[1]}: ${text(each.percent)}`,
          `${each.reached ? "95 % interval" : "range of too few launches"} ${text(each.low)} to ${text(each.high)}, ${each.launches} launches`,
          ...(each.contended ? ["contended: the core was rarely ours"] : []),
        ],
        href: HT.state.link("case.html", { case: each.of.name }),
      })),
      table: {
        columns: ["case", "arm", "lane", "against", "per cent from 1", "low", "high", "launches", "contended"],
        rows: rows.map((each) => [each.of.name, each.arm, ...each.lanes, each.percent, each.low, each.high, each.launches, each.contended ? "yes" : "no"]),
      },
      note: `${HT.method.within.map((each) => `${each.pairs} of ${each.of} pairs of lanes within ${each.percent} %`).join(", ")}. Dashed: 0.5 %.`,
    };
  },
};
