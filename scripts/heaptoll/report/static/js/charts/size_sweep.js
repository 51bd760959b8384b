/* Time against an array's size: one way to make and use it, or two beside each other. */
"use strict";

HT.charts.size_sweep = (function () {
  const NONE = "";
  const key = (panel) => `${panel.variant}/${panel.way}`;
  const named = (panel) => `${panel.name}, ${panel.way_name}`;

  function chosen(data) {
    const find = (name) => data.panels.find((panel) => key(panel) === HT.state.get(name));
    const first = find("sweep") || data.panels[0];
    const second = find("beside");
    return second && second !== first ? [first, second] : [first];
  }

  function render(place, data) {
    const { h, state } = HT;
    const [first, second] = chosen(data);
    const options = (panels) => d3.groups(panels, (panel) => panel.name).map(([name, group]) => h("optgroup", { label: name },
      group.map((panel) => h("option", { value: key(panel) }, `${named(panel)} (${panel.numbers.length} sizes)`))));
    const one = h("select", { name: "sweep", onchange: () => state.set({ sweep: one.value === key(data.panels[0]) ? "" : one.value }) }, options(data.panels));
    const other = h("select", { name: "beside", onchange: () => state.set({ beside: other.value }) },
      h("option", { value: NONE }, "nothing"), options(data.panels.filter((panel) => panel !== first)));
    one.value = key(first);
    other.value = second ? key(second) : NONE;
    place.replaceChildren(h("label", null, "Array ", one), h("label", null, "Beside it ", other));
  }

  const edges = (panel, allocator) => HT.data.edges.filter((edge) => edge.variant === panel.variant && edge.way === panel.way && edge.allocator === allocator.name);

  /* In words, for screens on which not every tick has room for its size. */
  function named_edges(panel, allocators) {
    const found = allocators.map((allocator) => [allocator.name, edges(panel, allocator).map((edge) => HT.format.bytes(edge.last_before_bytes))]);
    return found.filter(([, sizes]) => sizes.length).map(([name, sizes]) => `${name} jumps above ${sizes.join(", ")}.`);
  }

  return {
    id: "size_sweep",
    question: "How does the cost of an array grow with its size, on the stack and on the heap?",
    shows: "Time per operation (upwards) against the array's size, on a logarithmic scale. Bands: 95 % intervals over launches. Ticks above: sizes above which an allocator's toll jumps, found from the data, with a bar where the place is less certain.",
    units: ["ns", "cycles", "ratio"],
    data: "charts",
    scenarios: ["array_size"],
    choices: { names: ["sweep", "beside"], render },
    needs: ({ data }) => data.lacks,

    draw(context) {
      const panels = chosen(context.data);
      const drawn = panels.map((panel) => ({ panel, lines: HT.lines.of(panel, context) }));
      const width = HT.lines.columns(context.width, panels.length, 2, 480);
      const numbers = d3.extent(panels.flatMap((panel) => panel.numbers));
      const marked = context.data.marked_bytes;
      const times = HT.lines.domain(drawn.flatMap((each) => each.lines), context.log);
      const results = drawn.map(({ panel, lines }, index) => HT.lines.draw({
        panel: { ...panel, title: named(panel), way_name: [panel.way_name, ...(panel.extras.length && context.unit.name !== "ratio" ? [`dashed: ${panel.extras.join(", ")} arm`] : [])].join("; ") },
        index, context, lines, width, height: Math.max(300, 16 * lines.length), times, numbers,
        ticks: d3.range(0, 40, 2).map((power) => 2 ** power),
        format: HT.format.bytes, axis: "size of the array", thing: HT.format.bytes,
        marked: marked >= numbers[0] && marked <= numbers[1] ? marked : null,
        edges: panel.dense ? context.allocators.map((allocator) => ({
          allocator, edges: edges(panel, allocator),
        })) : [],
      }));
      return {
        plot: results.map((each) => each.plot), points: results.flatMap((each) => each.points),
        table: HT.lines.table(drawn, context.unit, "size in bytes"),
        note: [
          context.unit.name === "ratio" && panels.some((panel) => panel.extras.length) ? "There is no heap ÷ stack of the dashed arm." : "",
          ...(context.width < 700 ? panels.flatMap((panel) => named_edges(panel, context.allocators)) : []),
          results.some((each) => each.missing) ? HT.lines.MISSING : "",
          HT.lines.short(drawn.flatMap((each) => each.lines)),
          context.log ? "" : "The sizes stay on a logarithmic scale.",
        ].filter(Boolean).join(" "),
      };
    },
  };
})();
