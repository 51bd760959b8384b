/* What charts with a block per case share: which cases, how they are called, and why something has no figure. */
"use strict";

HT.cases = {
  /* The main ones, or all choices of the scenario that was chosen. */
  shown: (scenario) => HT.data.cases.filter((each) => (scenario ? each.choice && each.scenario === scenario : each.main)),

  /* The name below the scenario, with the size where the name does not tell it. */
  label(of) {
    const name = of.name.startsWith(of.scenario + "/") ? of.name.slice(of.scenario.length + 1) : of.name;
    return of.size_bytes === null || name.split("/").includes(String(of.size_bytes)) ? name : `${name} (${HT.format.bytes(of.size_bytes)})`;
  },

  fullLabel: (of) => `${of.name.startsWith(of.scenario + "/") ? `${of.scenario}/` : ""}${HT.cases.label(of)}`,

  /* Why a case has no toll under an allocator: {short, lines}. */
  gap(of, allocator) {
    const arms = ["stack", "heap"].map((name) => [name, HT.arm(of, name, allocator)]);
    const lines = [];
    let short = "";
    for (const [name, arm] of arms) {
      if (arm && arm.ns) continue;
      short = short || (arm ? arm.status : "not measured");
      lines.push(arm ? `${name}: ${arm.reason || arm.status}` : `${name}: not measured`);
    }
    return lines.length ? { short, lines } : { short: "no pair", lines: ["no launch timed both the stack and the heap arm"] };
  },

  contended: (of, allocator) => ["stack", "heap"].some((name) => (HT.arm(of, name, allocator) || {}).status === "contended"),

  /* What is to be known of a case in Go: one of HT.go.cases; undefined in C. */
  go: (of, allocator) => (HT.go && allocator === HT.go.lane ? HT.go.of(of) : undefined),

  ofGo(of, allocator) {
    const found = HT.cases.go(of, allocator);
    if (!found) return [];
    return [
      ...(found.operations_per_collection ? [`a collection every ${d3.format(",")(Math.round(found.operations_per_collection))} operations`] : []),
      ...(found.uncollected ? [HT.cases.UNCOLLECTED] : []),
      ...(found.limited ? ["The memory limit made the collector run more often than GOGC asks."] : []),
    ];
  },

  UNCOLLECTED_MARK: "‡",
  UNCOLLECTED: "No collection while it was measured: the collector's work is missing.",

  CONTENDED: "contended: the core was shared while this ran",
};
