/* Every launch of one case, by how far it lies from the median of its arm: what a memory layout does. */
"use strict";

HT.charts.case_launches = {
  id: "case-launches",
  question: "What does one launch's memory layout do to it?",
  shows: "Each mark is a launch: fresh processes with a fresh random memory layout. How far its time lies from the median of all, in per cent; linear within ±1 %, logarithmic beyond. Upright line: the median; bar: its 95 % interval. At the right, from the lowest to the highest launch.",
  units: ["ns"],

  about: () => [HT.current.name, !!HT.current.launches, HT.current.trouble].join("\n"),

  ignores: { unit: "Deviations are of nanoseconds.", scale: "This scale stays linear within ±1 % and logarithmic beyond." },

  needs() {
    if (!HT.current.case) return HT.current.NONE;
    if (HT.current.trouble) return HT.current.trouble;
    if (!HT.current.launches) return "Loading…";
    return Object.keys(HT.current.launches).length ? null : "No launch of this case has a time.";
  },

  draw({ width, allocators }) {
    const lanes = HT.lanes(allocators);
    const right = width < 500 ? 102 : 120;
    const { percent } = HT.format;
    for (const row of lanes.rows) {
      const arm = Object.hasOwn(HT.current.launches, row.arm) ? HT.current.launches[row.arm] : {};
      const times = Object.hasOwn(arm, row.allocator.name) ? arm[row.allocator.name] : [];
      const ns = row.took && row.took.ns;
      row.launches = ns && ns.value > 0 ? times.map((time, i) => ({ ...row, time, i, x: (time / ns.value - 1) * 100 })) : [];
      row.interval = row.launches.length > 1 ? [(ns.low / ns.value - 1) * 100, (ns.high / ns.value - 1) * 100] : null;
      row.range = d3.extent(row.launches, (launch) => launch.x);
    }
    const launches = lanes.rows.flatMap((row) => row.launches);
    const [low, high] = [Math.min(-1, ...launches.map((launch) => launch.x)), Math.max(1, ...launches.map((launch) => launch.x))];
    const position = d3.scaleSymlog([low * 1.05, high * 1.05], [0, width - lanes.left - right]).constant(1);
    const both = [];
    for (const tick of [0, 1, 10, 100, 0.5, 3, 30, 1000, 10000, 100000, 300].flatMap((size) => (size ? [size, -size] : [0]))) {
      if (tick >= low && tick <= high && both.every((other) => Math.abs(position(other) - position(tick)) > 46)) both.push(tick);
    }
    const withLaunches = lanes.rows.filter((row) => row.launches.length);
    return {
      plot: {
        width, height: lanes.height + 30, marginLeft: lanes.left, marginRight: right, marginTop: 24, marginBottom: 6,
        style: { background: "none", color: "var(--text)", fontSize: "12px", overflow: "visible" },
        color: { type: "identity" }, symbol: { type: "identity" },
        x: { type: "symlog", constant: 1, domain: [low * 1.05, high * 1.05], axis: null },
        y: { domain: [0, lanes.height], range: [24, lanes.height + 24], axis: null },
        marks: [
          Plot.gridX(both, { stroke: (tick) => (tick === 0 ? "var(--muted)" : "var(--grid)"), strokeOpacity: 1 }),
          Plot.text(both, { frameAnchor: "top", x: (tick) => tick, dy: -12, text: (tick) => `${tick > 0 ? "+" : tick < 0 ? "\u2212" : ""}${Math.abs(tick)}${width < 500 ? "" : " %"}`, fill: "var(--muted)" }),
          ...lanes.names(width),
          Plot.link(withLaunches.filter((row) => row.interval), { x1: (row) => row.interval[0], x2: (row) => row.interval[1], y: "y", stroke: lanes.colour, strokeWidth: 7, strokeOpacity: 0.25, strokeLinecap: "butt" }),
          Plot.dot(launches, { x: "x", y: "y", r: 2.6, symbol: lanes.symbol, fill: "none", stroke: lanes.colour, strokeWidth: 1.1 }),
          Plot.text(lanes.rows, { frameAnchor: "right", dx: right - 4, y: "y", text: (row) => (row.launches.length ? `${percent(row.range[0])} to ${percent(row.range[1])} %` : row.took && row.took.ns ? "0 ns" : lanes.lack(row)), textAnchor: "end", fill: "var(--muted)", fontVariant: "tabular-nums" }),
        ],
      },
      points: launches.map((launch) => ({
        x: launch.x, y: launch.y, title: `${launch.arm}, ${launch.allocator.name}`,
        lines: [`launch ${launch.i + 1} of the ${launch.took.launches} that count: ${HT.format.ns(launch.time)}`, `${percent(launch.x)} % from the median, ${HT.format.ns(launch.took.ns.value)}`],
      })),
      table: {
        columns: ["arm", "allocator", "launch of those that count", "ns", "% from the median"],
        rows: launches.map((launch) => [launch.arm, launch.allocator.name, launch.i + 1, launch.time, Number(launch.x.toPrecision(4))]),
      },
      note: "Launches run one after the other: what the machine did meanwhile differs too, so this is the most that the layout can have done.",
    };
  },
};
