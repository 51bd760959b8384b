/* For every variant and allocator: how many times the lowest toll of its row its toll is. Which is the lowest is looked up
   among the allocators shown; what can be told apart is Python's word (chart_data/heat_map.py). */
"use strict";

HT.charts.heat_map = (function () {
  /* A row's cells: {allocator, toll, times, lowest, alike, alone, step, contended}. */
  function cells(row, allocators) {
    const of = HT.data.cases[row.case];
    const found = allocators.map((allocator) => ({ allocator, toll: (HT.pair(of, allocator) || {}).toll_ns || null }));
    const timed = found.filter((each) => each.toll);
    const lowest = d3.least(timed, (each) => each.toll.value);
    return found.map(({ allocator, toll }) => {
      const one = { allocator, toll, case: of, contended: HT.cases.contended(of, allocator), sign: row.signs[allocator.index] };
      if (!toll || timed.length < 2) return { ...one, times: null, lowest: false, alike: false, alone: !!toll };
      const is_lowest = toll.value === lowest.toll.value;
      return {
        ...one, times: row.times[lowest.allocator.index][allocator.index], lowest: is_lowest,
        alike: !is_lowest && !!row.alike[lowest.allocator.index][allocator.index], alone: false,
      };
    });
  }

  const wins = (cell) => cell.lowest || cell.alike;
  const ratio = (cell) => {
    if (cell.times === null) return cell.sign === 0 && cell.toll ? "≈ 0" : "";
    const close = !cell.lowest && cell.times < 1.095;
    return `${close || cell.times >= 100 ? HT.format.figure(cell.times) : Number(cell.times.toPrecision(2)).toFixed(cell.times < 9.95 ? 1 : 0)}×`;
  };

  return {
    id: "heat_map",
    question: "Which allocator has the lowest toll, and where?",
    shows: "Toll: heap minus stack, of one operation. Large: how many times the lowest toll of its row; small: the toll itself. Framed: the lowest, and with = those that cannot be told from it, since their 95 % intervals overlap.",
    units: ["ns", "cycles", "ratio"],
    ignores: { scale: "Colours have no scale to choose." },
    data: "charts",
    needs: ({ data, scenario }) => {
      const rows = data.rows.filter((row) => !scenario || HT.data.cases[row.case].scenario === scenario);
      if (HT.data.allocators.length < 2) return "The run has one allocator, and none to compare it with; measure with ALLOCATORS=… or --allocators=…";
      if (!rows.length) return "No case has both a stack and a heap arm; measure with a wider FILTER.";
      return rows.some((row) => row.signs.some((sign) => sign !== null)) ? null : "No launch timed both the stack and the heap arm of a case; the table of all cases says why.";
    },

    draw({ width, allocators, unit, scenario, data }) {
      const wide = width >= 640;
      const [ROW, HEAD] = [24, 34];
      const label = wide ? Math.max(180, width - allocators.length * 116) : 0;
      const cell = (width - label) / allocators.length;
      const rows = data.rows.filter((row) => !scenario || HT.data.cases[row.case].scenario === scenario);
      const boxes = [];
      const labels = [];
      const heads = [];
      const key = legend(data, width);
      let y = key.height + 62;
      let last = null;
      for (const row of rows) {
        const of = HT.data.cases[row.case];
        if (of.scenario !== last) {
          heads.push({ y: y + HEAD / 2 + 2, case: of });
          y += HEAD;
          last = of.scenario;
        }
        labels.push({ y: y + (wide ? ROW / 2 : 9), case: of });
        if (!wide) y += 18;
        cells(row, allocators).forEach((each, column) => boxes.push({ ...each, x: label + column * cell, y, row }));
        y += ROW + (wide ? 0 : 4);
      }
      const height = y + 6;
      const colour = (box) => {
        if (!box.toll || box.contended) return "var(--background)";
        if (box.times === null) return "var(--grid)";
        return `var(--step-${step(box.times, data.bounds)})`;
      };
      const ink = (box) => (box.toll && !box.contended && box.times !== null ? `var(--ink-${step(box.times, data.bounds)})` : box.toll ? "var(--text)" : "var(--muted)");
      const shown = boxes.map((box) => words(box, unit, cell));
      const top = key.height;
      const comparing = d3.groups(boxes, (box) => box.row).filter(([, group]) => group.filter((box) => box.toll).length > 1).map(([row]) => row);
      const counts = allocators.map((allocator, column) => {
        const own = boxes.filter((box) => box.allocator === allocator && box.toll && comparing.includes(box.row));
        return { x: label + (column + 0.5) * cell, words: `${own.filter(wins).length} of ${own.length}` };
      });
      const rect = (inset) => ({ x1: (box) => box.x + 2 + inset, x2: (box) => box.x + cell - 2 - inset, y1: (box) => box.y + 1.5 + inset, y2: (box) => box.y + ROW - 1.5 - inset });
      const plot = {
        width, height, marginLeft: 0, marginRight: 0, marginTop: 0, marginBottom: 0, style: HT.rows.style,
        color: { type: "identity" }, x: { type: "identity", axis: null }, y: { type: "identity", axis: null },
        marks: [
          ...key.marks,
          ...allocators.flatMap((allocator, column) => [
            Plot.dot([allocator], { x: () => label + (column + 0.5) * cell, y: () => top + 10, symbol: HT.marks.of(allocator), r: 4.2, fill: HT.colour(allocator) }),
            Plot.text([allocator], { x: () => label + (column + 0.5) * cell, y: () => top + 27, text: () => HT.text.fit(allocator.name, cell - 6, { bold: true }), fontWeight: "bold", fill: "var(--text)" }),
          ]),
          ...(comparing.length ? [
            Plot.text(counts, { x: "x", y: () => top + 45, text: "words", fill: "var(--text)" }),
            ...(wide ? [Plot.text(["rows in which it is framed"], { x: () => label - 10, y: () => top + 45, text: (each) => each, textAnchor: "end", fill: "var(--muted)" })] : []),
          ] : []),
          Plot.text(heads, { x: 2, y: "y", text: (head) => head.case.scenario, textAnchor: "start", fontSize: 14, fontWeight: "bold", fill: "var(--text)" }),
          ...heads.map((head) => Plot.text([head], { x: () => 14 + HT.text.width(head.case.scenario, { size: 14, bold: true }), y: "y", textAnchor: "start", text: () => HT.text.fit(head.case.question || "", width - 20 - HT.text.width(head.case.scenario, { size: 14, bold: true })), fill: "var(--muted)" })),
          Plot.text(labels, { x: 2, y: "y", text: (each) => HT.text.fit(HT.cases.label(each.case), (wide ? label : width) - 12), textAnchor: "start", fill: "var(--text)" }),
          ...labels.map((each) => Plot.text([each], { x: () => 14 + HT.text.width(HT.cases.label(each.case)), y: "y", textAnchor: "start", fontSize: 11, fill: "var(--muted)", text: () => HT.text.fit(each.case.explains || "", (wide ? label : width) - 26 - HT.text.width(HT.cases.label(each.case)), { size: 11 }) })),
          Plot.rect(boxes.filter((box) => box.toll), { ...rect(0), fill: colour, stroke: (box) => (box.contended ? "var(--muted)" : "none") }),
          Plot.rect(boxes.filter((box) => !box.toll), { ...rect(0.5), fill: "none", stroke: "var(--muted)", strokeDasharray: "3 3" }),
          Plot.rect(boxes.filter(wins), { ...rect(0.5), fill: "none", stroke: "var(--text)", strokeWidth: 2 }),
          Plot.text(boxes, { x: (box) => box.x + (narrow(cell) ? 5 : 8), y: (box) => box.y + ROW / 2, textAnchor: "start", text: (box, i) => shown[i].large, fontWeight: "bold", fontSize: narrow(cell) ? 11 : 12, fill: ink }),
          Plot.text(boxes, { x: (box) => box.x + cell - 7, y: (box) => box.y + ROW / 2, textAnchor: "end", text: (box, i) => shown[i].small, fontSize: 11, fill: ink }),
        ],
      };
      const points = boxes.map((box) => {
        const pair = HT.pair(box.case, box.allocator) || {};
        const format = unit.name === "ratio" ? unit.format : HT.format.signed(unit.format);
        return {
          x: box.x + cell / 2, y: box.y + ROW / 2, series: String(box.row.case), title: `${box.case.name}, ${box.allocator.name}`,
          lines: box.toll ? [
            `${unit.name === "ratio" ? "heap ÷ stack" : "toll"} ${HT.format.withInterval(pair[unit.toll], format)}`,
            verdict(box, data), ...(box.contended ? [HT.cases.CONTENDED] : []),
          ] : HT.cases.gap(box.case, box.allocator).lines,
          href: HT.state.link("case.html", { case: box.case.name }),
        };
      });
      return {
        plot, points,
        table: {
          columns: ["case", "allocator", "times the lowest toll", "lowest or not to be told from it", `toll ${unit.name === "ratio" ? "(heap ÷ stack)" : unit.title}`, "low", "high"],
          rows: boxes.map((box) => {
            const estimate = (HT.pair(box.case, box.allocator) || {})[unit.toll];
            return [box.case.name, box.allocator.name, box.times, box.toll ? (wins(box) ? "yes" : "no") : null, ...(estimate ? [estimate.value, estimate.low, estimate.high] : [null, null, null])];
          }),
        },
        note: [
          "One case stands for each variant.",
          boxes.some((box) => box.toll && box.times === null && !box.alone) ? `Grey rows: the lowest toll is below 0, or not distinguishable from 0, or under ${data.negligible_ns} ns, and no toll is a number of times that. ≈ 0 is not distinguishable from 0.` : "",
          comparing.length ? "" : "No row has two tolls to compare.",
          boxes.some((box) => box.toll && !box.toll.reached) ? "† Too few launches for a 95 % interval: their whole range." : "",
          allocators.length < HT.data.allocators.length ? "Compared are the allocators shown." : "",
          unit.name === "cycles" ? "Which is the lowest is said of times in ns." : "",
        ].filter(Boolean).join(" "),
      };
    },
  };

  function step(times, bounds) {
    return bounds.slice(1).filter((bound) => times >= bound).length;
  }

  function verdict(box, data) {
    if (box.alone) return "no other toll to compare it with";
    const name = "the lowest of its row";
    if (box.lowest) return name;
    const times = box.times === null ? "no number of times the lowest, which may be 0 or less" : `${HT.format.figure(box.times)} times the lowest`;
    return box.alike ? `${times}; not distinguishable from ${name}` : times;
  }

  function narrow(cell) {
    return cell < 70;
  }

  /* What stands in a cell: the larger words, and the smaller where there is room. */
  function words(box, unit, cell) {
    if (!box.toll) {
      const why = HT.cases.gap(box.case, box.allocator).short;
      return { large: "", small: HT.text.width(why, { size: 11 }) < cell - 12 ? why : "–" };
    }
    const look = { size: narrow(cell) ? 11 : 12, bold: true };
    const estimate = HT.pair(box.case, box.allocator)[unit.toll];
    const small = estimate ? (unit.name === "ratio" ? unit.format(estimate.value) : HT.format.signed(unit.format)(estimate.value).replace(" cycles", "")) + (estimate.reached ? "" : "†") : "";
    const large = (box.alike ? (narrow(cell) ? "=" : "= ") : "") + ratio(box);
    const beside = HT.text.width(large, look) + HT.text.width(small, { size: 11 }) + (large ? 24 : 12) <= cell ? small : "";
    return { large: HT.text.fit(large, cell - 8, look), small: beside };
  }

  /* The steps of the scale, and what has a look of its own, in as many lines as it takes. */
  function legend({ bounds }, width) {
    const items = [
      { words: "times the lowest toll of the row:" },
      ...bounds.map((bound, i) => ({ fill: `var(--step-${i})`, words: i + 1 < bounds.length ? `${bound}–${bounds[i + 1]}` : `${bound} and more` })),
      { frame: true, words: "lowest, or not distinguishable" },
      { fill: "var(--grid)", words: "no ratio" },
      { dashed: true, words: "no result" },
    ];
    let [x, y] = [2, 12];
    const placed = items.map((item) => {
      const room = (item.words ? HT.text.width(item.words) : 0) + (item.words.endsWith(":") ? 12 : 44);
      if (x + room > width && x > 2) [x, y] = [2, y + 20];
      const at = { ...item, x, y };
      x += room;
      return at;
    });
    const swatches = placed.filter((item) => !item.words.endsWith(":"));
    const swatch = { x1: "x", x2: (item) => item.x + 22, y1: (item) => item.y - 7, y2: (item) => item.y + 7 };
    return {
      height: y + 20,
      marks: [
        Plot.rect(swatches.filter((item) => item.fill), { ...swatch, fill: "fill", stroke: "var(--rule)" }),
        Plot.rect(swatches.filter((item) => item.frame), { ...swatch, fill: "none", stroke: "var(--text)", strokeWidth: 2 }),
        Plot.rect(swatches.filter((item) => item.dashed), { ...swatch, fill: "none", stroke: "var(--muted)", strokeDasharray: "3 3" }),
        Plot.text(placed, { x: (item) => item.x + (swatches.includes(item) ? 27 : 0), y: "y", text: "words", textAnchor: "start", fill: "var(--text)" }),
      ],
    };
  }
})();
