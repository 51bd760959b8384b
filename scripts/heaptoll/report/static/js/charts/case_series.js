/* The toll along one parameter, through the case that the page is about. */
"use strict";

HT.charts.case_series = {
  id: "case-series",
  question: "How does the toll change along its parameter?",
  shows: "Each mark is a case; bars are 95 % intervals. The upright line is this page's case. Hollow: contended.",
  units: ["ns", "cycles", "ratio"],

  /* The series that can be drawn: their parameter is a number. */
  lines: () => HT.current.series.filter((each) => each.numeric),

  chosen() {
    const all = HT.charts.case_series.lines();
    return all.find((each) => each.label === HT.state.get("along")) || all[0];
  },

  about: () => [HT.current.name, !!HT.current.detail, HT.current.trouble].join("\n"),

  choices: {
    names: ["along"],
    render(place) {
      const { h, state } = HT;
      const all = HT.charts.case_series.lines();
      const chosen = HT.charts.case_series.chosen();
      place.replaceChildren(...(all.length < 2 ? [] : [h("fieldset", { class: "choice" }, h("legend", null, "Along"), all.map((each) => h("label", null,
        h("input", { type: "radio", name: "along", value: each.label, checked: each === chosen, onchange: () => state.set({ along: each.label }) }), h("span", null, each.label))))]));
    },
  },

  needs() {
    if (!HT.current.case) return HT.current.NONE;
    if (HT.current.trouble) return HT.current.trouble;
    if (!HT.current.detail) return "Loading…";
    return HT.charts.case_series.chosen() ? null : "None of its parameters is a number that other cases vary.";
  },

  draw({ width, allocators, unit, log }) {
    const series = HT.charts.case_series.chosen();
    const points = allocators.flatMap((allocator) => series.cases.map((index, i) => {
      const of = HT.data.cases[index];
      const pair = HT.pair(of, allocator);
      const contended = ["stack", "heap"].some((arm) => (HT.arm(of, arm, allocator) || {}).status === "contended");
      return { allocator, case: of, x: series.values[i], text: series.texts[i], toll: pair ? pair[unit.toll] : null, contended };
    }));
    const timed = points.filter((point) => point.toll);
    const ends = timed.flatMap((point) => [point.toll.low, point.toll.high]);
    const xs = series.values;
    const logX = Math.min(...xs) > 0 && Math.max(...xs) / Math.min(...xs) > 8;
    const none = unit.name === "ratio" ? 1 : 0;
    const logY = log && ends.length > 0 && Math.min(...ends) > 0;
    const domainY = !ends.length ? [0, 1] : logY ? [Math.min(...ends) / 1.15, Math.max(...ends) * 1.15] : d3.nice(Math.min(none, ...ends), Math.max(none, ...ends), 5);
    const marginLeft = 62;
    const marginRight = 92;
    const height = 300;
    const spread = xs.length > 1 ? (logX ? 1.12 : 0) : 1.5;
    const domainX = spread ? [Math.min(...xs) / spread, Math.max(...xs) * spread] : widened(d3.extent(xs));
    const x = (logX || xs.length === 1 ? d3.scaleLog() : d3.scaleLinear()).domain(domainX).range([marginLeft, width - marginRight]);
    const y = (logY ? d3.scaleLog() : d3.scaleLinear()).domain(domainY).range([height - 40, 16]);
    const here = xs[series.cases.indexOf(HT.current.case.index)];
    // From the right, where the wide gaps of a doubling scale are; always both ends and this case.
    const ticks = [];
    for (const i of [series.cases.indexOf(HT.current.case.index), xs.length - 1, 0, ...xs.keys()]) {
      if (ticks.every((other) => Math.abs(x(xs[other]) - x(xs[i])) > 52)) ticks.push(i);
    }
    const decades = Math.log10(domainY[1] / domainY[0]);
    const levels = y.ticks(5).filter((level) => !logY || (decades < 1.5 ? [1, 2, 5] : [1]).includes(Number(level.toExponential().split("e")[0])));
    const label = (value) => (unit.name === "ns" && value === 0 ? "0" : HT.format.tick(value, unit));
    return {
      plot: {
        width, height, marginLeft, marginRight, marginTop: 16, marginBottom: 40,
        style: { background: "none", color: "var(--text)", fontSize: "12px", overflow: "visible" },
        color: { type: "identity" }, symbol: { type: "identity" },
        x: { type: logX || xs.length === 1 ? "log" : "linear", domain: domainX, axis: null },
        y: { type: logY ? "log" : "linear", domain: domainY, axis: null },
        marks: [
          Plot.gridY(levels, { stroke: "var(--grid)", strokeOpacity: 1 }),
          Plot.text(levels, { frameAnchor: "left", dx: -8, y: (level) => level, text: label, textAnchor: "end", fill: "var(--muted)" }),
          Plot.text(ticks, { frameAnchor: "bottom", x: (i) => xs[i], dy: 14, text: (i) => series.texts[i], fill: "var(--muted)", fontWeight: (i) => (xs[i] === here ? "bold" : "normal") }),
          Plot.text([series.label], { frameAnchor: "bottom", dy: 34, text: (words) => words, fill: "var(--muted)" }),
          ...(logY ? [] : [Plot.ruleY([none], { stroke: "var(--muted)" })]),
          Plot.ruleX([here], { stroke: "var(--rule)", strokeWidth: 2 }),
          Plot.line(timed, { x: "x", y: (point) => point.toll.value, z: (point) => point.allocator.name, stroke: (point) => HT.colour(point.allocator), strokeWidth: 1.5 }),
          Plot.link(timed, { x: "x", y1: (point) => point.toll.low, y2: (point) => point.toll.high, stroke: (point) => HT.colour(point.allocator), strokeWidth: 2.5, strokeOpacity: 0.5 }),
          Plot.dot(timed, {
            x: "x", y: (point) => point.toll.value, r: (point) => (point.case === HT.current.case ? 5.5 : xs.length > 30 ? 2.4 : 3.8), symbol: (point) => HT.marks.of(point.allocator),
            fill: (point) => (point.contended ? "var(--background)" : HT.colour(point.allocator)), stroke: (point) => HT.colour(point.allocator), strokeWidth: 1.5,
          }),
          Plot.text(apart(lasts(), y), { x: "x", y: "y", dx: 10, textAnchor: "start", text: (point) => point.allocator.name.slice(0, 11), fill: "var(--text)" }),
        ],
      },
      points: timed.map((point) => ({
        x: point.x, y: point.toll.value, title: `${point.case.name}, ${point.allocator.name}`,
        lines: [`${series.label} ${point.text}`, `${unit.name === "ratio" ? "heap ÷ stack" : "toll"} ${HT.format.withInterval(point.toll, unit.format)}`, ...(point.contended ? ["contended: the core was rarely ours alone"] : [])],
        href: HT.current.link(point.case),
      })),
      table: {
        columns: ["case", series.label, "allocator", unit.name === "ratio" ? "heap ÷ stack" : `toll ${unit.title}`, "low", "high"],
        rows: points.map((point) => [point.case.name, point.x, point.allocator.name, ...(point.toll ? [point.toll.value, point.toll.low, point.toll.high] : [null, null, null])]),
      },
      note: timed.length < points.length ? `${points.length - timed.length} of ${points.length} have no toll; their pages say why.` : "",
    };

    /* Each allocator's last point, for its name. */
    function lasts() {
      return allocators.map((allocator) => timed.filter((point) => point.allocator === allocator).at(-1)).filter(Boolean);
    }

    /* Names that would lie on each other move apart. */
    function apart(named, scale) {
      const placed = named.map((point) => ({ ...point, x: Math.max(...xs), at: scale(point.toll.value) })).sort((one, other) => one.at - other.at);
      placed.forEach((point, i) => { if (i) point.at = Math.max(point.at, placed[i - 1].at + 14); });
      const over = placed.length ? placed.at(-1).at - (height - 40) : 0;
      if (over > 0) {
        placed.at(-1).at -= over;
        for (let i = placed.length - 2; i >= 0; i -= 1) placed[i].at = Math.min(placed[i].at, placed[i + 1].at - 14);
      }
      return placed.map((point) => ({ ...point, y: scale.invert(point.at) }));
    }

    function widened([low, high]) {
      const more = (high - low) * 0.04;
      return [low - more, high + more];
    }
  },
};
