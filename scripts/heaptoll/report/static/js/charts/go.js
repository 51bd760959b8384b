/* C and Go side by side: stack and heap of each pair that Go has. */
"use strict";

HT.charts.go = {
  id: "go",
  question: "What does the heap cost in Go, beside C?",
  shows:
    "Each line: the same work with its memory on the stack (circle) and on the heap (the mark of the allocator, or of Go); at the right what the heap adds, the toll. Pale bars: 95 % intervals over launches. Go's heap is paid for when a block is made, and again when the collector looks for it: both are in the time.",
  units: ["ns", "cycles", "ratio"],

  cases: (scenario) => HT.go.cases.filter((each) => HT.go.of(each).usual && (!scenario || each.scenario === scenario)),

  needs: ({ scenario }) =>
    HT.charts.go.cases(scenario).length
      ? null
      : scenario
        ? `Go has no case of ${scenario} with nothing else alive.`
        : "The run has only cases with a live heap of Go; measure with a wider FILTER.",

  draw: (given) =>
    HT.charts.headline.dumbbells({
      ...given,
      allocators: [...given.allocators, HT.go.lane],
      cases: HT.charts.go.cases(given.scenario),
      extras: false,
      note: "Of the cases of C those are shown that Go has. Go sets every variable to zero before it is used, on the stack too; C does not. It copies what it boxes and what it returns by value.",
    }),
};
