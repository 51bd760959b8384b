/* Every way to do one case's work, under every allocator. */
"use strict";

HT.charts.case_arms = {
  id: "case-arms",
  question: "How long does each way of doing it take?",
  shows: "Each line: one arm under one allocator, the median over launches and its 95 % interval. Circle: the stack; hollow marks: contended.",
  units: ["ns", "cycles"],

  about: () => HT.current.name,

  needs() {
    if (!HT.current.case) return HT.current.NONE;
    const timed = HT.current.arms.some((arm) => HT.data.allocators.some((each) => (HT.arm(HT.current.case, arm, each) || {}).ns));
    return timed ? null : "No arm of this case has a time; the table below says why.";
  },

  draw({ width, allocators, unit, log }) {
    const lanes = HT.lanes(allocators);
    const right = 78;
    lanes.rows.forEach((row) => (row.time = row.took ? row.took[unit.arm] : null));
    const timed = lanes.rows.filter((row) => row.time);
    const ends = timed.flatMap((row) => [row.time.low, row.time.high]);
    const positive = ends.filter((value) => value > 0);
    const logarithmic = log && positive.length > 0;
    const domain = logarithmic ? [Math.min(...positive) * 0.9, Math.max(...positive) * 1.1] : [0, (Math.max(...ends, 0) || 1) * 1.04];
    const ticks = HT.ticks(domain, width - lanes.left - right, logarithmic, 52);
    const inside = timed.filter((row) => !logarithmic || row.time.value > 0);
    const low = (row) => Math.max(row.time.low, domain[0]);
    return {
      plot: {
        width, height: lanes.height + 30, marginLeft: lanes.left, marginRight: right, marginTop: 24, marginBottom: 6,
        style: { background: "none", color: "var(--text)", fontSize: "12px", overflow: "visible" },
        color: { type: "identity" }, symbol: { type: "identity" },
        x: { type: logarithmic ? "log" : "linear", domain, axis: null },
        y: { domain: [0, lanes.height], range: [24, lanes.height + 24], axis: null },
        marks: [
          Plot.gridX(ticks, { stroke: "var(--grid)", strokeOpacity: 1 }),
          Plot.text(ticks, { frameAnchor: "top", x: (tick) => tick, dy: -12, text: (tick) => HT.format.tick(tick, unit), fill: "var(--muted)" }),
          ...(unit.name === "cycles" ? [Plot.text(["cycles"], { frameAnchor: "top-right", dx: right - 4, dy: -12, textAnchor: "end", text: (word) => word, fill: "var(--muted)" })] : []),
          ...lanes.names(width),
          Plot.link(inside, { x1: low, x2: (row) => row.time.high, y: "y", stroke: lanes.colour, strokeWidth: 2.5, strokeOpacity: 0.65 }),
          Plot.dot(inside, { x: (row) => row.time.value, y: "y", r: 4.2, symbol: lanes.symbol, fill: lanes.fill, stroke: lanes.colour, strokeWidth: 1.8 }),
          Plot.text(lanes.rows, { frameAnchor: "right", dx: right - 4, y: "y", text: (row) => (row.time ? unit.format(row.time.value).replace(" cycles", " cyc") : lanes.lack(row)), textAnchor: "end", fill: (row) => (row.time ? "var(--text)" : "var(--muted)"), fontVariant: "tabular-nums" }),
        ],
      },
      points: inside.map((row) => ({
        x: row.time.value, y: row.y, title: `${row.arm}, ${row.allocator.name}`,
        lines: [HT.format.withInterval(row.time, unit.format), `${row.took.launches} launches`, ...(row.took.reason ? [row.took.reason] : []),
          ...(row.contended ? ["contended: the core was rarely ours alone"] : [])],
      })),
      table: {
        columns: ["arm", "allocator", unit.title, "low", "high", "launches", "status", "reason"],
        rows: lanes.rows.map((row) => [row.arm, row.allocator.name, ...(row.time ? [row.time.value, row.time.low, row.time.high] : [null, null, null]),
          row.took ? row.took.launches : null, row.took ? row.took.status : "not run", row.took ? row.took.reason : null]),
      },
      note: timed.length < lanes.rows.length && timed.length > 0 ? "Where a word stands in place of a time there is none; the table below has the reason." : "",
    };
  },
};
