/* Time per use of what is made once and used n times, and from which n it has paid off. */
"use strict";

HT.charts.break_even = (function () {
  const STEPS = 12;

  /* charts/call_lines.py: between two marks an operation's time is straight in the number of uses; a share of it is a curve. */
  function curve(points) {
    return points.flatMap((point, i) => {
      const to = points[i + 1];
      if (!to) return [point];
      return d3.range(STEPS).map((step) => {
        const n = point.n * (to.n / point.n) ** (step / STEPS);
        const share = (n - point.n) / (to.n - point.n);
        const at = (name) => (step ? ((1 - share) * point.n * point[name] + share * to.n * to[name]) / n : point[name]);
        return { n, value: at("value"), low: at("low"), high: at("high") };
      });
    });
  }

  return {
    id: "break_even",
    question: "How many calls until a closure or a box has paid for its creation?",
    shows: "Time per call (upwards), with a share of making and freeing what is called, against the number of calls, on a logarithmic scale. Below each panel: the number from which the heap takes at most 10 % more time than the stack, with its 95 % interval. Bands: 95 % intervals over launches.",
    units: ["ns", "cycles", "ratio"],
    data: "charts",
    scenarios: ["captured_closure", "boxed_value"],
    needs: ({ data, scenario }) => data.lacks
      || (scenario && !data.panels.some((panel) => panel.scenario === scenario) ? `The run has too few numbers of calls of ${scenario}.` : null),

    draw(context) {
      const { scenario, unit } = context;
      const panels = context.data.panels.filter((panel) => !scenario || panel.scenario === scenario);
      const drawn = panels.map((panel) => ({ panel, lines: HT.lines.of(panel, context, true) }));
      const width = HT.lines.columns(context.width, panels.length, 2, 460);
      const numbers = d3.extent(panels.flatMap((panel) => panel.numbers));
      const times = HT.lines.domain(drawn.flatMap((each) => each.lines), context.log);
      const words = panels.flatMap((panel) => panel.points.map((point) => point.words));
      const results = drawn.map(({ panel, lines }, index) => HT.lines.draw({
        panel, index, context, lines, width, height: Math.max(210, 15 * lines.length), times, numbers,
        ticks: panel.numbers, format: String, axis: panel.axis, thing: (n) => `${n} ${panel.axis}`, per: "use",
        curve: unit.name === "ratio" ? null : curve,
        below: context.allocators.map((allocator) => ({ allocator, point: panel.points[allocator.index] })),
        belowHeading: "heap at most 10 % above stack from", belowRoom: HT.text.widest(words, { size: 11 }) + 6,
      }));
      return {
        plot: results.map((each) => each.plot), points: results.flatMap((each) => each.points),
        table: HT.lines.table(drawn, { ...unit, title: unit.name === "ratio" ? unit.title : `${unit.title} per use` }, "uses"),
        note: [
          context.data.how,
          panels.some((panel) => panel.scenario === "boxed_value") ? "Of boxes: each argument is a box of its own and used once, so more arguments make more boxes, and nothing that was made earlier is used again." : "",
          unit.name === "ns" ? "" : "The numbers below the panels are of times in ns.",
          results.some((each) => each.missing) ? HT.lines.MISSING : "",
          HT.lines.short(drawn.flatMap((each) => each.lines)),
          context.log ? "" : "The numbers of calls stay on a logarithmic scale.",
        ].filter(Boolean).join(" "),
      };
    },
  };
})();
