/* Heap divided by stack, the highest first: a line per allocator with its interval, and a line at 1. */
"use strict";

HT.charts.forest = {
  id: "forest",
  question: "How many times the stack's time does the heap take?",
  shows: "Time per operation with the memory on the heap, divided by that of the same work on the stack in the same launch. Lines through the marks: 95 % intervals. At the line of 1× the heap costs nothing. The highest come first, by the median of all allocators.",
  units: ["ratio"],
  ignores: { unit: "A ratio has no unit: ns and core cycles make no difference here." },
  data: "charts",
  needs: ({ scenario }) => (HT.cases.shown(scenario).some((each) => HT.data.allocators.some((one) => (HT.pair(each, one) || {}).ratio)) ? null
    : "No launch timed both the stack and the heap arm of a case; the table of all cases says why."),

  draw({ width, allocators, unit, log, scenario, data }) {
    const shown = new Set(HT.cases.shown(scenario).map((each) => each.index));
    const cases = data.order.filter((index) => shown.has(index)).map((index) => HT.data.cases[index]);
    const TOP = 44;
    const LANE = 12;
    const layout = HT.rows.layout(cases, allocators, { lane: LANE, gap: 10, head: 20, grouped: false });
    const rows = layout.rows.map((row) => ({
      ...row, ratio: (HT.pair(row.case, row.allocator) || {}).ratio || null, contended: HT.cases.contended(row.case, row.allocator),
    }));
    const drawn = rows.filter((row) => row.ratio && (!log || row.ratio.low > 0));
    const [low, high] = d3.extent([1, ...drawn.flatMap((row) => [row.ratio.low, row.ratio.high])]);
    const domain = log ? [low / 1.15, Math.max(high, 2) * 1.15] : [Math.min(0, low), Math.max(high, 2) * 1.03];
    const figure = (row) => (row.ratio ? unit.format(row.ratio.value) : "–");
    const pitch = Math.max(HT.text.widest(rows.map(figure)), Math.min(78, HT.text.widest(allocators.map((each) => each.name)))) + 14;
    const right = (width - 220) / pitch >= allocators.length ? pitch * allocators.length : 4;
    const ticks = HT.ticks(domain, width - right - 4, log, 44);
    const position = (log ? d3.scaleLog : d3.scaleLinear)(domain, [4, width - right]);
    const colour = (row) => HT.colour(row.allocator);
    const middle = new Map(layout.blocks.map((block) => [block.case.index, block.y + 10 + (LANE * allocators.length) / 2]));
    const column = (allocator) => right - pitch * (allocators.length - 1 - allocators.indexOf(allocator));
    const axis = { ticks, tickFormat: (value) => HT.format.tick(value, unit), label: null, tickSize: 0, color: "var(--muted)" };
    const plot = {
      width, height: layout.height + TOP + 44, marginLeft: 4, marginRight: right, marginTop: TOP, marginBottom: 44,
      style: HT.rows.style, color: { type: "identity" },
      x: { type: log ? "log" : "linear", domain, axis: null },
      y: { type: "linear", domain: [0, layout.height], range: [TOP, layout.height + TOP], axis: null },
      marks: [
        Plot.gridX({ ticks, stroke: "var(--grid)", strokeOpacity: 1 }),
        Plot.axisX({ anchor: "top", ...axis }), Plot.axisX({ anchor: "bottom", ...axis }),
        Plot.ruleX([1], { stroke: "var(--stack)", strokeWidth: 1.4 }),
        Plot.text(["heap slower →"], { x: () => 1, frameAnchor: "bottom", dx: 6, dy: 34, textAnchor: "start", text: (text) => text, fill: "var(--muted)" }),
        ...(position(1) > 100 ? [Plot.text(["← heap faster"], { x: () => 1, frameAnchor: "bottom", dx: -6, dy: 34, textAnchor: "end", text: (text) => text, fill: "var(--muted)" })] : []),
        Plot.ruleY(layout.blocks.slice(1), { y: (block) => block.y - 14, stroke: "var(--rule)", insetRight: -right, insetLeft: -4 }),
        ...HT.rows.headings(layout, width, 4, right),
        Plot.link(drawn, { x1: (row) => row.ratio.low, x2: (row) => row.ratio.high, y: "y", stroke: colour, strokeWidth: 2 }),
        Plot.dot(drawn, { x: (row) => row.ratio.value, y: "y", r: 3.8, symbol: (row) => HT.marks.of(row.allocator), fill: (row) => (row.contended ? "var(--background)" : colour(row)), stroke: colour, strokeWidth: 1.4 }),
        ...(right > 4 ? allocators.flatMap((allocator) => [
          Plot.dot([allocator], { frameAnchor: "top-right", dx: column(allocator) - 8, dy: -34, symbol: HT.marks.of(allocator), r: 4, fill: HT.colour(allocator) }),
          Plot.text([allocator], { frameAnchor: "top-right", dx: column(allocator) - 2, dy: -18, textAnchor: "end", text: () => HT.text.fit(allocator.name, pitch - 8), fill: "var(--text)" }),
          Plot.text(rows.filter((row) => row.allocator === allocator), { frameAnchor: "right", dx: column(allocator) - 2, y: (row) => middle.get(row.case.index), textAnchor: "end", text: figure, fill: (row) => (row.ratio && !row.contended ? "var(--text)" : "var(--muted)"), fontVariant: "tabular-nums" }),
        ]) : []),
      ],
    };
    const points = rows.map((row) => ({
      x: drawn.includes(row) ? row.ratio.value : 1, y: row.y, title: `${row.case.name}, ${row.allocator.name}`,
      lines: [
        ...(row.case.explains ? [row.case.explains] : []),
        ...(row.ratio ? [`heap ÷ stack ${HT.format.withInterval(row.ratio, unit.format)}`] : HT.cases.gap(row.case, row.allocator).lines),
        ...(row.ratio && !drawn.includes(row) ? ["not above 0: without a place on a logarithmic scale"] : []),
        ...(row.contended ? [HT.cases.CONTENDED] : []),
      ],
      href: HT.state.link("case.html", { case: row.case.name }),
    }));
    return {
      plot, points, rows: true,
      key: right > 4 ? [] : allocators.map((each) => [HT.marks.allocator(each), each.name]),
      table: {
        columns: ["case", "allocator", "heap ÷ stack", "low", "high"],
        rows: rows.map((row) => [row.case.name, row.allocator.name, ...(row.ratio ? [row.ratio.value, row.ratio.low, row.ratio.high] : [null, null, null])]),
      },
      note: [
        scenario ? "" : HT.data.notes.main, rows.some((row) => !row.ratio) ? "– stands where there is no ratio." : "",
        rows.some((row) => row.ratio && !row.ratio.reached) ? "Too few launches for 95 % intervals in places: the lines there are the whole range of the launches." : "",
        rows.some((row) => row.contended) ? "Hollow marks are contended: the core was shared while they ran." : "",
      ].filter(Boolean).join(" "),
    };
  },
};
