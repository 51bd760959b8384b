/* One case's toll on every machine, for every allocator. */
"use strict";

HT.charts.machineTolls = {
  id: "machine-tolls",
  question: "What does the same cost on other machines?",
  shows: "The toll, what the heap adds to the stack, of the case chosen above. Lines: 95 % intervals over launches. Hollow: contended.",
  units: ["ns", "cycles", "ratio"],

  about: () => HT.machines.chosen(),

  draw({ width, unit, log }) {
    const { machines } = HT;
    const [HEAD, LANE, GAP] = [28, 18, 8];
    const rows = [];
    const heads = [];
    let y = 0;
    for (const machine of machines.listed) {
      heads.push({ y: y + 14, machine });
      y += HEAD;
      for (const allocator of machines.allocators(machine)) {
        rows.push({ y: y + LANE / 2, machine, allocator, toll: machines.toll(machine, allocator, unit) });
        y += LANE;
      }
      if (machine.why) {
        rows.push({ y: y + LANE / 2, machine, allocator: null, toll: null });
        y += LANE;
      }
      y += GAP;
    }
    const timed = rows.filter((row) => row.toll);
    const ends = timed.flatMap((row) => [row.toll.low, row.toll.high]);
    // Tolls may be negative, and then have no logarithm.
    const logarithmic = log && ends.length > 0 && Math.min(...ends) > 0;
    const [least, most] = [Math.min(0, ...ends), Math.max(1, ...ends)];
    const left = 12 + 7.2 * Math.max(6, ...rows.map((row) => (row.allocator ? row.allocator.name.slice(0, 11).length : 1)));
    const right = 84;
    const name = (machine) => machine.name + (machine.this ? (machine.name === "This run" ? "" : ", this run") : "");
    const text = (toll) => (toll ? (unit.name === "ratio" ? unit.format : HT.format.signed(unit.format))(toll.value) : "–");
    const plot = {
      width, height: y + 44, marginLeft: left, marginRight: right, marginTop: 24, marginBottom: 20,
      style: { background: "none", color: "var(--text)", fontSize: "12px", overflow: "visible" },
      color: { type: "identity" }, symbol: { type: "identity" },
      x: { type: logarithmic ? "log" : "linear", domain: logarithmic ? [Math.min(...ends) * 0.85, Math.max(...ends) * 1.15] : [least * 1.05, most * 1.05], axis: null },
      y: { domain: [0, y], range: [24, y + 24], axis: null },
      marks: [
        Plot.gridX({ ticks: width < 500 ? 3 : 8, stroke: "var(--grid)", strokeOpacity: 1 }),
        Plot.axisX({ anchor: "top", ticks: width < 500 ? 3 : 8, tickFormat: (value) => HT.format.tick(value, unit), label: null, tickSize: 0, color: "var(--muted)" }),
        ...(!logarithmic && least < 0 ? [Plot.ruleX([0], { stroke: "var(--muted)" })] : []),
        Plot.text(heads, { x: null, frameAnchor: "left", dx: -left + 4, y: "y", fontWeight: "bold", text: (head) => name(head.machine), textAnchor: "start", fill: "var(--text)" }),
        Plot.text(rows.filter((row) => row.allocator), { x: null, frameAnchor: "left", dx: -8, y: "y", text: (row) => row.allocator.name.slice(0, 11), textAnchor: "end", fill: "var(--muted)" }),
        Plot.text(rows.filter((row) => !row.allocator), { x: null, frameAnchor: "left", dx: -left + 4, y: "y", text: () => "could not be read: see the table", textAnchor: "start", fill: "var(--warning)" }),
        Plot.link(timed, { x1: (row) => row.toll.low, x2: (row) => row.toll.high, y: "y", stroke: (row) => HT.colour(row.allocator), strokeWidth: 2 }),
        Plot.dot(timed, { x: (row) => row.toll.value, y: "y", symbol: (row) => HT.marks.of(row.allocator), r: 5, fill: (row) => (row.toll.contended ? "var(--background)" : HT.colour(row.allocator)), stroke: (row) => HT.colour(row.allocator), strokeWidth: 1.6 }),
        Plot.text(rows.filter((row) => row.allocator), { x: null, frameAnchor: "right", dx: right - 4, y: "y", text: (row) => text(row.toll), textAnchor: "end", fill: (row) => (row.toll ? "var(--text)" : "var(--muted)"), fontVariant: "tabular-nums" }),
      ],
    };
    return {
      plot,
      points: timed.map((row) => ({
        x: row.toll.value, y: row.y, title: `${name(row.machine)}, ${row.allocator.name}`,
        lines: [`${machines.chosen()}: ${machines.what().toLowerCase()} ${HT.format.withInterval(row.toll, unit.format)}`, machines.about(row.machine), ...(row.toll.contended ? [HT.cases.CONTENDED] : [])],
        href: row.machine.page ? HT.state.link(row.machine.page) : null,
      })),
      table: {
        columns: ["machine", "allocator", unit.name === "ratio" ? unit.title : `toll ${unit.title}`, "low", "high"],
        rows: rows.map((row) => [row.machine.name, row.allocator ? row.allocator.name : "", ...(row.toll ? [row.toll.value, row.toll.low, row.toll.high] : [null, null, null])]),
      },
      note: rows.length > timed.length ? "– stands where the machine has not measured this case, or has no time of it." : "",
    };
  },
};
