/* The price of a heap value in Go against what else lives on the heap, and against GOGC. */
"use strict";

HT.charts.go_live_heap = {
  id: "go_live_heap",
  question: "What does a heap value cost in Go when more lives on the heap?",
  shows:
    "A pair on the stack (circle) and on the heap (Go's mark), the collector's work in it, beside so many megabytes of nodes of 128 bytes with two pointers; at the right what the heap adds, the toll. GOGC: by how many per cent the heap may grow before it is collected. Pale bars: 95 % intervals over launches.",
  units: ["ns", "cycles", "ratio"],

  /* The settings of each pair that has several, by GOGC and then by what lives: [[case, …], …]. */
  blocks(scenario) {
    const asked = HT.go.cases.filter((each) => !scenario || each.scenario === scenario);
    const pairs = [...d3.group(asked, (each) => HT.go.of(each).pair).values()];
    const { of } = HT.go;
    return pairs
      .filter((settings) => settings.length > 1)
      .map((settings) => d3.sort(settings, (one, other) => of(one).gogc - of(other).gogc || of(one).live_mb - of(other).live_mb));
  },

  needs: ({ scenario }) =>
    HT.charts.go_live_heap.blocks(scenario).length
      ? null
      : scenario
        ? `No case of ${scenario} was measured in Go beside a live heap.`
        : "No case of Go was measured beside a live heap; measure with a wider FILTER.",

  name(of) {
    const { live_mb, gogc } = HT.go.of(of);
    return `GOGC ${gogc}, ${live_mb ? `${live_mb} MB live` : "nothing else"}`;
  },

  draw(given) {
    const { blocks, name } = HT.charts.go_live_heap;
    const heads = new Map(blocks(given.scenario).map((settings) => [{ ...settings[0], name: HT.go.of(settings[0]).pair }, settings]));
    const about = (row) => HT.go.of(row.case);
    const limited = [...new Set([...heads.values()].flat().filter((each) => HT.go.of(each).limited).map(name))];
    return HT.charts.headline.dumbbells({
      ...given,
      allocators: [HT.go.lane],
      cases: [...heads.keys()],
      lanes: (head) => heads.get(head).map((each) => ({ case: each, allocator: HT.go.lane, name: name(each) })),
      extras: false,
      columns: [
        ["GOGC", (row) => about(row).gogc],
        ["live MB", (row) => about(row).live_mb],
        ["operations per collection", (row) => about(row).operations_per_collection],
      ],
      note: limited.length ? `The collector ran more often than GOGC asks, because of the memory limit: ${limited.join("; ")}.` : "",
    });
  },
};
