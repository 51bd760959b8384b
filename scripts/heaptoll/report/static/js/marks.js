/* The mark of each allocator and arm, the same everywhere: `shape` is matplotlib's letter, as charts/theme.py gives it. */
"use strict";

HT.marks = (function () {
  const turned = (symbol, degrees) => ({
    draw(context, size) {
      const angle = (degrees * Math.PI) / 180;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const turn = (x, y) => [x * cos - y * sin, x * sin + y * cos];
      symbol.draw(
        {
          moveTo: (x, y) => context.moveTo(...turn(x, y)),
          lineTo: (x, y) => context.lineTo(...turn(x, y)),
          closePath: () => context.closePath(),
        },
        size,
      );
    },
  });
  const polygon = (corners) => ({
    draw(context, size) {
      const radius = Math.sqrt(size / (0.5 * corners * Math.sin((2 * Math.PI) / corners)));
      for (let i = 0; i < corners; i++) {
        const angle = (2 * Math.PI * i) / corners;
        context[i ? "lineTo" : "moveTo"](radius * Math.sin(angle), -radius * Math.cos(angle));
      }
      context.closePath();
    },
  });
  const stroke = {
    draw(context, size) {
      const half = Math.sqrt(size) * 0.75;
      context.moveTo(0, -half);
      context.lineTo(0, half);
    },
  };
  const SHAPES = {
    o: d3.symbolCircle,
    s: d3.symbolSquare,
    "^": d3.symbolTriangle,
    v: turned(d3.symbolTriangle, 180),
    D: polygon(4),
    P: d3.symbolCross,
    X: turned(d3.symbolCross, 45),
    "<": turned(d3.symbolTriangle, -90),
    ">": turned(d3.symbolTriangle, 90),
    h: polygon(6),
    "*": d3.symbolStar,
    d: d3.symbolDiamond,
    p: polygon(5),
  };
  /* Of the arms beside stack and heap: strokes, which stand apart from the filled marks of the pair. */
  const ARMS = { inline: stroke, hybrid: d3.symbolTimes, arena: d3.symbolPlus, pool: d3.symbolAsterisk };

  const shape = (letter) => SHAPES[letter] || d3.symbolCircle;

  /* A small picture of a mark, for words beside it. `look`: {fill, stroke}. */
  function picture(symbol, { fill = "none", stroke: line = "none" }) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [name, value] of Object.entries({ width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true", class: "mark" }))
      svg.setAttribute(name, value);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [name, value] of Object.entries({ d: d3.symbol(symbol, 52)(), fill, stroke: line, "stroke-width": 1.6 }))
      path.setAttribute(name, value);
    svg.append(path);
    return svg;
  }

  return {
    stack: d3.symbolCircle,
    of: (allocator) => shape(allocator.shape),
    arm: (name) => ARMS[name] || d3.symbolAsterisk,
    shape,
    picture,
    /* An allocator's name behind its mark, which is hollow where it is contended. */
    named: (allocator, hollow = false) => HT.h("span", { class: "named" },
      picture(shape(allocator.shape), { fill: hollow ? "var(--background)" : HT.colour(allocator), stroke: HT.colour(allocator) }), allocator.name),
    allocator: (allocator) => picture(shape(allocator.shape), { fill: HT.colour(allocator) }),
  };
})();
