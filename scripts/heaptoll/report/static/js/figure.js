/* What surrounds every chart: its question, what is shown, the drawing, its figures as a table, what can be taken away.

   A chart is {id, question, shows, units, draw} and, where it needs them:
     data        the name of the data file it waits for
     scenarios   the scenarios it is about, if not all
     ignores     {unit, scale}: why a choice changes nothing here, said when the reader made it
     about()     a text that is another one whenever the chart is about something else, or has other data
     choices     {names, render(place, data)}: controls of its own, and the names in the state that they set
     needs(context)   null, or a sentence that says what the run lacks: shown in place of the drawing
   units are those it can show, of ns, cycles, ratio; it falls back to its first. draw(context), where the context is
   {width, allocators, unit, log, scenario, data}, gives
     plot      options for Plot.plot, or a list of them
     key       what the marks mean: [[element, words]]
     points    what can be pointed at: [{x, y, plot, title, lines, href, series}], x and y in the plot's scales.
               Arrow keys go through the points, or left and right in a series, and up and down between series.
     rows      true where a point is meant by its height alone
     table     {columns, rows}
     note      a sentence below the drawing, or nothing

   Returns {id, element, ready, renew}; ready() draws it now, wherever it is, and is a promise; renew() says that its data
   are others. */
"use strict";

HT.figure = function (chart, place) {
  const { h, state } = HT;
  const keys = `${chart.id}-keys`;
  const drawing = h("div", {
    class: "drawing", tabindex: "0", role: "group", "aria-roledescription": "chart", "aria-label": chart.question, "aria-describedby": keys,
  });
  const tip = h("div", { class: "tip", role: "presentation", hidden: true });
  const key = h("ul", { class: "key small", "aria-label": "Marks" });
  const own = h("div", { class: "own" });
  const note = h("p", { class: "small note" });
  const table = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${chart.question} – figures` });
  const details = h("details", { class: "figures" }, h("summary", null, "The figures as a table"), table);
  const heading = h("h2", { tabindex: "-1" }, chart.question);
  const figure = h("figure", { id: chart.id, class: "chart" },
    h("figcaption", null, heading, h("p", { class: "muted" }, chart.shows)),
    own, key, h("div", { class: "stage" }, drawing, tip), note, details,
    h("div", { class: "small actions" },
      h("button", { type: "button", onclick: () => HT.download(`${chart.id}.svg`, "image/svg+xml", HT.asSvg(drawing)) }, "Download SVG"),
      h("button", { type: "button", onclick: () => HT.download(`${chart.id}.csv`, "text/csv", HT.csv(shown.table.columns, shown.table.rows)) }, "Download CSV"),
      HT.copyLink(chart.id),
      h("span", { class: "hint", id: keys }, "Keyboard: arrow keys go through the points, Enter opens the case.")));
  const hint = figure.querySelector(".hint");
  let shown = null;
  let drawn = null;
  let at = -1;
  let ring = null;

  function context() {
    return {
      width: Math.max(280, Math.floor(drawing.clientWidth || place.clientWidth)), allocators: state.allocators(),
      unit: chart.units.includes(state.unit().name) ? state.unit() : HT.format.units[chart.units[0]],
      log: state.get("scale") !== "linear", scenario: state.get("scenario"),
    };
  }

  /* What the drawing depends on: most changes of the state are no reason to draw anew. */
  function stamp(given) {
    const chosen = chart.choices ? chart.choices.names.map((name) => state.get(name)) : [];
    return JSON.stringify([given.width, given.allocators.map((each) => each.name), given.unit.name, given.log, given.scenario, chosen, chart.about && chart.about()]);
  }

  function draw() {
    const given = context();
    const needed = stamp(given);
    if (needed === drawn) return Promise.resolve();
    drawn = needed;
    if (!chart.data) { show_drawing(given); return Promise.resolve(); }
    if (HT.loaded(chart.data)) { show_drawing({ ...given, data: HT.loaded(chart.data)[chart.id] }); return Promise.resolve(); }
    return HT.load(chart.data).then(
      (data) => { if (drawn === needed) show_drawing({ ...given, data: data[chart.id] }); },
      (error) => { drawn = null; show_lacking(String(error.message || error)); });
  }

  function show_drawing(given) {
    const elsewhere = chart.scenarios && given.scenario && !chart.scenarios.includes(given.scenario);
    if (elsewhere) {
      show_lacking(`This chart is about ${chart.scenarios.join(" and ")}; the scenario chosen is ${given.scenario}.`,
        h("button", { type: "button", onclick: () => state.set({ scenario: "" }) }, "Show all scenarios"));
      return;
    }
    const lacking = chart.needs && chart.needs(given);
    if (lacking) { show_lacking(lacking); return; }
    figure.classList.remove("empty");
    if (chart.choices) HT.keepFocus(own, () => chart.choices.render(own, given.data));
    shown = chart.draw(given);
    const plots = [].concat(shown.plot).map((options) => Plot.plot(options));
    plots.forEach((svg) => { svg.setAttribute("aria-hidden", "true"); svg.removeAttribute("aria-label"); });
    drawing.style.minHeight = "";
    drawing.replaceChildren(...plots);
    key.replaceChildren(...(shown.key || []).map(([mark, words]) => h("li", null, mark, words)));
    note.textContent = [shown.note, ...ignored(given)].filter(Boolean).join(" ");
    hint.textContent = `Keyboard: arrow keys go through the points${shown.points.some((point) => point.href) ? ", Enter opens the case" : ""}.`;
    if (details.open) fill();
    hide();
  }

  function show_lacking(words, ...more) {
    shown = null;
    figure.classList.add("empty");
    drawing.style.minHeight = "";
    own.replaceChildren();
    key.replaceChildren();
    note.textContent = "";
    const sentence = words[0].toUpperCase() + words.slice(1) + (/[.!?]\s*$/.test(words) ? "" : ".");
    drawing.replaceChildren(h("p", { class: "muted" }, sentence, " ", ...more));
    hide();
  }

  function ignored({ unit }) {
    const ignores = chart.ignores || {};
    const chosen = state.unit();
    return [
      unit !== chosen && chosen.name !== "ns" ? ignores.unit || `Shown in ${unit.title}: there is no ${chosen.title} of this.` : "",
      unit !== chosen && chosen.name === "ns" && !ignores.unit ? `Shown in ${unit.title}: there is no ${chosen.title} of this.` : "",
      state.get("scale") === "linear" ? ignores.scale : "",
    ];
  }

  /* Where each point is, in CSS pixels from the drawing's corner. Not before somebody points: it lays out the page. */
  function place_points() {
    if (!shown || shown.placed) return;
    shown.placed = true;
    const box = drawing.getBoundingClientRect();
    const plots = [...drawing.children].map((svg) => ({ svg, corner: svg.getBoundingClientRect(), x: svg.scale("x"), y: svg.scale("y") }));
    shown.points.forEach((point) => {
      const { svg, corner, x, y } = plots[point.plot || 0];
      point.svg = svg;
      point.inX = x.apply(point.x);
      point.inY = y.apply(point.y);
      point.left = corner.left - box.left + point.inX;
      point.top = corner.top - box.top + point.inY;
    });
  }

  function show(index, say) {
    const point = shown.points[index];
    if (!point) return;
    at = index;
    const again = finger && !say && point.href ? [h("em", null, "Tap again to open it.")] : [];
    tip.replaceChildren(h("strong", null, point.title), ...point.lines.map((line) => h("span", null, line)), ...again);
    tip.hidden = false;
    const room = figure.clientWidth - tip.offsetWidth;
    tip.style.left = `${Math.max(0, Math.min(point.left + 12, room))}px`;
    const below = point.top + 14;
    tip.style.top = `${below + tip.offsetHeight > drawing.offsetHeight && point.top > tip.offsetHeight + 14 ? point.top - tip.offsetHeight - 14 : below}px`;
    if (ring) ring.remove();
    ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of Object.entries({ cx: point.inX, cy: point.inY, r: 8, fill: "none", stroke: "var(--text)", "stroke-width": 2, class: "ring" })) ring.setAttribute(name, value);
    point.svg.append(ring);
    if (say) {
      HT.announce([point.title, ...point.lines.map((line) => line.replace(/\.$/, ""))].join(". "));
      for (const seen of [tip, ring]) seen.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "auto" });
    }
  }

  function hide() {
    at = -1;
    tip.hidden = true;
    if (ring) ring.remove();
    ring = null;
  }

  function nearest(event) {
    place_points();
    const box = drawing.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let best = -1;
    let least = 32;
    shown.points.forEach((point, index) => {
      // Of rows the height decides, and of two marks in one the nearer.
      const distance = shown.rows ? 2 * Math.abs(point.top - y) + Math.abs(point.left - x) / 1000 : Math.hypot(point.left - x, point.top - y);
      if (distance < least) [best, least] = [index, distance];
    });
    return best;
  }

  /* Where an arrow key leads. */
  function next(pressed) {
    const { points } = shown;
    const last = points.length - 1;
    if (pressed === "Home") return 0;
    if (pressed === "End") return last;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[pressed];
    if (step === undefined) return undefined;
    if (at < 0) return 0;
    const { series } = points[at];
    const along = pressed === "ArrowRight" || pressed === "ArrowLeft";
    if (series === undefined) return Math.max(0, Math.min(at + step, last));
    if (along) return points[at + step] && points[at + step].series === series ? at + step : at;
    let to = at;
    while (points[to] && points[to].series === series) to += step;
    if (!points[to]) return at;
    const other = d3.range(points.length).filter((i) => points[i].series === points[to].series);
    return d3.least(other, (i) => Math.abs(points[i].left - points[at].left));
  }

  function fill() {
    table.replaceChildren(HT.plainTable(shown.table));
  }

  // A finger does not hover: its first tap shows a point, a second one opens it.
  let finger = false;
  drawing.addEventListener("pointerdown", (event) => { finger = event.pointerType === "touch"; });
  drawing.addEventListener("pointermove", (event) => {
    if (!shown || event.pointerType === "touch") return;
    const index = nearest(event);
    if (index < 0) hide();
    else if (index !== at) show(index, false);
  });
  drawing.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") hide(); });
  drawing.addEventListener("blur", hide);
  drawing.addEventListener("click", (event) => {
    if (!shown) return;
    const index = nearest(event);
    const point = shown.points[index];
    if (!point) hide();
    else if (finger && index !== at) show(index, false);
    else if (point.href) location.href = point.href;
  });
  drawing.addEventListener("keydown", (event) => {
    if (!shown || !shown.points.length || event.ctrlKey || event.altKey || event.metaKey) return;
    place_points();
    const to = next(event.key);
    if (to !== undefined) {
      show(to, true);
      event.preventDefault();
    } else if (event.key === "Enter" && at >= 0 && shown.points[at].href) {
      location.href = shown.points[at].href;
    } else if (event.key === "Escape") {
      hide();
    }
  });
  details.addEventListener("toggle", () => { if (details.open && shown) fill(); });

  // About what it will take, so that little moves when it is drawn.
  drawing.style.minHeight = "20rem";
  place.append(figure);
  const seen = HT.whenSeen(figure, draw);
  return { id: chart.id, element: figure, ready: seen.now, renew: () => { drawn = null; seen.renew(); } };
};

/* Draws when the figure comes near the window, before printing, and again when what it shows or its width changes.
   Returns {now, renew}: draw it now, wherever it is; draw it anew for another reason, other data. */
HT.whenSeen = function (element, draw) {
  let width = 0;
  let near = false;
  let stale = true;
  let done = Promise.resolve();
  const now = () => {
    if (stale) {
      stale = false;
      width = element.clientWidth;
      done = draw() || Promise.resolve();
    }
    return done;
  };
  const draw_near = () => { if (near) now(); };
  const renew = () => { stale = true; draw_near(); };
  new IntersectionObserver((entries) => {
    near = entries[entries.length - 1].isIntersecting;
    renew();
  }, { rootMargin: "400px" }).observe(element);
  new ResizeObserver(() => {
    if (element.clientWidth !== width) renew();
  }).observe(element);
  HT.state.listen(renew);
  window.addEventListener("beforeprint", now);
  return { now, renew };
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
  const box = drawing.getBoundingClientRect();
  const svgs = [...drawing.children].filter((child) => child instanceof SVGSVGElement);
  const placed = svgs.map((svg) => {
    const own = svg.getBoundingClientRect();
    return { svg, x: own.left - box.left, y: own.top - box.top, width: Number(svg.getAttribute("width")), height: Number(svg.getAttribute("height")) };
  });
  const [width, height] = [d3.max(placed, (each) => each.x + each.width), d3.max(placed, (each) => each.y + each.height)];
  const parts = placed.map(({ svg, x, y }) => {
    const copy = svg.cloneNode(true);
    copy.querySelectorAll(".ring").forEach((each) => each.remove());
    copy.setAttribute("x", x);
    copy.setAttribute("y", y);
    return new XMLSerializer().serializeToString(copy);
  });
  const whole = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" color="${style.getPropertyValue("--text").trim()}">`
    + `<rect width="100%" height="100%" fill="${style.getPropertyValue("--background").trim()}"/>${parts.join("")}</svg>`;
  return whole.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
};
