/* Rows of a chart of one case: a heading per arm, a line per allocator below it. */
"use strict";

HT.lanes = function (allocators) {
  const HEAD = 24;
  const LANE = 17;
  const GAP = 8;
  const WHAT = {
    null: "the same calls with no allocation at all",
    stack: "memory in the frame",
    heap: "memory from malloc",
    inline: "the value in its own place, no memory beside it",
    hybrid: "small in the frame, large from malloc",
    arena: "memory cut from one block, given back together",
    pool: "memory from a list of blocks of one size",
  };
  const heads = [];
  const rows = [];
  let y = 0;
  for (const arm of HT.current.arms) {
    heads.push({ y: y + 13, arm, what: WHAT[arm] || "" });
    y += HEAD;
    for (const allocator of allocators) {
      const took = HT.arm(HT.current.case, arm, allocator);
      rows.push({ y: y + LANE / 2, arm, allocator, took, contended: !!took && took.status === "contended" });
      y += LANE;
    }
    y += GAP;
  }
  const left = Math.min(90, 12 + 7 * Math.max(...allocators.map((each) => each.name.length)));
  const colour = (row) => (row.arm === "stack" ? "var(--stack)" : HT.colour(row.allocator));
  const fill = (row) => (row.contended ? "var(--background)" : colour(row));
  const halo = { stroke: "var(--background)", strokeWidth: 4 };
  return {
    rows, heads, left, height: y, colour, fill,
    symbol: (row) => (row.arm === "stack" ? HT.marks.stack : HT.marks.of(row.allocator)),
    /* Why a lane has no time. */
    lack: (row) => (row.took ? row.took.status : "not run"),
    names: (width) => [
      Plot.text(heads, { frameAnchor: "left", dx: 4 - left, y: "y", text: (head) => head.arm, fontWeight: "bold", textAnchor: "start", fill: "var(--text)", ...halo }),
      Plot.text(width < 500 ? [] : heads, { frameAnchor: "left", dx: 12 - left, y: "y", text: (head) => `${"\u2007".repeat(head.arm.length + 1)}${head.what}`, textAnchor: "start", fill: "var(--muted)", ...halo }),
      Plot.text(rows, { frameAnchor: "left", dx: -8, y: "y", text: (row) => row.allocator.name.slice(0, 11), textAnchor: "end", fill: "var(--muted)" }),
    ],
  };
};
