/* The dumbbells: stack and heap side by side, for the main variants and every allocator. */
"use strict";

HT.charts.headline = {
  id: "headline",
  question: "What does it cost to move a value from the stack to the heap?",
  shows: "Each line: the same work with its memory on the stack (circle) and on the heap (filled mark); at the right what the heap adds, the toll. Thin lines: 95 % intervals over launches.",
  units: ["ns", "cycles", "ratio"],

  draw({ width, allocators, unit, log, scenario }) {
    const HEAD = 30;
    const LANE = 17;
    const GAP = 8;
    const cases = HT.data.cases.filter((each) => (scenario ? each.stands && each.scenario === scenario : each.main));
    const rows = [];
    const heads = [];
    let y = 0;
    for (const each of cases) {
      heads.push({ y: y + 14, case: each });
      y += HEAD;
      for (const allocator of allocators) {
        rows.push({ y: y + LANE / 2, case: each, allocator, ...HT.charts.headline.lane(each, allocator, unit) });
        y += LANE;
      }
      y += GAP;
    }
    const timed = rows.filter((row) => row.stack && row.heap);
    const ends = timed.flatMap((row) => [row.stack.low, row.heap.high, row.heap.low, row.stack.high]).filter((value) => value > 0);
    const left = Math.min(90, 12 + 7 * Math.max(...allocators.map((each) => each.name.length)));
    const right = width < 500 ? 76 : 90;
    const letters = Math.floor((width - 8) / 6.6);
    const short = (text) => (text.length > letters ? text.slice(0, letters - 1) + "…" : text);
    const plot = {
      width, height: y + 44, marginLeft: left, marginRight: right, marginTop: 24, marginBottom: 20,
      style: { background: "none", color: "var(--text)", fontSize: "12px", overflow: "visible" },
      color: { type: "identity" },
      symbol: { type: "identity" },
      x: {
        type: log ? "log" : "linear", domain: log ? [Math.min(...ends) * 0.9, Math.max(...ends) * 1.1] : [0, Math.max(...ends) * 1.03],
        axis: null,
      },
      y: { domain: [0, y], range: [24, y + 24], axis: null },
      marks: [
        Plot.gridX({ ticks: width < 500 ? 4 : 8, stroke: "var(--grid)", strokeOpacity: 1 }),
        Plot.axisX({ anchor: "top", ticks: width < 500 ? 4 : 8, tickFormat: (value) => HT.format.tick(value, unit), label: unit.name === "cycles" ? "cycles" : null, tickSize: 0, color: "var(--muted)" }),
        Plot.text(heads, { x: null, frameAnchor: "left", dx: -left + 4, y: "y", fontWeight: "bold", text: (head) => short(head.case.name), textAnchor: "start", fill: "var(--text)" }),
        Plot.text(rows, { frameAnchor: "left", dx: -6, y: "y", text: (row) => row.allocator.name.slice(0, 11), textAnchor: "end", fill: "var(--muted)" }),
        Plot.link(timed, { x1: (row) => row.stack.value, x2: (row) => row.heap.value, y: "y", stroke: (row) => HT.colour(row.allocator), strokeWidth: 2 }),
        Plot.ruleY(timed, { x1: (row) => row.heap.low, x2: (row) => row.heap.high, y: "y", stroke: (row) => HT.colour(row.allocator), strokeWidth: 1, insetLeft: -1 }),
        Plot.dot(timed, { x: (row) => row.stack.value, y: "y", r: 4, fill: "var(--background)", stroke: "var(--stack)", strokeWidth: 1.8 }),
        Plot.dot(timed, { x: (row) => row.heap.value, y: "y", r: 4.2, symbol: (row) => HT.symbol(row.allocator), fill: (row) => (row.contended ? "var(--background)" : HT.colour(row.allocator)), stroke: (row) => HT.colour(row.allocator), strokeWidth: 1.8 }),
        Plot.text(rows, { frameAnchor: "right", dx: right - 4, y: "y", text: (row) => row.tollText, textAnchor: "end", fill: (row) => (row.toll ? "var(--text)" : "var(--muted)"), fontVariant: "tabular-nums" }),
      ],
    };
    const points = rows.filter((row) => row.heap && row.stack).map((row) => ({
      x: row.heap.value, y: row.y, title: `${row.case.name}, ${row.allocator.name}`,
      lines: [
        `stack ${HT.format.withInterval(row.stack, unit.format)}`, `heap ${HT.format.withInterval(row.heap, unit.format)}`,
        `toll ${row.tollText}`, ...(row.contended ? ["contended: the core was rarely ours"] : []),
      ],
      href: HT.state.link("case.html", { case: row.case.name }),
    }));
    const estimate = (each) => (each ? [each.value, each.low, each.high] : [null, null, null]);
    return {
      plot, points,
      table: {
        columns: ["case", "allocator", ...["stack", "heap", "toll"].flatMap((name) => [`${name} ${unit.title}`, "low", "high"])],
        rows: rows.map((row) => [row.case.name, row.allocator.name, ...estimate(row.stack), ...estimate(row.heap), ...estimate(row.toll)]),
      },
      note: rows.length > timed.length ? "– stands where an arm has no time; the table of all cases says why." : "",
    };
  },

  /* One allocator's line of a case: estimates in the unit shown. */
  lane(of, allocator, unit) {
    const pair = HT.pair(of, allocator);
    const [stack, heap] = ["stack", "heap"].map((arm) => HT.arm(of, arm, allocator));
    const toll = pair && pair[unit.toll];
    const contended = [stack, heap].some((each) => each && each.status === "contended");
    if (unit.name === "ratio") {
      const one = toll && { value: 1, low: 1, high: 1, reached: true };
      return { stack: one, heap: toll, toll, contended, tollText: toll ? unit.format(toll.value) : "–" };
    }
    return {
      stack: stack && stack[unit.arm], heap: heap && heap[unit.arm], toll, contended,
      tollText: toll ? HT.format.signed(unit.format)(toll.value).replace(" cycles", " cyc") : "–",
    };
  },
};
