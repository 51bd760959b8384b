/* Every difference between two runs, sorted, with its interval and its dead zone. */
"use strict";

HT.charts.differences = {
  id: "differences",
  question: "What is slower, and what is faster?",
  shows: "Each mark: how much more this run takes than the base, in per cent, with its 95 % interval; the largest increase first. Grey: the dead zone, in which a difference counts as none. Strong marks are decided (slower or faster), faint ones are not; hollow ones were contended.",
  units: ["ns", "cycles", "ratio"],
  TICKS: [-90, -80, -50, -20, -10, -5, -2, 0, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000],
  MOST_NAMED: 60,

  about: () => JSON.stringify(["measure", "verdict", "find"].map(HT.state.get)),

  draw({ width, log }) {
    const { comparison } = HT;
    const all = comparison.rows();
    const rows = all.filter((row) => row.percent !== null);
    const named = rows.length <= HT.charts.differences.MOST_NAMED;
    const wide = width >= 720;
    const step = named ? (wide ? 20 : 34) : Math.max(0.6, Math.min(8, 720 / rows.length));
    rows.forEach((row, i) => (row.y = (i + 0.5) * step + (named && !wide ? 7 : 0)));
    const left = named && wide ? Math.min(width * 0.45, 20 + 6.6 * Math.max(10, ...rows.map((row) => row.case.length + row.allocator.length + 2))) : 8;
    const height = Math.max(rows.length * step, 40);
    const domain = HT.charts.differences.domain(rows);
    const ticks = HT.charts.differences.ticks(domain, width - left, log);
    const faint = (row) => (row.verdict === "slower" || row.verdict === "faster" ? 1 : 0.55);
    const half = named ? Math.min(step / 2 - 1, 7) : step / 2;
    const letters = Math.floor((wide ? left - 20 : width - 16) / 6.4);
    const label = (row) => { const text = `${row.case}, ${row.allocator}`; return text.length > letters ? `${text.slice(0, letters - 1)}…` : text; };
    const plot = {
      width, height: height + 44, marginLeft: left, marginRight: 16, marginTop: 24, marginBottom: 20,
      style: { background: "none", color: "var(--text)", fontSize: "12px", overflow: "visible" },
      color: { type: "identity" }, opacity: { type: "identity" }, symbol: { type: "identity" },
      x: { type: log ? "symlog" : "linear", constant: 5, domain, axis: null, clamp: true },
      y: { domain: [0, height], range: [24, height + 24], axis: null },
      marks: [
        Plot.rect(rows, { x1: (row) => -row.zonePercent, x2: (row) => row.zonePercent, y1: (row) => row.y - half, y2: (row) => row.y + half, fill: "var(--grid)" }),
        Plot.gridX(ticks, { stroke: "var(--grid)", strokeOpacity: 1 }),
        Plot.ruleX([0], { stroke: "var(--muted)" }),
        Plot.axisX(ticks, { anchor: "top", tickFormat: (value) => (value === 0 ? "0" : `${value > 0 ? "+" : "\u2212"}${Math.abs(value)} %`), label: null, tickSize: 0, color: "var(--muted)" }),
        Plot.link(rows, { x1: "lowPercent", x2: "highPercent", y: "y", stroke: (row) => HT.colour(row.by), strokeWidth: named ? 1.5 : Math.min(1.5, step), strokeOpacity: faint }),
        Plot.dot(rows, {
          x: "percent", y: "y", symbol: (row) => HT.marks.of(row.by), r: named ? 4.5 : 2.4, fill: (row) => (row.contended ? "var(--background)" : HT.colour(row.by)),
          stroke: (row) => HT.colour(row.by), strokeWidth: named ? 1.4 : 0.6, opacity: faint,
        }),
        ...(named ? [Plot.text(rows, {
          x: null, frameAnchor: "left", dx: wide ? -left + 4 : 0, y: (row) => (wide ? row.y : row.y - 15), text: label, textAnchor: "start", fill: "var(--text)",
        })] : []),
      ],
    };
    const points = rows.map((row) => ({
      x: row.percent, y: row.y, title: `${row.case}, ${row.allocator}: ${row.verdict}`,
      lines: [
        `${row.arm === "ratio" ? "heap ÷ stack" : row.arm}: base ${comparison.value(row, row.base)}, head ${comparison.value(row, row.head)}`,
        `${comparison.percent(row.percent)}, ${comparison.ends(row)} ${comparison.percent(row.lowPercent)} to ${comparison.percent(row.highPercent)}`,
        ...(row.note ? [row.note] : []),
      ],
      href: HT.state.link("case.html", { case: row.case }),
    }));
    const lost = all.length - rows.length;
    return {
      plot, points, table: HT.charts.differences.table(all),
      note: [
        named || !rows.length ? "" : `${rows.length} lines are too many for their names: point at one, or choose fewer.`,
        rows.length ? "" : "Nothing is left by the choices above.",
        lost ? `${lost} have no percentage, because the base's toll is within the dead zone; the table has them in ns.` : "",
      ].filter(Boolean).join(" "),
    };
  },

  /* Around zero and all values; of intervals what is not far beyond them. */
  domain(rows) {
    const [least, most] = [Math.min(-2, ...rows.map((row) => row.percent)), Math.max(2, ...rows.map((row) => row.percent))];
    const reach = (value) => value * 1.6;
    return [
      Math.max(reach(least), Math.min(least * 1.05, ...rows.map((row) => row.lowPercent))),
      Math.min(reach(most), Math.max(most * 1.05, ...rows.map((row) => row.highPercent))),
    ];
  },

  ticks(domain, width, log) {
    const most = Math.max(3, Math.floor(width / 64));
    if (!log) return d3.ticks(...domain, most);
    const at = d3.scaleSymlog(domain, [0, width]).constant(5);
    const kept = [0];
    // From zero outwards, what leaves room for its text.
    for (const side of [-1, 1]) {
      let last = 0;
      HT.charts.differences.TICKS.filter((tick) => tick * side > 0 && tick >= domain[0] && tick <= domain[1])
        .sort((one, other) => Math.abs(one) - Math.abs(other))
        .forEach((tick) => { if (Math.abs(at(tick) - at(last)) >= 52) { kept.push(tick); last = tick; } });
    }
    return kept;
  },

  table(rows) {
    return {
      columns: ["case", "allocator", "measure", "base", "head", "difference", "low", "high", "difference %", "low %", "high %", "verdict", "why", "p", "base launches", "head launches"],
      rows: rows.map((row) => [
        row.case, row.allocator, row.arm, row.base, row.head, row.change, row.low, row.high, row.percent, row.lowPercent, row.highPercent, row.verdict,
        row.note, row.p, row.baseLaunches, row.headLaunches,
      ].map((cell) => (typeof cell === "number" ? Number(cell.toPrecision(6)) : cell))),
    };
  },
};
