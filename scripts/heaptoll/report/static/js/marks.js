/* The mark of each allocator, the same in every chart: a shape that says what its colour says.

   HT.symbol(allocator)           for Plot.dot's `symbol`
   HT.swatch(allocator, hollow)   the mark as a small picture, for text and controls; hollow: contended */
"use strict";

(function () {
  const SVG = "http://www.w3.org/2000/svg";

  /* The corners of a shape, on a circle around its middle: [direction in degrees clockwise from above, share of the radius]. */
  const regular = (corners, turned = 0) => Array.from({ length: corners }, (_, i) => [turned + (360 / corners) * i, 1]);
  const star = Array.from({ length: 10 }, (_, i) => [36 * i, i % 2 ? 0.45 : 1]);
  const plus = [0, 90, 180, 270].flatMap((side) => [[side - 21, 1], [side + 21, 1], [side + 45, 0.5]]);
  const CORNERS = {
    square: regular(4, 45), diamond: regular(4), up: regular(3), down: regular(3, 180), left: regular(3, 270), right: regular(3, 90),
    hexagon: regular(6), star, plus, cross: plus.map(([angle, share]) => [angle + 45, share]),
  };

  /* Draws like d3's symbols: all shapes of one `size` have the same area. */
  function shape(name) {
    const corners = (CORNERS[name] || CORNERS.square).map(([angle, share]) => {
      const radians = (angle * Math.PI) / 180;
      return [Math.sin(radians) * share, -Math.cos(radians) * share];
    });
    const area = Math.abs(d3.polygonArea(corners));
    return {
      draw(context, size) {
        const radius = Math.sqrt(size / area);
        corners.forEach(([x, y], i) => (i ? context.lineTo(x * radius, y * radius) : context.moveTo(x * radius, y * radius)));
        context.closePath();
      },
    };
  }

  const known = new Map();

  HT.symbol = function (allocator) {
    if (!known.has(allocator.shape)) known.set(allocator.shape, shape(allocator.shape));
    return known.get(allocator.shape);
  };

  const pictures = new Map();

  HT.swatch = function (allocator, hollow = false) {
    const key = `${allocator.index} ${hollow}`;
    if (!pictures.has(key)) pictures.set(key, picture(allocator, hollow));
    return pictures.get(key).cloneNode(true);
  };

  function picture(allocator, hollow) {
    const svg = document.createElementNS(SVG, "svg");
    const path = document.createElementNS(SVG, "path");
    for (const [name, value] of [["class", "swatch"], ["viewBox", "-8 -8 16 16"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
    path.setAttribute("d", d3.symbol(HT.symbol(allocator), 100)());
    path.setAttribute("fill", hollow ? "var(--background)" : HT.colour(allocator));
    path.setAttribute("stroke", HT.colour(allocator));
    path.setAttribute("stroke-width", 2);
    svg.append(path);
    return svg;
  }
})();
