/* Share of quiet slices over the run, in the order of measuring: some launches a column, from the least quiet to the most. */
"use strict";

HT.charts.quiet_launches = {
  id: "quiet-launches",
  question: "When was the core ours?",
  shows: "Share of quiet slices, launch by launch in the order of measuring. Line: the middle launch of each column; band: from the least quiet to the most. Dashed: 80 %, from which on a run is good.",
  units: ["ns", "cycles", "ratio"],

  needs() {
    return HT.objects(HT.method.quiet).some((each) => each.median !== null) ? null : "No slice was timed.";
  },

  draw({ width }) {
    const columns = HT.objects(HT.method.quiet);
    const timed = columns.filter((each) => each.median !== null);
    const noisy = columns.filter((each) => each.contended > 0);
    const middle = (each) => (each.first + each.last) / 2 + 1;
    const percent = (share) => `${Number((100 * share).toPrecision(3))} %`;
    const plot = {
      width, height: 200, marginLeft: 46, marginRight: 12, marginTop: 12, marginBottom: 38,
      style: { background: "none", color: "var(--text)", fontSize: "12px", overflow: "visible" },
      x: { domain: [0.5, HT.method.launches + 0.5], axis: null },
      y: { domain: [0, 1], axis: null },
      marks: [
        Plot.gridY({ ticks: [0, 0.25, 0.5, 0.75, 1], stroke: "var(--grid)", strokeOpacity: 1 }),
        Plot.axisY({ ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: (share) => `${100 * share} %`, tickSize: 0, label: null, color: "var(--muted)" }),
        Plot.axisX({ ticks: width < 500 ? 4 : 8, tickSize: 4, label: "launches of all cases, in the order of measuring", labelAnchor: "center", labelArrow: "none", tickFormat: (n) => (Number.isInteger(n) ? String(n) : ""), color: "var(--muted)" }),
        Plot.ruleY([0.8], { stroke: "var(--muted)", strokeDasharray: "3,3" }),
        // A rule in each column: a band needs two.
        Plot.ruleX(timed, { x: middle, y1: "low", y2: "high", stroke: "var(--muted)", strokeOpacity: 0.5, strokeWidth: Math.max(2, (width - 60) / columns.length - 1) }),
        Plot.line(timed, { x: middle, y: "median", stroke: "var(--text)", strokeWidth: 1.5 }),
        Plot.dot(noisy, { x: middle, y: (each) => each.low ?? 0, r: 4, fill: "var(--background)", stroke: "var(--warning)", strokeWidth: 1.5 }),
        ...(timed.length === 1 ? [Plot.dot(timed, { x: middle, y: "median", r: 3, fill: "var(--text)" })] : []),
      ],
    };
    const points = columns.map((each) => {
      const of = HT.data.cases[each.case];
      const which = each.first === each.last ? `launch ${each.first + 1} of the run` : `launches ${each.first + 1} to ${each.last + 1} of the run`;
      const lowest = of && each.low !== null ? [`least quiet: ${of.name}, its launch ${each.launch}: ${percent(each.low)}`] : [];
      return {
        x: middle(each), y: each.median ?? 0, title: which,
        lines: [
          each.median === null ? "nothing timed" : `middle ${percent(each.median)}, ${percent(each.low)} to ${percent(each.high)} quiet`, ...lowest,
          ...(each.contended ? [`${each.contended} with contended arms`] : []), ...(each.untimed ? [`${each.untimed} without a time`] : []),
        ],
        href: of && HT.state.link("case.html", { case: of.name }),
      };
    });
    return {
      plot, points,
      table: {
        columns: ["first launch", "last launch", "lowest share", "middle", "highest", "least quiet case", "contended", "untimed"],
        rows: columns.map((each) => [each.first + 1, each.last + 1, each.low, each.median, each.high, HT.data.cases[each.case] && HT.data.cases[each.case].name, each.contended, each.untimed]),
      },
      note: [
        noisy.length ? "Hollow marks: columns with launches in which an arm is contended." : "No launch has a contended arm.",
        columns.some((each) => each.untimed) ? "Some launches have no time: their cases were skipped or failed (below)." : "",
      ].filter(Boolean).join(" "),
    };
  },
};
