/* Charts of lines: time against a number (a size, blocks, calls), a line per allocator and per arm that all lanes share.

   A panel is {name, way_name, numbers, cases, shared, extras}, as chart_data/lines.py makes them. */
"use strict";

HT.lines = (function () {
  const SHARED = { stack: ["o", null], inline: ["d", "6 3"], arena: ["d", "6 3"], pool: ["p", "2 3"] };

  /* The lines of a panel: [{name, arm, allocator, colour, symbol, dash, points: [{n, case, estimate, contended, why}]}].
     `per`: times are of one of n. */
  function of(panel, { allocators, unit }, per) {
    const cases = panel.cases.map((index) => HT.data.cases[index]);
    const share = (estimate, n) => {
      if (!estimate) return null;
      const by = per && unit.name !== "ratio" ? n : 1;
      return { value: estimate.value / by, low: estimate.low / by, high: estimate.high / by, reached: estimate.reached };
    };
    const points = (estimate, contended, why) => panel.numbers.map((n, i) => ({
      n, case: cases[i], estimate: share(estimate(cases[i], i), n), contended: contended(cases[i], i), why: why(cases[i]),
    }));
    const shared = Object.entries(panel.shared).map(([arm, columns]) => {
      const rows = HT.objects(columns);
      const [shape, dash] = SHARED[arm] || ["p", "1 2"];
      return {
        name: arm, arm, allocator: null, colour: "var(--stack)", symbol: HT.marks.shape(shape), dash,
        points: points((_, i) => rows[i][unit.name], (_, i) => !!rows[i].contended, () => ["no lane has a time"]),
      };
    });
    const measured = (allocator, arm) => points(
      (each) => {
        if (unit.name !== "ratio") return (HT.arm(each, arm, allocator) || {})[unit.arm];
        return arm === "heap" ? (HT.pair(each, allocator) || {}).ratio : null;
      },
      (each) => (HT.arm(each, arm, allocator) || {}).status === "contended",
      (each) => {
        const row = HT.arm(each, arm, allocator);
        return [row ? row.reason || (row.ns ? "no launch timed both the stack and the heap arm" : row.status) : "not measured"];
      });
    const own = allocators.flatMap((allocator) => [
      ...(unit.name === "ratio" ? [] : panel.extras || []).map((arm) => [arm, "5 3"]), ["heap", null],
    ].map(([arm, dash]) => ({
      name: arm === "heap" ? allocator.name : `${allocator.name}, ${arm}`, arm, allocator, colour: HT.colour(allocator),
      symbol: HT.marks.of(allocator), dash, points: measured(allocator, arm),
    })));
    return [...shared, ...own].filter((line) => line.points.some((point) => point.estimate));
  }

  const drawable = (point, log) => point.estimate && (!log || point.estimate.low > 0);

  /* The limits of the scale of times that all these lines share. */
  function domain(lines, log) {
    const ends = lines.flatMap((line) => line.points.filter((point) => drawable(point, log)).flatMap(({ estimate }) => [estimate.low, estimate.high]));
    if (!ends.length) return [1, 10];
    const [low, high] = d3.extent(ends);
    if (log) return [low / 1.15, Math.max(high, low * 2) * 1.15];
    return [Math.min(0, low), high * 1.05];
  }

  /* A panel as options for Plot, and its points. `look`: {panel, index, context, lines, width, height, times, numbers,
     format, axis, thing, per, edges, marked, below}. Positions in pixels are turned into values of the scales. */
  function draw(look) {
    const { panel, index, context, lines, width, log = context.log, unit = context.unit } = look;
    const names = lines.filter((line) => line.arm === "heap" || !line.allocator);
    const labels = Math.min(110, HT.text.widest(names.map((line) => line.name)) + 4);
    const edges = look.edges || [];
    const below = look.below || [];
    const own = edges.length || below.length ? HT.text.widest(context.allocators.map((each) => each.name), { size: 11 }) + 16 : 0;
    const margin = { left: Math.min(100, Math.max(58, own)), right: 22 + Math.max(labels, look.belowRoom || 0), top: edges.length ? 42 + edges.length * 16 : 32, bottom: 40 + (below.length ? 38 + below.length * 16 : 0) };
    const height = look.height + margin.top + margin.bottom;
    const bottom = margin.top + look.height;
    const right = width - margin.right;
    const x = d3.scaleLog(look.numbers, [margin.left, right]);
    const y = (log ? d3.scaleLog : d3.scaleLinear)(look.times, [bottom, margin.top]);
    const dense = panel.numbers.length > 24;
    const shown = lines.map((line) => ({ ...line, drawn: line.points.map((point) => ({ ...point, line, ok: drawable(point, log) })) }));
    const missing = shown.flatMap((line) => line.drawn.filter((point) => !point.ok));
    const ticks = thinned(look.ticks, x, (n) => HT.text.width(look.format(n)) + 12, look.marked);
    const levels = HT.ticks(look.times, look.height, log, 26);
    const marks = [
      Plot.gridY({ ticks: levels, stroke: "var(--grid)", strokeOpacity: 1 }),
      Plot.ruleX(ticks, { stroke: "var(--grid)" }),
      ...(look.marked ? [Plot.ruleX([look.marked], { stroke: "var(--muted)" })] : []),
      Plot.axisY({ ticks: levels, tickFormat: (value) => HT.format.tick(value, unit), label: null, tickSize: 0, color: "var(--muted)" }),
      Plot.text(ticks, { x: (n) => n, y: () => y.invert(bottom + 14), text: look.format, fill: (n) => (n === look.marked ? "var(--text)" : "var(--muted)") }),
      Plot.text([look.axis], { x: () => x.invert((margin.left + right) / 2), y: () => y.invert(bottom + 31), text: (text) => text, fill: "var(--muted)" }),
      Plot.text([HT.text.fit(panel.name, width - 8, { size: 13, bold: true })], { x: () => x.invert(4), y: () => y.invert(12), text: (text) => text, textAnchor: "start", fontWeight: "bold", fontSize: 13, fill: "var(--text)" }),
      ...(panel.way_name ? [Plot.text([HT.text.fit(panel.way_name, width - 20 - HT.text.width(panel.name, { size: 13, bold: true }))], { x: () => x.invert(14 + HT.text.width(panel.name, { size: 13, bold: true })), y: () => y.invert(12), text: (text) => text, textAnchor: "start", fill: "var(--muted)" })] : []),
    ];
    for (const line of shown) {
      const path = line.drawn.map(({ n, ok, estimate }) => (ok ? { n, value: estimate.value, low: estimate.low, high: estimate.high } : { n, value: NaN, low: NaN, high: NaN }));
      const drawn = look.curve ? look.curve(path) : path;
      marks.push(Plot.areaY(drawn, { x: "n", y1: "low", y2: "high", fill: line.colour, fillOpacity: 0.22 }));
      marks.push(Plot.line(drawn, { x: "n", y: "value", stroke: line.colour, strokeWidth: 1.8, strokeDasharray: line.dash || undefined, strokeLinejoin: "round" }));
    }
    for (const line of shown) {
      const dots = line.drawn.filter((point) => point.ok && (!dense || point.contended || alone(line.drawn, point)));
      marks.push(Plot.dot(dots, { x: "n", y: (point) => point.estimate.value, symbol: line.symbol, r: 3.6, fill: (point) => (point.contended ? "var(--background)" : line.colour), stroke: line.colour, strokeWidth: 1.4 }));
    }
    marks.push(Plot.text(missing, { x: "n", y: () => y.invert(bottom - 6), text: () => "×", fill: (point) => (point.line.allocator ? point.line.colour : "var(--stack)"), fontWeight: "bold", fontSize: 14 }));
    marks.push(...named(shown.filter((line) => names.some((each) => each.name === line.name)), { x, y, right, top: margin.top, bottom, labels }));
    const points = shown.flatMap((line) => line.drawn.map((point) => ({
      plot: index, x: point.n, y: point.ok ? point.estimate.value : y.invert(bottom - 6), series: `${index} ${line.name}`,
      title: `${panel.title || panel.name}, ${look.thing(point.n)}: ${line.name}${line.arm === "heap" ? " heap" : ""}`,
      lines: about(point, look, unit),
      href: HT.state.link("case.html", { case: point.case.name }),
    })));
    edges.forEach((row, i) => {
      const level = margin.top - 10 - (edges.length - i - 0.5) * 16;
      const [rowMarks, rowPoints] = edge_row(row, { x, y, level, right, left: margin.left, top: margin.top, look, shown, index });
      marks.push(...rowMarks);
      points.push(...rowPoints);
    });
    if (below.length) {
      const [stripMarks, stripPoints] = strip(below, { x, y, bottom, right, width, left: margin.left, look, index });
      marks.push(...stripMarks);
      points.push(...stripPoints);
    }
    return {
      plot: {
        width, height, marginLeft: margin.left, marginRight: margin.right, marginTop: margin.top, marginBottom: margin.bottom,
        style: { background: "none", color: "var(--text)", fontSize: "12px", fontFamily: HT.text.FAMILY, overflow: "visible" },
        color: { type: "identity" }, x: { type: "log", domain: look.numbers, axis: null }, y: { type: log ? "log" : "linear", domain: look.times, axis: null },
        marks,
      },
      points,
      missing: missing.length,
    };
  }

  /* A point without drawn neighbours is on no line. */
  function alone(points, point) {
    const i = points.indexOf(point);
    return ![points[i - 1], points[i + 1]].some((each) => each && each.ok);
  }

  function about(point, look, unit) {
    if (!point.estimate) return [`no time: ${point.why[0]}`];
    const lines = [HT.format.withInterval(point.estimate, unit.format) + (look.per && unit.name !== "ratio" ? ` per ${look.per}` : "")];
    const toll = point.line.arm === "heap" && !look.per && unit.name !== "ratio" && HT.pair(point.case, point.line.allocator);
    if (toll && toll[unit.toll]) lines.push(`toll ${HT.format.withInterval(toll[unit.toll], HT.format.signed(unit.format))}`);
    if (!point.ok) lines.push("not above 0: without a place on a logarithmic scale");
    if (point.contended) lines.push(HT.cases.CONTENDED);
    return lines;
  }

  /* Every tick, or every second, or third, as they have room; the marked one always has. */
  function thinned(ticks, x, room, marked) {
    const [low, high] = x.domain();
    const possible = ticks.filter((tick) => tick >= low && tick <= high);
    const from = Math.max(0, possible.indexOf(marked));
    for (let stride = 1; ; stride++) {
      const kept = possible.filter((_, i) => (i - from) % stride === 0);
      if (d3.pairs(kept).every(([one, other]) => x(other) - x(one) >= (room(one) + room(other)) / 2)) return kept;
    }
  }

  /* Each line's name to the right of its last point, moved apart where they would collide. */
  function named(lines, { x, y, right, top, bottom, labels }) {
    const ends = lines.map((line) => line.drawn.filter((point) => point.ok).pop());
    const known = lines.map((line, i) => ({ line, end: ends[i] })).filter((each) => each.end);
    const spots = HT.text.spread(known.map(({ end }) => y(end.estimate.value)), 14, top + 4, bottom - 4);
    return known.flatMap(({ line, end }, i) => {
      const [from, to] = [x(end.n) + 5, right + 14];
      const path = [[from, y(end.estimate.value)], [Math.max(from, right + 2), y(end.estimate.value)], [to, spots[i]]];
      return [
        Plot.line(path, { x: (at) => x.invert(at[0]), y: (at) => y.invert(at[1]), stroke: line.colour, strokeWidth: 1, strokeOpacity: 0.7, strokeDasharray: right - from > 30 ? "1 3" : undefined }),
        Plot.text([line], { x: () => x.invert(right + 18), y: () => y.invert(spots[i]), text: () => HT.text.fit(line.name, labels), textAnchor: "start", fill: "var(--text)" }),
      ];
    });
  }

  /* Above the panel: a tick and a size for each edge of an allocator, and a dotted line down to its jump. */
  function edge_row({ allocator, edges }, { x, y, level, right, left, top, look, shown, index }) {
    const colour = HT.colour(allocator);
    const line = shown.find((each) => each.allocator === allocator && each.arm === "heap");
    const place = (edge) => x(Math.sqrt(edge.last_before_bytes * edge.first_after_bytes));
    const marks = [Plot.text([allocator.name], { x: () => x.invert(left - 6), y: () => y.invert(level), text: (name) => HT.text.fit(name, left - 8, { size: 11 }), textAnchor: "end", fill: "var(--muted)", fontSize: 11 })];
    if (!edges.length) marks.push(Plot.text(["no edge found"], { x: () => x.invert(left + 4), y: () => y.invert(level), text: (text) => text, textAnchor: "start", fill: "var(--muted)", fontSize: 11 }));
    edges.forEach((edge, i) => {
      const at = place(edge);
      const sure = edge.low_bytes === edge.last_before_bytes && edge.high_bytes === edge.first_after_bytes;
      const words = look.format(edge.last_before_bytes);
      const start = (sure ? at : x(edge.high_bytes)) + 4;
      const end = i + 1 < edges.length ? Math.min(place(edges[i + 1]), x(edges[i + 1].low_bytes)) - 4 : right + 60;
      marks.push(Plot.link([edge], { x1: () => x.invert(at), x2: () => x.invert(at), y1: () => y.invert(level - 5), y2: () => y.invert(level + 5), stroke: colour, strokeWidth: 2.5 }));
      if (!sure) marks.push(Plot.link([edge], { x1: "low_bytes", x2: "high_bytes", y1: () => y.invert(level), y2: () => y.invert(level), stroke: colour, strokeWidth: 1.5 }));
      if (start + HT.text.width(words, { size: 11 }) < end) {
        marks.push(Plot.text([words], { x: () => x.invert(start), y: () => y.invert(level), text: (text) => text, textAnchor: "start", fill: "var(--text)", fontSize: 11 }));
      }
      const sides = line ? line.drawn.filter((point) => point.ok && [edge.last_before_bytes, edge.first_after_bytes].includes(point.n)) : [];
      if (sides.length) {
        const reached = y(d3.max(sides, (point) => point.estimate.value));
        marks.push(Plot.link([edge], { x1: () => x.invert(at), x2: () => x.invert(at), y1: () => y.invert(top), y2: () => y.invert(reached), stroke: colour, strokeWidth: 1.2, strokeDasharray: "2 3" }));
      }
    });
    const points = edges.map((edge) => ({
      plot: index, x: x.invert(place(edge)), y: y.invert(level), series: `${index} edges ${allocator.name}`,
      title: `${allocator.name}: the toll jumps above ${look.format(edge.last_before_bytes)}`,
      lines: [
        `${HT.format.ns(edge.before_ns)} before, ${HT.format.ns(edge.after_ns)} after`,
        `with 95 % confidence between ${look.format(edge.low_bytes)} and ${look.format(edge.high_bytes)}`,
      ],
    }));
    return [marks, points];
  }

  /* Below the panel: per allocator the number from which something holds, with its interval, and in words. */
  function strip(rows, { x, y, bottom, right, width, left, look, index }) {
    const first = bottom + 70;
    const level = (i) => first + i * 16;
    const last = look.numbers[1];
    const marks = [Plot.text([look.belowHeading], { x: () => x.invert(4), y: () => y.invert(first - 17), text: (text) => text, textAnchor: "start", fill: "var(--muted)", fontSize: 11 })];
    rows.forEach(({ allocator, point }, i) => {
      const at = { y: () => y.invert(level(i)), fontSize: 11 };
      marks.push(Plot.text([allocator.name], { ...at, x: () => x.invert(left - 6), text: (name) => HT.text.fit(name, left - 8, { size: 11 }), textAnchor: "end", fill: "var(--muted)" }));
      marks.push(Plot.text([point.words], { ...at, x: () => x.invert(width - 2), text: (words) => words, textAnchor: "end", fill: "var(--text)" }));
      marks.push(Plot.link([point], { x1: () => look.numbers[0], x2: () => last, y1: () => y.invert(level(i)), y2: () => y.invert(level(i)), stroke: "var(--grid)" }));
      if (point.low !== null) marks.push(Plot.link([point], { x1: "low", x2: () => (point.high === null ? last : point.high), y1: () => y.invert(level(i)), y2: () => y.invert(level(i)), stroke: HT.colour(allocator), strokeWidth: 4, strokeOpacity: 0.4 }));
      if (point.value !== null) marks.push(Plot.dot([point], { x: "value", y: () => y.invert(level(i)), symbol: HT.marks.of(allocator), r: 3.6, fill: point.contended ? "var(--background)" : HT.colour(allocator), stroke: HT.colour(allocator), strokeWidth: 1.4 }));
    });
    const points = rows.map(({ allocator, point }, i) => ({
      plot: index, x: point.value === null ? last : point.value, y: y.invert(level(i)), series: `${index} strip`,
      title: `${look.panel.name}, ${allocator.name}`, lines: [`${look.belowHeading} ${point.words}`, ...(point.contended ? [HT.cases.CONTENDED] : [])],
    }));
    return [marks, points];
  }

  /* A row per point of the panels' lines. */
  function table(panels, unit, number) {
    return {
      columns: ["panel", number, "case", "arm", "allocator", unit.title, "low", "high"],
      rows: panels.flatMap(({ panel, lines }) => lines.flatMap((line) => line.points.map(({ n, case: each, estimate }) => [
        panel.title || panel.name, n, each.name, line.arm, line.allocator ? line.allocator.name : "median of the lanes",
        ...(estimate ? [estimate.value, estimate.low, estimate.high] : [null, null, null]),
      ]))),
    };
  }

  /* How wide panels are beside each other, so many at most and none narrower than `narrowest`. */
  function columns(width, count, most, narrowest) {
    const fit = Math.max(1, Math.min(most, count, Math.floor(width / narrowest)));
    return Math.floor((width - 16 * (fit - 1)) / fit);
  }

  /* What is to be said of the intervals of these lines, if anything. */
  const short = (lines) => (lines.some((line) => line.points.some(({ estimate }) => estimate && !estimate.reached))
    ? "Too few launches for 95 % intervals in places: the bands there are the whole range of the launches." : "");

  const MISSING = "A cross at the bottom of a panel is a number without a time, which interrupts the line; pointing at it says why.";

  return { of, domain, draw, table, columns, short, MISSING };
})();
