/* Time per block against the number of blocks that live at once: a panel for each order of freeing. */
"use strict";

HT.charts.lifetime_blocks = {
  id: "lifetime_blocks",
  question: "What does one block cost when many live at once?",
  shows: "Time per block (upwards), to make it, use it and free it, against the number of blocks that live at once, on a logarithmic scale. Stack, arena and pool are the same code under each allocator: the median of the lanes. Bands: 95 % intervals over launches.",
  units: ["ns", "cycles", "ratio"],
  data: "charts",
  scenarios: ["lifetime"],
  needs: ({ data }) => data.lacks,

  draw(context) {
    const { panels, left_out } = context.data;
    const drawn = panels.map((panel) => ({ panel, lines: HT.lines.of(panel, context, true) }));
    const width = HT.lines.columns(context.width, panels.length, 3, 330);
    const numbers = d3.extent(panels.flatMap((panel) => panel.numbers));
    const times = HT.lines.domain(drawn.flatMap((each) => each.lines), context.log);
    const results = drawn.map(({ panel, lines }, index) => HT.lines.draw({
      panel, index, context, lines, width, height: Math.max(250, 15 * lines.length), times, numbers,
      ticks: panel.numbers, format: String, axis: "blocks that live at once", thing: (n) => `${n} block${n === 1 ? "" : "s"}`, per: "block",
    }));
    return {
      plot: results.map((each) => each.plot), points: results.flatMap((each) => each.points),
      table: HT.lines.table(drawn, { ...context.unit, title: context.unit.name === "ratio" ? context.unit.title : `${context.unit.title} per block` }, "blocks"),
      note: [
        results.some((each) => each.missing) ? HT.lines.MISSING : "",
        HT.lines.short(drawn.flatMap((each) => each.lines)),
        left_out.length ? `Measured at too few numbers for a panel: ${left_out.join(", ")}.` : "",
        context.log ? "" : "The numbers of blocks stay on a logarithmic scale.",
      ].filter(Boolean).join(" "),
    };
  },
};
