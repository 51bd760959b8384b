/* Above a panel of the size sweep: an allocator's row, a tick and a size for each edge, and a dotted line down to its jump. */
"use strict";

/* `place` is line_panel.js's; `level`: the row's height in it. Returns {marks, points}. */
HT.edgeMarks = function ({ allocator, edges }, place, level, lines) {
  const { x, y, left, right, top, look } = place;
  const colour = HT.colour(allocator);
  const small = { fontSize: 11 };
  const line = lines.find((each) => each.allocator === allocator && each.arm === "heap");
  const at = (edge) => x(Math.sqrt(edge.last_before_bytes * edge.first_after_bytes));
  const marks = [place.text(HT.text.fit(allocator.name, left - 8, { size: 11 }), left - 6, level, { ...small, textAnchor: "end" })];
  if (!edges.length) marks.push(place.text("no edge found", left + 4, level, small));

  edges.forEach((edge, i) => {
    const sure = edge.low_bytes === edge.last_before_bytes && edge.high_bytes === edge.first_after_bytes;
    marks.push(place.stroke([[at(edge), level - 5], [at(edge), level + 5]], { stroke: colour, strokeWidth: 2.5 })); // prettier-ignore
    if (!sure) marks.push(place.stroke([[x(edge.low_bytes), level], [x(edge.high_bytes), level]], { stroke: colour, strokeWidth: 1.5 })); // prettier-ignore
    const words = look.format(edge.last_before_bytes);
    const start = (sure ? at(edge) : x(edge.high_bytes)) + 4;
    const next = edges[i + 1];
    const end = next ? Math.min(at(next), x(next.low_bytes)) - 4 : right + 60;
    if (start + HT.text.width(words, { size: 11 }) < end) marks.push(place.text(words, start, level, { ...small, fill: "var(--text)" }));
    const sides = line ? line.drawn.filter((point) => point.ok && [edge.last_before_bytes, edge.first_after_bytes].includes(point.n)) : [];
    if (sides.length) {
      const jump = y(d3.max(sides, (point) => point.estimate.value));
      marks.push(place.stroke([[at(edge), top], [at(edge), jump]], { stroke: colour, strokeWidth: 1.2, strokeDasharray: "2 3" })); // prettier-ignore
    }
  });

  const points = edges.map((edge) => ({
    x: x.invert(at(edge)),
    y: y.invert(level),
    series: `edges ${allocator.name}`,
    title: `${allocator.name}: the toll jumps above ${look.format(edge.last_before_bytes)}`,
    lines: [
      `${HT.format.ns(edge.before_ns)} before, ${HT.format.ns(edge.after_ns)} after`,
      `with 95 % confidence between ${look.format(edge.low_bytes)} and ${look.format(edge.high_bytes)}`,
    ],
  }));
  return { marks, points };
};
