/* Charts with a block per case and a row per allocator: where each row lies, and the words above a block. */
"use strict";

HT.rows = (function () {
  /* Blocks and rows from the top: {blocks: [{case, y, scenario}], rows: [{case, allocator, name, y}], height}. `lane`: the
     height of a row. `lanes`: the rows of a case, if not one for each allocator. `grouped`: scenarios have a heading where there are several; else each case has its whole name. */
  function layout(cases, allocators, { lane = 17, gap = 10, head = 18, scenarioHead = 34, grouped = true, lanes = forEach } = {}) {
    const blocks = [];
    const rows = [];
    let y = 0;
    let last = null;
    const several = grouped && new Set(cases.map((each) => each.scenario)).size > 1;
    for (const each of cases) {
      const scenario = several && each.scenario !== last ? each.scenario : null;
      if (scenario) y += scenarioHead;
      blocks.push({
        case: each,
        label: grouped ? HT.cases.label(each) : HT.cases.fullLabel(each),
        y: y + head / 2,
        scenario,
        scenarioY: y - scenarioHead / 2 + 4,
        ruleY: y - scenarioHead + 6,
      });
      y += head;
      for (const line of lanes(each, allocators)) {
        rows.push({ ...line, y: y + lane / 2 });
        y += lane;
      }
      y += gap;
      last = each.scenario;
    }
    return { blocks, rows, height: y };
  }

  const forEach = (of, allocators) => allocators.map((allocator) => ({ case: of, allocator, name: allocator.name }));

  /* Marks for the words: the scenario and its question, the case and what it is. `left`, `right`: the margins' widths.
     What a heading covers is not crossed by the grid. */
  function headings({ blocks }, width, left, right = 0) {
    const scenarios = blocks.filter((block) => block.scenario);
    const at = (y) => ({ frameAnchor: "left", dx: -left + 2, y, textAnchor: "start", stroke: "var(--background)", strokeWidth: 6 });
    const name = { size: 14, bold: true };
    const label = { size: 12, bold: true };
    const beside = (text, own, look) => HT.text.fit(text || "", width - HT.text.width(own, look) - 18);
    return [
      Plot.ruleY(
        scenarios.filter((block) => block.ruleY > 0),
        { y: "ruleY", stroke: "var(--rule)", insetLeft: -left, insetRight: -right },
      ),
      Plot.text(scenarios, { ...at("scenarioY"), text: "scenario", fontSize: 14, fontWeight: "bold", fill: "var(--text)" }),
      ...scenarios.map((block) =>
        Plot.text([block], {
          ...at("scenarioY"),
          dx: -left + 14 + HT.text.width(block.scenario, name),
          text: () => beside(block.case.question, block.scenario, name),
          fill: "var(--muted)",
        }),
      ),
      Plot.text(blocks, {
        ...at("y"),
        text: (block) => HT.text.fit(block.label, width - 4, label),
        fontWeight: "bold",
        fill: "var(--text)",
      }),
      ...blocks.map((block) =>
        Plot.text([block], {
          ...at("y"),
          dx: -left + 12 + HT.text.width(block.label, label),
          text: () => beside(block.case.explains, block.label, label),
          fill: "var(--muted)",
        }),
      ),
    ];
  }

  const style = { background: "none", color: "var(--text)", fontSize: "12px", fontFamily: HT.text.FAMILY, overflow: "visible" };

  return { layout, headings, style };
})();
