/* What surrounds every chart: its question, what is shown, the drawing, its figures as a table, what can be taken away.

   A chart is {id, question, shows, units, needs, draw}:
     units   the units it can show, of ns, cycles, ratio; it falls back to its first
     needs() null, or a sentence that says what the run lacks: shown in place of the drawing
     draw({width, allocators, unit, log, scenario}) gives
       plot      options for Plot.plot, or a list of them, one below the other
       points    what can be pointed at: [{x, y, plot, title, lines, href, colour}], x and y in the plot's scales
       table     {columns, rows}
       note      a sentence below the drawing, or nothing
   HT.figure returns what draws it anew when its data have changed. */
"use strict";

HT.figure = function (chart, place) {
  const { h, state } = HT;
  const drawing = h("div", { class: "drawing", tabindex: "0", role: "group", "aria-roledescription": "chart", "aria-label": chart.question });
  const tip = h("div", { class: "tip", role: "presentation", hidden: true });
  const note = h("p", { class: "small note" });
  const table = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${chart.question} – figures` });
  const details = h("details", { class: "figures" }, h("summary", null, "The figures as a table"), table);
  const figure = h("figure", { id: chart.id, class: "chart" },
    h("figcaption", null, h("h2", null, chart.question), h("p", { class: "muted" }, chart.shows)),
    h("div", { class: "stage" }, drawing, tip), note, details,
    h("p", { class: "small actions" },
      h("button", { type: "button", onclick: () => HT.download(`${chart.id}.svg`, "image/svg+xml", HT.asSvg(drawing)) }, "Download SVG"),
      h("button", { type: "button", onclick: () => HT.download(`${chart.id}.csv`, "text/csv", HT.csv(shown.table.columns, shown.table.rows)) }, "Download CSV"),
      h("span", { class: "hint" }, "Keyboard: arrow keys go through the points, Enter opens the case.")));
  let shown = null;
  let at = -1;
  let ring = null;

  function draw() {
    const lacking = chart.needs && chart.needs();
    figure.classList.toggle("empty", !!lacking);
    if (lacking) {
      drawing.replaceChildren(h("p", { class: "muted" }, lacking));
      return;
    }
    const unit = chart.units.includes(state.unit().name) ? state.unit() : HT.format.units[chart.units[0]];
    shown = chart.draw({
      width: Math.max(280, Math.floor(drawing.clientWidth || place.clientWidth)), allocators: state.allocators(), unit,
      log: state.get("scale") !== "linear", scenario: state.get("scenario"),
    });
    const plots = [].concat(shown.plot).map((options) => Plot.plot(options));
    plots.forEach((svg) => svg.setAttribute("aria-hidden", "true"));
    drawing.replaceChildren(...plots);
    note.textContent = [shown.note, unit !== state.unit() ? `Shown in ${unit.title}: there is no ${state.unit().title} of this.` : ""].filter(Boolean).join(" ");
    place_points(plots);
    if (details.open) fill();
    hide();
  }

  /* Where each point is, in CSS pixels from the drawing's corner. */
  function place_points(plots) {
    const box = drawing.getBoundingClientRect();
    shown.points.forEach((point) => {
      const svg = plots[point.plot || 0];
      const own = svg.getBoundingClientRect();
      point.svg = svg;
      point.inX = svg.scale("x").apply(point.x);
      point.inY = svg.scale("y").apply(point.y);
      point.left = own.left - box.left + point.inX;
      point.top = own.top - box.top + point.inY;
    });
  }

  function show(index, say) {
    const point = shown.points[index];
    if (!point) return;
    at = index;
    tip.replaceChildren(h("strong", null, point.title), ...point.lines.map((line) => h("span", null, line)));
    tip.hidden = false;
    const room = figure.clientWidth - tip.offsetWidth;
    tip.style.left = `${Math.max(0, Math.min(point.left + 12, room))}px`;
    const below = point.top + 14;
    tip.style.top = `${below + tip.offsetHeight > drawing.offsetHeight && point.top > tip.offsetHeight + 14 ? point.top - tip.offsetHeight - 14 : below}px`;
    if (ring) ring.remove();
    ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of Object.entries({ cx: point.inX, cy: point.inY, r: 8, fill: "none", stroke: "var(--text)", "stroke-width": 2, class: "ring" })) ring.setAttribute(name, value);
    point.svg.append(ring);
    if (say) HT.announce([point.title, ...point.lines].join(". "));
  }

  function hide() {
    at = -1;
    tip.hidden = true;
    if (ring) ring.remove();
    ring = null;
  }

  function nearest(event) {
    const box = drawing.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let best = -1;
    let least = 32;
    shown.points.forEach((point, index) => {
      const distance = Math.hypot(point.left - x, point.top - y);
      if (distance < least) [best, least] = [index, distance];
    });
    return best;
  }

  function fill() {
    table.replaceChildren(HT.plainTable(shown.table));
  }

  drawing.addEventListener("pointermove", (event) => {
    if (!shown) return;
    const index = nearest(event);
    if (index < 0) hide();
    else if (index !== at) show(index, false);
  });
  drawing.addEventListener("pointerleave", hide);
  drawing.addEventListener("blur", hide);
  drawing.addEventListener("click", (event) => {
    const point = shown && shown.points[nearest(event)];
    if (point && point.href && event.pointerType !== "touch") location.href = point.href;
  });
  drawing.addEventListener("keydown", (event) => {
    if (!shown || !shown.points.length) return;
    const last = shown.points.length - 1;
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      show(Math.max(0, Math.min(to, last)), true);
      event.preventDefault();
    } else if (event.key === "Enter" && at >= 0 && shown.points[at].href) {
      location.href = shown.points[at].href;
    } else if (event.key === "Escape") {
      hide();
    }
  });
  details.addEventListener("toggle", () => { if (details.open && shown) fill(); });

  place.append(figure);
  return HT.whenSeen(figure, draw);
};

/* Draws when the figure comes near the window, before printing, and again when what it shows or its width changes. Returns what
   draws it anew for another reason: other data. */
HT.whenSeen = function (element, draw) {
  let width = 0;
  let near = false;
  let stale = true;
  const renew = () => {
    if (!near || !stale) return;
    stale = false;
    width = element.clientWidth;
    draw();
  };
  const drawAnew = () => { stale = true; renew(); };
  new IntersectionObserver((entries) => {
    near = entries[entries.length - 1].isIntersecting;
    renew();
  }, { rootMargin: "400px" }).observe(element);
  new ResizeObserver(() => {
    if (element.clientWidth !== width) drawAnew();
  }).observe(element);
  HT.state.listen(drawAnew);
  window.addEventListener("beforeprint", () => { near = true; renew(); });
  return drawAnew;
};

HT.plainTable = function ({ columns, rows }) {
  const { h } = HT;
  return h("table", null,
    h("thead", null, h("tr", null, columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", null, rows.map((row) => h("tr", null, row.map((cell) =>
      h("td", { class: typeof cell === "number" ? "number" : null }, cell === null || cell === undefined ? "–" : String(cell)))))));
};

/* The drawing as a file that needs no style sheet: its colours are the ones seen now. */
HT.asSvg = function (drawing) {
  const style = getComputedStyle(document.documentElement);
  const svgs = [...drawing.querySelectorAll("svg")].filter((svg) => !svg.parentElement.closest("svg"));
  const width = Math.max(...svgs.map((svg) => Number(svg.getAttribute("width"))));
  let height = 0;
  const parts = svgs.map((svg) => {
    const copy = svg.cloneNode(true);
    copy.querySelectorAll(".ring").forEach((each) => each.remove());
    copy.setAttribute("y", height);
    height += Number(svg.getAttribute("height"));
    return new XMLSerializer().serializeToString(copy);
  });
  const whole = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" color="${style.getPropertyValue("--text").trim()}">`
    + `<rect width="100%" height="100%" fill="${style.getPropertyValue("--background").trim()}"/>${parts.join("")}</svg>`;
  return whole.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
};
