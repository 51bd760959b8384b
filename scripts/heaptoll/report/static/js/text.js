/* How wide a text of a chart is, how to shorten it, and how to move labels apart. Lengths are CSS pixels. */
"use strict";

HT.text = (function () {
  const FAMILY = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";
  let set = "";
  const context = document.createElement("canvas").getContext("2d");

  const known = new Map(); // a font is dear to set, and the same names come again in every chart

  function width(text, { size = 12, bold = false } = {}) {
    const font = `${bold ? "bold " : ""}${size}px ${FAMILY}`;
    if (!known.has(font)) known.set(font, new Map());
    const widths = known.get(font);
    if (!widths.has(text)) {
      if (set !== font) context.font = set = font;
      widths.set(text, context.measureText(text).width);
    }
    return widths.get(text);
  }

  /* The text if it fits into `room`, else as much of its beginning as fits, and an ellipsis. */
  function fit(text, room, look) {
    if (width(text, look) <= room) return text;
    let [low, high] = [0, text.length];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (width(text.slice(0, middle) + "…", look) <= room) low = middle;
      else high = middle - 1;
    }
    return low > 0 ? text.slice(0, low).trimEnd() + "…" : "";
  }

  const widest = (texts, look) => Math.max(0, ...texts.map((text) => width(text, look)));

  /* charts/spread.py: positions at least `gap` apart, in [low, high], near to the wanted ones and in their order. */
  function spread(wanted, gap, low, high) {
    const order = d3.range(wanted.length).sort((one, other) => wanted[one] - wanted[other]);
    const pools = [];
    order.forEach((i, rank) => {
      let [mean, count] = [wanted[i] - rank * gap, 1];
      while (pools.length && pools[pools.length - 1][0] > mean) {
        const [before, many] = pools.pop();
        [mean, count] = [(before * many + mean * count) / (many + count), many + count];
      }
      pools.push([mean, count]);
    });
    const shifted = pools.flatMap(([mean, count]) => Array(count).fill(mean));
    const last = Math.max(low, high - (wanted.length - 1) * gap);
    const placed = [];
    order.forEach((i, rank) => (placed[i] = Math.min(Math.max(shifted[rank], low), last) + rank * gap));
    return placed;
  }

  return { FAMILY, width, fit, widest, spread };
})();
