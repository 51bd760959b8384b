/* Axes. Plot's own leave out labels of logarithmic ticks that it thinks too many.

   HT.ticks: round values along an axis of so many pixels, at least `gap` apart; on a logarithmic one 1 2 5 10, or
   decades, as fine as it goes (charts/scale.py). */
"use strict";

HT.tickLabels = function (ticks, unit, side) {
  const look = { text: (value) => HT.format.tick(value, unit), fill: "var(--muted)", className: "ticks" };
  if (side === "left") return Plot.text(ticks, { ...look, y: (value) => value, frameAnchor: "left", dx: -9, textAnchor: "end" });
  return Plot.text(ticks, { ...look, x: (value) => value, frameAnchor: side, dy: side === "top" ? -14 : 14, textAnchor: "middle" });
};

HT.ticks = function ([low, high], pixels, log, gap) {
  if (!log) return d3.ticks(low, high, Math.max(2, Math.floor(pixels / gap / 1.5)));
  const position = d3.scaleLog([low, high], [0, pixels]);
  const decades = d3.range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1);
  const all = (mantissas) =>
    decades
      .flatMap((power) => mantissas.map((mantissa) => Number(`${mantissa}e${power}`)))
      .filter((value) => value >= low && value <= high);
  const fits = (values) => d3.pairs(values).every(([one, other]) => position(other) - position(one) >= gap);
  for (const mantissas of [[1, 1.5, 2, 3, 4, 5, 7], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]]) {
    const ticks = all(mantissas);
    if (ticks.length > 1 && fits(ticks)) return ticks;
  }
  for (let stride = 2; stride < all([1]).length; stride++) {
    const some = all([1]).filter((_, i) => i % stride === 0);
    if (fits(some)) return some;
  }
  // So short a part of a decade is nearly linear.
  return d3.ticks(low, high, Math.max(1, Math.floor(pixels / gap / 2)));
};
