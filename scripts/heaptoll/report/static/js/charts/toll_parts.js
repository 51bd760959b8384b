/* What the heap adds to an operation: cycles, instructions and what else was counted, a column for each. */
"use strict";

HT.charts.toll_parts = (function () {
  const WIDEST_INTERVAL = 2; // of the largest value of a column, as charts/composition.py

  /* A column's scale in pixels, over the parts shown. */
  function scale(column, parts, from, to) {
    const values = parts.map((part) => part[0]).filter((value) => value > 0);
    const most = d3.max(values) || 1;
    const ends = parts.flatMap((part) => [part[1], part[2]]).filter((value) => value > 0 && value <= most * WIDEST_INTERVAL);
    const [low, high] = d3.extent([...values, ...ends, ...(values.length ? [] : [1])]);
    return column.log
      ? d3.scaleLog([low / 1.3, Math.max(high, low * 3) * 1.15], [from, to]).clamp(true)
      : d3.scaleLinear([0, high * 1.08], [from, to]).clamp(true);
  }

  return {
    id: "toll_parts",
    question: "What is the toll made of?",
    shows:
      "What the heap adds to one operation: every column is heap minus stack. Read across: the toll in core cycles, the instructions behind it, and how many of them per cycle. Many per cycle: the toll is work, most of it the allocator's. Few: the core waits for memory, for a mispredicted branch, or for the kernel.",
    units: ["cycles"],
    ignores: {
      unit: "The columns have units of their own; the unit chosen makes no difference here.",
      scale: "Cycles and instructions stay on logarithmic scales, the others on linear ones.",
    },
    data: "charts",
    needs: ({ data, scenario }) => data.lacks || (HT.cases.shown(scenario).length ? null : "No case has both a stack and a heap arm."),

    draw({ width, allocators, scenario, data }) {
      const cases = HT.cases.shown(scenario);
      const layout = HT.rows.layout(cases, allocators, { lane: 17 });
      const TOP = 56;
      const wide = width >= 620;
      const left = wide ? Math.min(100, 16 + HT.text.widest(allocators.map((each) => each.name))) : 0;
      const counted = data.columns
        .map((column, index) => ({ ...column, index }))
        .filter((column) => Object.keys(data.parts[column.index]).length);
      const part = (column, row) => (data.parts[column.index][row.case.index] || [])[row.allocator.index] || null;
      const pitch = (width - left) / counted.length;
      const columns = counted.map((column, i) => {
        const parts = layout.rows.map((row) => part(column, row)).filter(Boolean);
        const figures = Math.max(16, HT.text.widest(parts.map((each) => each[3])));
        const [from, right] = [left + i * pitch + (wide ? 10 : 4), left + (i + 1) * pitch - (wide && i + 1 < counted.length ? 16 : 4)];
        return {
          ...column,
          from,
          right,
          to: right - figures - 8,
          scale: scale(column, parts, from, right - figures - 8),
          title: column.heading.join(" "),
        };
      });
      const cells = columns.flatMap((column) =>
        layout.rows.map((row) => {
          const found = part(column, row);
          return {
            ...row,
            column,
            part: found,
            at: found && (found[0] > 0 || (found[0] === 0 && !column.log)) ? column.scale(found[0]) : null,
            contended: HT.cases.contended(row.case, row.allocator),
          };
        }),
      );
      const marked = cells.filter((cell) => cell.at !== null);
      const colour = (cell) => HT.colour(cell.allocator);
      const heads = columns.flatMap((column) =>
        column.heading.map((words, line) => ({
          x: column.from,
          y: 12 + line * 15,
          words: HT.text.fit(words, pitch - 6, { size: wide ? 12 : 11, bold: true }),
        })),
      );
      const axes = columns.flatMap((column) => ticks(column).map((value) => ({ x: column.scale(value), value, column })));
      const plot = {
        width,
        height: layout.height + TOP + 8,
        marginLeft: 0,
        marginRight: 0,
        marginTop: 0,
        marginBottom: 0,
        style: HT.rows.style,
        color: { type: "identity" },
        x: { type: "identity", axis: null },
        y: { type: "linear", domain: [0, 1], range: [TOP, TOP + 1], axis: null },
        marks: [
          Plot.text(heads, {
            x: "x",
            y: (head) => head.y - TOP,
            text: "words",
            textAnchor: "start",
            fontWeight: "bold",
            fontSize: wide ? 12 : 11,
            fill: "var(--text)",
          }),
          Plot.link(axes, { x1: "x", x2: "x", y1: 0, y2: layout.height, stroke: "var(--grid)" }),
          Plot.text(axes, {
            x: "x",
            y: -12,
            text: (axis) => compact(axis.value),
            fill: "var(--muted)",
            fontSize: 11,
            textAnchor: "middle",
          }),
          ...HT.rows.headings(layout, width, 0),
          ...(wide
            ? [
                Plot.text(layout.rows, {
                  x: () => left - 8,
                  y: "y",
                  text: (row) => HT.text.fit(row.allocator.name, left - 10),
                  textAnchor: "end",
                  fill: "var(--muted)",
                }),
              ]
            : []),
          Plot.link(marked, {
            x1: (cell) => cell.column.scale(cell.part[1] > 0 ? cell.part[1] : cell.column.scale.domain()[0]),
            x2: (cell) => cell.column.scale(Math.max(cell.part[2], cell.column.scale.domain()[0])),
            y: "y",
            stroke: colour,
            strokeWidth: 8,
            strokeOpacity: 0.35,
          }),
          Plot.link(marked, { x1: (cell) => cell.column.from, x2: "at", y: "y", stroke: colour, strokeWidth: 1.6, strokeOpacity: 0.7 }),
          Plot.dot(marked, {
            x: "at",
            y: "y",
            symbol: (cell) => HT.marks.of(cell.allocator),
            r: 4.2,
            fill: (cell) => (cell.contended ? "var(--background)" : colour(cell)),
            stroke: colour,
            strokeWidth: 1.5,
          }),
          Plot.text(cells, {
            x: (cell) => cell.column.right,
            y: "y",
            textAnchor: "end",
            text: (cell) => (cell.part ? cell.part[3] : "–"),
            fill: (cell) => (cell.part ? "var(--text)" : "var(--muted)"),
            fontVariant: "tabular-nums",
          }),
        ],
      };
      const order = d3.range(layout.rows.length).flatMap((row) => columns.map((_, column) => cells[column * layout.rows.length + row]));
      const points = order.map((cell) => ({
        x: cell.at === null ? cell.column.right - 8 : cell.at,
        y: cell.y,
        series: `${cell.case.index} ${cell.allocator.index}`,
        title: `${cell.case.name}, ${cell.allocator.name}`,
        lines: [
          cell.part
            ? `${cell.column.title}: ${cell.part[3]}, ${how_sure(cell.part)}`
            : `${cell.column.title}: ${absent(cell)}`,
          ...(data.blocks[cell.case.index] ? [`takes ${data.blocks[cell.case.index]}`] : []),
          ...(cell.contended ? [HT.cases.CONTENDED] : []),
        ],
        href: HT.state.link("case.html", { case: cell.case.name }),
      }));
      return {
        plot,
        points,
        key: wide ? [] : allocators.map((each) => [HT.marks.allocator(each), each.name]),
        table: {
          columns: ["case", "allocator", ...columns.flatMap((column) => [column.title, "low", "high"])],
          rows: layout.rows.map((row) => [
            row.case.name,
            row.allocator.name,
            ...columns.flatMap((column) => (part(column, row) || [null, null, null]).slice(0, 3)),
          ]),
        },
        note: [...data.notes, scenario ? "" : HT.data.notes.main].filter(Boolean).join(" "),
      };
    },
  };

  function how_sure([, low, high, , known]) {
    return known === "exact" ? known : `${known} ${HT.format.figure(low)} to ${HT.format.figure(high)}`;
  }

  function absent(cell) {
    if (!(HT.pair(cell.case, cell.allocator) || {}).toll_ns) return HT.cases.gap(cell.case, cell.allocator).lines.join("; ");
    if (cell.column.index === 2) return "no quotient: the heap does not take more of both for certain";
    return "not counted, or not the same in two passes of counting";
  }

  function compact(value) {
    return value >= 1e4 ? d3.format("~s")(value) : String(value);
  }

  /* As many round values as have room. */
  function ticks({ scale, log }) {
    const [from, to] = scale.range();
    if (!log)
      return [
        0,
        ...scale
          .ticks(2)
          .filter((value) => value > 0)
          .slice(-1),
      ].filter((value, i) => i === 0 || scale(value) - from > 20);
    const decades = d3
      .range(-3, 12)
      .map((power) => 10 ** power)
      .filter((value) => value >= scale.domain()[0] && value <= scale.domain()[1]);
    const kept = [];
    for (const value of decades.length > 1 ? decades : scale.ticks(3).slice(0, 12)) {
      if (scale(value) < to + 1 && (!kept.length || scale(value) - scale(kept[kept.length - 1]) > 34)) kept.push(value);
    }
    return kept;
  }
})();
