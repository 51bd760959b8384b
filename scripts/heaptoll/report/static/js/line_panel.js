/* Draws one panel of lines, on scales that it is given. */
"use strict";

/* `look`: {panel, index (of the panel in its chart), context, lines, width, height (of the data area), times and numbers
   (the scales' limits), ticks (along the numbers), format (of a number), axis, thing (a number in words)}, and perhaps
   {per, curve, marked, edges, below}: what a time is per, what lies between two points, a number that stands out, and what
   edge_marks.js and below_panel.js draw. Returns {plot, points, missing}: options for Plot, what can be pointed at, how many
   numbers have no time. */
HT.linePanel = (function () {
  const ROW = 16; // pixels, of the rows above and below the data area
  const TITLE = { size: 13, bold: true };
  const DENSE = 24; // from so many points on, a line says more than its marks

  /* Where the panel lies in its drawing, in pixels, and marks that are placed in pixels. */
  function placed(look) {
    const { context, lines, width } = look;
    const [edges, below] = [look.edges || [], look.below || { rows: [] }];
    const listed = lines.filter((line) => line.arm === "heap" || !line.allocator);
    const names = Math.min(110, HT.text.widest(listed.map((line) => line.name)) + 4);
    const own = HT.text.widest(context.allocators.map((each) => each.name), { size: 11 }) + 16;
    const left = Math.min(100, Math.max(58, edges.length || below.rows.length ? own : 0));
    const right = width - 22 - Math.max(names, below.room || 0);
    const top = edges.length ? 42 + edges.length * ROW : 32;
    const bottom = top + look.height;
    const x = d3.scaleLog(look.numbers, [left, right]);
    const y = (context.log ? d3.scaleLog : d3.scaleLinear)(look.times, [bottom, top]);
    return {
      look, listed, names, left, right, top, bottom, width, x, y, row: ROW,
      height: bottom + 40 + (below.rows.length ? 38 + below.rows.length * ROW : 0),
      text: (words, atX, atY, options) =>
        Plot.text([words], { x: () => x.invert(atX), y: () => y.invert(atY), text: () => words, textAnchor: "start", fill: "var(--muted)", ...options }),
      stroke: (path, options) => Plot.line(path, { x: (at) => x.invert(at[0]), y: (at) => y.invert(at[1]), ...options }),
    }; // prettier-ignore
  }

  function draw(look) {
    const place = placed(look);
    const { context, index } = look;
    const lines = look.lines.map((line) => ({
      ...line,
      drawn: line.points.map((point) => ({ ...point, line, ok: HT.lines.drawable(point, context.log) })),
    }));
    const missing = lines.flatMap((line) => line.drawn.filter((point) => !point.ok));
    const parts = [
      ...(look.edges || []).map((row, i) => HT.edgeMarks(row, place, place.top - 10 - (look.edges.length - i - 0.5) * ROW, lines)),
      ...(look.below ? [HT.belowPanel(look.below, place)] : []),
    ];
    const floor = place.bottom - 6;
    const points = lines.flatMap((line) =>
      line.drawn.map((point) => ({
        x: point.n,
        y: point.ok ? point.estimate.value : place.y.invert(floor),
        series: line.name,
        title: `${look.panel.title || look.panel.name}, ${look.thing(point.n)}: ${line.name}${line.arm === "heap" ? " heap" : ""}`,
        lines: about(point, look),
        href: HT.state.link("case.html", { case: point.case.name }),
      })),
    );
    const all = [...points, ...parts.flatMap((part) => part.points)];
    return {
      plot: {
        width: look.width,
        height: place.height,
        marginLeft: place.left,
        marginRight: look.width - place.right,
        marginTop: place.top,
        marginBottom: place.height - place.bottom,
        style: HT.rows.style,
        color: { type: "identity" },
        x: { type: "log", domain: look.numbers, axis: null },
        y: { type: context.log ? "log" : "linear", domain: look.times, axis: null },
        marks: [
          ...frame(place),
          ...lines.flatMap((line) => band(line, look.curve)),
          ...lines.map((line) => dots(line, look.panel.numbers.length > DENSE)),
          Plot.text(missing, { x: "n", y: () => place.y.invert(floor), text: () => "×", fill: (point) => point.line.colour, fontWeight: "bold", fontSize: 14 }),
          ...named(lines.filter((line) => place.listed.some((each) => each.name === line.name)), place),
          ...parts.flatMap((part) => part.marks),
        ],
      },
      points: all.map((point) => ({ ...point, plot: index, series: `${index} ${point.series}` })),
      missing: missing.length,
    }; // prettier-ignore
  }

  /* The title, the grid and the words on both axes. */
  function frame(place) {
    const { look, bottom, width } = place;
    const { panel, context, marked } = look;
    const ticks = thinned(look.ticks, place.x, (n) => HT.text.width(look.format(n)) + 12, marked);
    const levels = HT.ticks(look.times, look.height, context.log, 26);
    const name = HT.text.fit(panel.name, width - 8, TITLE);
    const after = 14 + HT.text.width(name, TITLE);
    return [
      Plot.gridY({ ticks: levels, stroke: "var(--grid)", strokeOpacity: 1 }),
      Plot.ruleX(ticks, { stroke: "var(--grid)" }),
      ...(marked ? [Plot.ruleX([marked], { stroke: "var(--muted)" })] : []),
      HT.tickLabels(levels, context.unit, "left"),
      ...ticks.map((n) => {
        const look_of = n === marked ? { fill: "var(--text)", fontWeight: "bold" } : {};
        return place.text(look.format(n), place.x(n), bottom + 14, { textAnchor: "middle", ...look_of });
      }),
      place.text(look.axis, (place.left + place.right) / 2, bottom + 31, { textAnchor: "middle" }),
      place.text(name, 4, 12, { fontWeight: "bold", fontSize: TITLE.size, fill: "var(--text)" }),
      ...(panel.way_name ? [place.text(HT.text.fit(panel.way_name, width - after - 4), after, 12)] : []),
    ];
  }

  function band(line, curve) {
    const path = line.drawn.map(({ n, ok, estimate }) => ({
      n,
      value: ok ? estimate.value : NaN,
      low: ok ? estimate.low : NaN,
      high: ok ? estimate.high : NaN,
    }));
    const drawn = curve ? curve(path) : path;
    const look = { stroke: line.colour, strokeWidth: 1.8, strokeDasharray: line.dash || undefined, strokeLinejoin: "round" };
    return [
      Plot.areaY(drawn, { x: "n", y1: "low", y2: "high", fill: line.colour, fillOpacity: 0.22 }),
      Plot.line(drawn, { x: "n", y: "value", ...look }),
    ];
  }

  /* On a dense line only those that say more than the line: hollow ones, and those without neighbours. */
  function dots(line, dense) {
    const alone = (i) => ![line.drawn[i - 1], line.drawn[i + 1]].some((each) => each && each.ok);
    const shown = line.drawn.filter((point, i) => point.ok && (!dense || point.contended || alone(i)));
    return Plot.dot(shown, {
      x: "n",
      y: (point) => point.estimate.value,
      symbol: line.symbol,
      r: 3.6,
      fill: (point) => (point.contended ? "var(--background)" : line.colour),
      stroke: line.colour,
      strokeWidth: 1.4,
    });
  }

  function about(point, { per, context: { unit } }) {
    if (!point.estimate) return [`no time: ${point.why}`];
    const timed = unit.name !== "ratio";
    const pair = point.line.arm === "heap" && !per && timed ? HT.pair(point.case, point.line.allocator) : null;
    return [
      HT.format.withInterval(point.estimate, unit.format) + (per && timed ? ` per ${per}` : ""),
      ...(pair && pair[unit.toll] ? [`toll ${HT.format.withInterval(pair[unit.toll], HT.format.signed(unit.format))}`] : []),
      ...(point.ok ? [] : ["not above 0: without a place on a logarithmic scale"]),
      ...(point.contended ? [HT.cases.CONTENDED] : []),
    ];
  }

  /* Every tick, or every second, or third, as they have room; the marked one is among them. */
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
  function named(lines, place) {
    const { x, y, right } = place;
    const ends = lines.map((line) => ({ line, end: line.drawn.filter((point) => point.ok).pop() })).filter((each) => each.end);
    const heights = ends.map(({ end }) => y(end.estimate.value));
    const spots = HT.text.spread(heights, 14, place.top + 4, place.bottom - 4);
    return ends.flatMap(({ line, end }, i) => {
      const from = x(end.n) + 5;
      const leader = [[from, heights[i]], [Math.max(from, right + 2), heights[i]], [right + 14, spots[i]]]; // prettier-ignore
      // A long solid leader would pass for a measured line.
      const look = { stroke: line.colour, strokeWidth: 1, strokeOpacity: 0.7, strokeDasharray: right - from > 30 ? "1 3" : undefined };
      return [place.stroke(leader, look), place.text(HT.text.fit(line.name, place.names), right + 18, spots[i], { fill: "var(--text)" })];
    });
  }

  return draw;
})();
