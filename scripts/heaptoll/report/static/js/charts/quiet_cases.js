/* Share of quiet slices of each case, over all its launches. */
"use strict";

HT.charts.quiet_cases = {
  id: "quiet-cases",
  question: "Which cases had the least quiet?",
  shows: "Share of quiet slices of each case over all its launches and lanes, in the order of the cases.",
  units: ["ns", "cycles", "ratio"],

  needs() {
    return HT.objects(HT.method.cases).length ? null : "No slice was timed.";
  },

  draw({ width }) {
    const rows = HT.objects(HT.method.cases).map((each, i) => ({ ...each, x: i, of: HT.data.cases[each.case] }));
    const lowest = Math.min(...rows.map((each) => each.share));
    // Of a quiet run the differences are small, and all of them near the top.
    const from = lowest > 0.85 ? 0.8 : lowest > 0.55 ? 0.5 : 0;
    const scenarios = d3.groups(rows, (each) => each.of.scenario).map(([name, some]) => ({ name, start: some[0].x, end: some[some.length - 1].x }));
    const plot = {
      width, height: 190, marginLeft: 46, marginRight: 12, marginTop: 14, marginBottom: 30,
      style: { background: "none", color: "var(--text)", fontSize: "12px", overflow: "visible" },
      x: { domain: [-0.5, rows.length - 0.5], axis: null },
      y: { domain: [from, 1], axis: null },
      marks: [
        Plot.gridY({ ticks: 5, stroke: "var(--grid)", strokeOpacity: 1 }),
        Plot.axisY({ ticks: 5, tickFormat: (share) => `${Math.round(100 * share)} %`, tickSize: 0, label: null, color: "var(--muted)" }),
        Plot.ruleX(scenarios.slice(1), { x: (each) => each.start - 0.5, stroke: "var(--rule)" }),
        Plot.text(scenarios.filter((each) => (each.end - each.start + 1) / rows.length * (width - 58) > 7 * each.name.length), {
          x: (each) => (each.start + each.end) / 2, frameAnchor: "bottom", dy: 18, text: "name", fill: "var(--muted)",
        }),
        Plot.dot(rows, { x: "x", y: "share", r: rows.length > 100 ? 2.2 : 3.5, fill: "var(--text)", fillOpacity: 0.75 }),
      ],
    };
    const percent = (share) => `${(100 * share).toFixed(1)} %`;
    return {
      plot,
      points: rows.map((each) => ({
        x: each.x, y: each.share, title: each.of.name, lines: [`${percent(each.share)} of its slices were quiet`],
        href: HT.state.link("case.html", { case: each.of.name }),
      })),
      table: { columns: ["case", "quiet share"], rows: rows.map((each) => [each.of.name, each.share]) },
      note: from ? `The scale begins at ${100 * from} %.` : "",
    };
  },
};
