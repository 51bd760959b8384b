/* Below a panel: per allocator the number from which something holds, with its interval, and in words. */
"use strict";

/* {heading, room (for the words at the right), rows: [{allocator, point: {value, low, high, words, contended}}]}, where
   null lies beyond the largest number. `place` is line_panel.js's. Returns {marks, points}. */
HT.belowPanel = function ({ heading, rows }, place) {
  const { x, y, left, width, look } = place;
  const first = place.bottom + 70;
  const level = (i) => first + i * place.row;
  const [least, last] = look.numbers;
  const small = { fontSize: 11 };
  const marks = [place.text(heading, 4, first - 17, small)];
  rows.forEach(({ allocator, point }, i) => {
    const colour = HT.colour(allocator);
    marks.push(
      place.text(HT.text.fit(allocator.name, left - 8, { size: 11 }), left - 6, level(i), { ...small, textAnchor: "end" }),
      place.text(point.words, width - 2, level(i), { ...small, textAnchor: "end", fill: "var(--text)" }),
      place.stroke([[x(least), level(i)], [x(last), level(i)]], { stroke: "var(--grid)" }),
    ); // prettier-ignore
    if (point.low !== null) {
      const interval = [[x(point.low), level(i)], [x(point.high === null ? last : point.high), level(i)]]; // prettier-ignore
      marks.push(place.stroke(interval, { stroke: colour, strokeWidth: 4, strokeOpacity: 0.4 }));
    }
    if (point.value !== null) {
      const fill = point.contended ? "var(--background)" : colour;
      marks.push(Plot.dot([point], { x: "value", y: () => y.invert(level(i)), symbol: HT.marks.of(allocator), r: 3.6, fill, stroke: colour, strokeWidth: 1.4 })); // prettier-ignore
    }
  });
  const points = rows.map(({ allocator, point }, i) => ({
    x: point.value === null ? last : point.value,
    y: y.invert(level(i)),
    series: "below",
    title: `${look.panel.name}, ${allocator.name}`,
    lines: [`${heading} ${point.words}`, ...(point.contended ? [HT.cases.CONTENDED] : [])],
  }));
  return { marks, points };
};
