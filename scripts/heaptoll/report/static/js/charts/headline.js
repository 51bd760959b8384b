/* The dumbbells: stack and heap side by side, for the main variants and every allocator.

   `dumbbells` draws any cases; it is given what a chart's draw() is, and
     cases    one block each
     lanes    of a case, its lines [{case, allocator, name}], where they are others than one for each allocator
     extras   false: no other arms than stack and heap
     columns  more of the table: [[name, of a row its value]]
     about, note   sentences before and after those on the marks */
"use strict";

HT.charts.headline = {
  id: "headline",
  question: "What does it cost to move a value from the stack to the heap?",
  shows:
    "Each line: the same work with its memory on the stack (circle) and on the heap (the allocator's mark); at the right what the heap adds, the toll. Pale bars: 95 % intervals over launches.",
  units: ["ns", "cycles", "ratio"],
  needs: ({ scenario }) =>
    HT.cases.shown(scenario).length ? null : "No case has both a stack and a heap arm; measure with a wider FILTER.",

  draw: (given) =>
    HT.charts.headline.dumbbells({
      ...given,
      cases: HT.cases.shown(given.scenario),
      about: given.scenario ? "" : HT.data.notes.main,
    }),

  dumbbells({ width, allocators, unit, log, cases, lanes, extras: withExtras = true, columns = [], about = "", note = "" }) {
    const layout = HT.rows.layout(cases, allocators, { lanes });
    const rows = layout.rows.map((row) => ({ ...row, ...HT.charts.headline.lane(row.case, row.allocator, unit, withExtras) }));
    const timed = rows.filter((row) => row.stack && row.heap && (!log || Math.min(row.stack.low, row.heap.low) > 0));
    const extras = timed.flatMap((row) =>
      row.extras.filter((extra) => !log || extra.estimate.low > 0).map((extra) => ({ ...extra, y: row.y, allocator: row.allocator })),
    );
    const ends = [...timed.flatMap((row) => [row.stack, row.heap]), ...extras.map((extra) => extra.estimate)].flatMap((each) => [
      each.low,
      each.high,
    ]);
    const [low, high] = ends.length ? d3.extent(ends) : [1, 10];
    const domain = log ? [low * 0.9, Math.max(high, low * 1.5) * 1.1] : [Math.min(0, low), high * 1.03];
    const left = Math.min(lanes ? 180 : 100, 16 + HT.text.widest(rows.map((row) => row.name)));
    const head = unit.name === "ratio" ? "heap ÷ stack" : "toll";
    const tolls = HT.text.widest([head, ...rows.map((row) => row.tollText)], { bold: true }) + 8;
    const intervals = width < 640 ? 0 : HT.text.widest(["95 % interval", ...rows.map((row) => row.intervalText)]) + 12;
    const right = tolls + intervals + 22;
    const ticks = HT.ticks(domain, width - left - right, log, 52);
    const colour = (row) => HT.colour(row.allocator);
    const figure = { frameAnchor: "right", dx: right - 4 - intervals, y: "y", textAnchor: "end", fontVariant: "tabular-nums" };
    const plot = {
      width,
      height: layout.height + 54,
      marginLeft: left,
      marginRight: right,
      marginTop: 30,
      marginBottom: 24,
      style: HT.rows.style,
      color: { type: "identity" },
      x: { type: log ? "log" : "linear", domain, axis: null },
      y: { type: "linear", domain: [0, layout.height], range: [30, layout.height + 30], axis: null },
      marks: [
        Plot.gridX({ ticks, stroke: "var(--grid)", strokeOpacity: 1 }),
        HT.tickLabels(ticks, unit, "top"),
        HT.tickLabels(ticks, unit, "bottom"),
        Plot.text([intervals ? head : ""], {
          frameAnchor: "top-right",
          dx: right - 6 - intervals,
          dy: -14,
          textAnchor: "end",
          text: (text) => text,
          fontWeight: "bold",
          fill: "var(--text)",
        }),
        Plot.text([intervals ? "95 % interval" : head], {
          frameAnchor: "top-right",
          dx: right - 2,
          dy: -14,
          textAnchor: "end",
          text: (text) => text,
          fill: "var(--muted)",
        }),
        ...HT.rows.headings(layout, width, left, right),
        Plot.text(rows, {
          frameAnchor: "left",
          dx: -8,
          y: "y",
          text: (row) => HT.text.fit(row.name, left - 10),
          textAnchor: "end",
          fill: "var(--muted)",
        }),
        Plot.link(timed, {
          x1: (row) => row.stack.low,
          x2: (row) => row.stack.high,
          y: "y",
          stroke: "var(--stack)",
          strokeWidth: 8,
          strokeOpacity: 0.3,
        }),
        Plot.link(timed, {
          x1: (row) => row.heap.low,
          x2: (row) => row.heap.high,
          y: "y",
          stroke: colour,
          strokeWidth: 8,
          strokeOpacity: 0.35,
        }),
        Plot.link(timed, { x1: (row) => row.stack.value, x2: (row) => row.heap.value, y: "y", stroke: colour, strokeWidth: 2 }),
        Plot.dot(timed, {
          x: (row) => row.stack.value,
          y: "y",
          r: 4,
          fill: (row) => (row.stackContended ? "var(--background)" : "var(--stack)"),
          stroke: "var(--stack)",
          strokeWidth: 1.6,
        }),
        Plot.dot(timed, {
          x: (row) => row.heap.value,
          y: "y",
          r: 4.6,
          symbol: (row) => HT.marks.of(row.allocator),
          fill: (row) => (row.heapContended ? "var(--background)" : colour(row)),
          stroke: colour,
          strokeWidth: 1.6,
        }),
        Plot.dot(extras, {
          x: (extra) => extra.estimate.value,
          y: "y",
          r: 4.4,
          symbol: (extra) => HT.marks.arm(extra.arm),
          stroke: "var(--background)",
          strokeWidth: 4,
        }),
        Plot.dot(extras, {
          x: (extra) => extra.estimate.value,
          y: "y",
          r: 4.4,
          symbol: (extra) => HT.marks.arm(extra.arm),
          stroke: colour,
          strokeWidth: 1.8,
        }),
        Plot.text(
          rows.filter((row) => row.toll),
          { ...figure, text: "tollText", fontWeight: "bold", fill: (row) => (row.uncollected ? "var(--warning)" : "var(--text)") },
        ),
        Plot.text(
          rows.filter((row) => !row.toll),
          { ...figure, text: "tollText", fill: "var(--muted)" },
        ),
        ...(intervals
          ? [
              Plot.text(rows, {
                frameAnchor: "right",
                dx: right - 2,
                y: "y",
                text: "intervalText",
                textAnchor: "end",
                fill: "var(--muted)",
                fontVariant: "tabular-nums",
              }),
            ]
          : []),
      ],
    };
    const { withInterval, signed } = HT.format;
    const points = rows.map((row) => ({
      x: timed.includes(row) ? row.heap.value : domain[1],
      y: row.y,
      title: `${row.case.name}, ${row.allocator.name}`,
      lines: [
        ...(row.case.explains ? [row.case.explains] : []),
        ...(unit.name === "ratio"
          ? [row.toll ? `heap ÷ stack ${withInterval(row.toll, unit.format)}` : ""]
          : [
              row.stack ? `stack ${withInterval(row.stack, unit.format)}` : "",
              row.heap ? `heap ${withInterval(row.heap, unit.format)}` : "",
              row.toll ? `toll ${withInterval(row.toll, signed(unit.format))}` : "",
              ...row.extras.map((extra) => `${extra.arm} ${withInterval(extra.estimate, unit.format)}`),
            ]),
        ...(row.toll ? [] : HT.cases.gap(row.case, row.allocator).lines),
        ...(row.stackContended || row.heapContended ? [HT.cases.CONTENDED] : []),
        ...HT.cases.ofGo(row.case, row.allocator),
      ].filter(Boolean),
      href: HT.case(row.case.name) && HT.state.link("case.html", { case: row.case.name }),
    }));
    const estimate = (each) => (each ? [each.value, each.low, each.high] : [null, null, null]);
    const arms = [...new Set(extras.map((extra) => extra.arm))];
    return {
      plot,
      points,
      rows: true,
      key: arms.length
        ? [
            [HT.marks.picture(HT.marks.stack, { fill: "var(--stack)" }), "stack"],
            ...allocators.map((each) => [HT.marks.allocator(each), `heap, ${each.name}`]),
            ...arms.map((arm) => [HT.marks.picture(HT.marks.arm(arm), { stroke: "var(--muted)" }), arm]),
          ]
        : [],
      table: {
        columns: [
          "case",
          "allocator",
          ...["stack", "heap", unit.name === "ratio" ? "heap ÷ stack" : "toll"].flatMap((name) => [
            unit.name === "ratio" ? name : `${name} ${unit.title}`,
            "low",
            "high",
          ]),
          ...columns.map(([name]) => name),
        ],
        rows: rows.map((row) => [
          row.case.name,
          row.allocator.name,
          ...estimate(row.stack),
          ...estimate(row.heap),
          ...estimate(row.toll),
          ...columns.map(([, value]) => value(row)),
        ]),
      },
      note: [
        about,
        rows.some((row) => row.intervalText.endsWith("†")) ? "† Too few launches for a 95 % interval: their whole range." : "",
        rows.some((row) => !row.toll) ? "A word in place of a toll: why there is none; pointing at it says more." : "",
        rows.some((row) => row.stackContended || row.heapContended)
          ? "Hollow marks are contended: the core was shared while they ran."
          : "",
        rows.some((row) => row.uncollected) ? `${HT.cases.UNCOLLECTED_MARK} ${HT.cases.UNCOLLECTED}` : "",
        unit.name === "ratio" && withExtras && cases.some((each) => HT.charts.headline.others(each, allocators).length)
          ? "Of other arms than stack and heap there is no heap ÷ stack."
          : "",
        note,
      ]
        .filter(Boolean)
        .join(" "),
    };
  },

  others: (of, allocators) =>
    HT.data.arms.filter((arm) => !["null", "stack", "heap"].includes(arm) && allocators.some((each) => HT.arm(of, arm, each))),

  /* One allocator's line of a case: estimates in the unit shown. */
  lane(of, allocator, unit, withExtras) {
    const pair = HT.pair(of, allocator);
    const [stack, heap] = ["stack", "heap"].map((arm) => HT.arm(of, arm, allocator));
    const toll = (pair && pair[unit.toll]) || null;
    const contended = (arm) => !!arm && arm.status === "contended";
    const uncollected = !!HT.cases.go(of, allocator)?.uncollected;
    const format = unit.name === "ratio" ? unit.format : HT.format.signed(unit.format);
    const shared = {
      toll,
      stackContended: contended(stack),
      heapContended: contended(heap),
      uncollected,
      tollText: toll ? format(toll.value).replace(" cycles", " cyc") + (uncollected ? HT.cases.UNCOLLECTED_MARK : "") : HT.cases.gap(of, allocator).short,
      intervalText: toll ? HT.format.interval(toll, unit.name !== "ratio", unit) : "",
    };
    if (unit.name === "ratio") {
      return { ...shared, stack: toll && { value: 1, low: 1, high: 1, reached: true }, heap: toll, extras: [] };
    }
    const extras = (withExtras ? HT.charts.headline.others(of, [allocator]) : [])
      .map((arm) => ({ arm, estimate: HT.arm(of, arm, allocator)[unit.arm] }))
      .filter((extra) => extra.estimate);
    return { ...shared, stack: stack && stack[unit.arm], heap: heap && heap[unit.arm], extras };
  },
};
