/* The rows of the table, which of them are asked for, and in which order. */
"use strict";

HT.tableRows = (function () {
  const all = {};

  /* Every arm, or every pair of stack and heap, in the run's order. */
  function rows(kind) {
    if (!all[kind]) all[kind] = kind === "arms" ? arms() : tolls();
    return all[kind];
  }

  function arms() {
    return lanes().flatMap(([of, allocator]) => HT.data.arms.map((arm) => [arm, HT.arm(of, arm, allocator)])
      .filter(([, took]) => took)
      .map(([arm, took]) => searchable({ case: of, allocator, arm, took, status: took.status, reason: took.reason })));
  }

  function tolls() {
    return lanes().filter(([of, allocator]) => HT.pair(of, allocator)).map(([of, allocator]) => {
      const [stack, heap] = ["stack", "heap"].map((arm) => HT.arm(of, arm, allocator));
      const worse = stack.status === "ok" ? heap : stack;
      const reasons = [["stack", stack], ["heap", heap]].filter(([, arm]) => arm.reason).map(([name, arm]) => `${name} ${arm.reason}`);
      return searchable({ case: of, allocator, arm: "", stack, heap, pair: HT.pair(of, allocator), status: worse.status, reason: reasons.join("; ") || null });
    });
  }

  /* Go's after C's in each case; cases that only Go has come last. */
  const lanes = () => {
    const every = HT.go ? [...HT.data.allocators, HT.go.lane] : HT.data.allocators;
    const only = HT.go ? HT.go.cases.filter((each) => !HT.data.cases.includes(each)) : [];
    return [...HT.data.cases.flatMap((of) => every.map((allocator) => [of, allocator])), ...only.map((of) => [of, HT.go.lane])];
  };

  function searchable(row) {
    row.words = [row.case.name, row.allocator.name, row.arm, row.status, row.reason || ""];
    row.lower = row.words.join("\n").toLowerCase();
    return row;
  }

  /* What a text in the search field means: a test of a row; or why it means nothing. /…/ is a regular expression. */
  function search(text) {
    const pattern = /^\/(.*)\/(i?)$/s.exec(text);
    if (!pattern) {
      const wanted = text.trim().toLowerCase();
      return { test: (row) => row.lower.includes(wanted), complaint: "" };
    }
    try {
      const regex = new RegExp(pattern[1], pattern[2]);
      return { test: (row) => row.words.some((word) => word && regex.test(word)), complaint: "" };
    } catch (error) {
      const why = error.message.replace(/^Invalid regular expression: /, "");
      return { test: () => true, complaint: `This is no regular expression (${why}), so it leaves nothing out. Without the two / it is searched for as it stands.` };
    }
  }

  /* {rows, of, complaint}: those asked for, in order; of how many. */
  function chosen({ kind, text, scenario, allocators, arm, status, column, descending }) {
    const { test, complaint } = search(text);
    const lanes = new Set(allocators.map((each) => each.index));
    const every = rows(kind);
    const found = every.filter((row) => lanes.has(row.allocator.index) && (!scenario || row.case.scenario === scenario)
      && (!arm || kind !== "arms" || row.arm === arm) && (!status || row.status === status) && test(row));
    return { rows: column ? sorted(found, column, descending) : found, of: every.length, complaint };
  }

  const WORDS = new Intl.Collator("en", { numeric: true });

  /* What is not known comes last, in whichever direction. */
  function sorted(found, column, descending) {
    const known = [];
    const unknown = [];
    for (const row of found) {
      const key = column.key(row);
      if (key === null || key === undefined || key === "") unknown.push(row);
      else known.push([key, row]);
    }
    const compare = known.some(([key]) => typeof key === "string") ? (one, other) => WORDS.compare(one[0], other[0]) : (one, other) => one[0] - other[0];
    known.sort(descending ? (one, other) => compare(other, one) : compare);
    return [...known.map(([, row]) => row), ...unknown];
  }

  return { rows, chosen };
})();
