/* The contents of charts of lines: time against a number (a size, blocks, calls), a line per allocator and per arm that is
   the same code in every lane. A panel is {name, numbers, cases, shared, extras}, as chart_data/lines.py makes them. */
"use strict";

HT.lines = (function () {
  const SHARED = { stack: ["o", null], inline: ["d", "6 3"], arena: ["d", "6 3"], pool: ["p", "2 3"] };
  const MISSING = "A cross at the bottom of a panel is a number without a time, which interrupts the line; pointing at it says why.";

  /* [{name, arm, allocator, colour, symbol, dash, points: [{n, case, estimate, contended, why}]}], those with a time.
     `per`: times are of one of n, not of n together. */
  function of(panel, { allocators, unit }, per) {
    const cases = panel.cases.map((index) => HT.data.cases[index]);
    const line = (look, estimate, contended, why) => ({
      ...look,
      points: panel.numbers.map((n, i) => ({
        n,
        case: cases[i],
        estimate: divided(estimate(cases[i], i), per && unit.name !== "ratio" ? n : 1),
        contended: contended(cases[i], i),
        why: why(cases[i]),
      })),
    });

    const shared = Object.entries(panel.shared).map(([arm, columns]) => {
      const rows = HT.objects(columns);
      const [shape, dash] = SHARED[arm] || ["p", "1 2"];
      const look = { name: arm, arm, allocator: null, colour: "var(--stack)", symbol: HT.marks.shape(shape), dash };
      return line(
        look,
        (_, i) => rows[i][unit.name],
        (_, i) => !!rows[i].contended,
        () => "no lane has a time",
      );
    });

    const measured = (allocator, arm, dash) => {
      const row = (each) => HT.arm(each, arm, allocator);
      const name = arm === "heap" ? allocator.name : `${allocator.name}, ${arm}`;
      return line(
        { name, arm, allocator, colour: HT.colour(allocator), symbol: HT.marks.of(allocator), dash },
        (each) => (unit.name === "ratio" ? (HT.pair(each, allocator) || {}).ratio : (row(each) || {})[unit.arm]),
        (each) => (row(each) || {}).status === "contended",
        (each) => {
          if (!row(each)) return "not measured";
          return row(each).ns ? "no launch timed both the stack and the heap arm" : row(each).reason || row(each).status;
        },
      );
    };
    const extras = unit.name === "ratio" ? [] : panel.extras || [];
    const own = allocators.flatMap((each) => [...extras.map((arm) => measured(each, arm, "5 3")), measured(each, "heap", null)]);
    return [...shared, ...own].filter((each) => each.points.some((point) => point.estimate));
  }

  function divided(estimate, by) {
    return estimate
      ? { value: estimate.value / by, low: estimate.low / by, high: estimate.high / by, reached: estimate.reached }
      : null;
  }

  /* What is not above 0 has no place on a logarithmic scale. */
  const drawable = (point, log) => !!point.estimate && (!log || point.estimate.low > 0);

  /* The limits of the scale of times that all these lines share. */
  function domain(lines, log) {
    const points = lines.flatMap((line) => line.points).filter((point) => drawable(point, log));
    if (!points.length) return [1, 10];
    const [low, high] = d3.extent(points.flatMap(({ estimate }) => [estimate.low, estimate.high]));
    return log ? [low / 1.15, Math.max(high, low * 2) * 1.15] : [Math.min(0, low), high * 1.05];
  }

  /* A row per point of the panels' lines. `number`: what the panels' numbers are. */
  function table(panels, unit, number) {
    return {
      columns: ["panel", number, "case", "arm", "allocator", unit.title, "low", "high"],
      rows: panels.flatMap(({ panel, lines }) =>
        lines.flatMap((line) =>
          line.points.map(({ n, case: each, estimate }) => [
            panel.title || panel.name,
            n,
            each.name,
            line.arm,
            line.allocator ? line.allocator.name : "median of the lanes",
            ...(estimate ? [estimate.value, estimate.low, estimate.high] : [null, null, null]),
          ]),
        ),
      ),
    };
  }

  /* How wide panels are beside each other, so many at most and none narrower than `narrowest`. */
  function columns(width, count, most, narrowest) {
    const fit = Math.max(1, Math.min(most, count, Math.floor(width / narrowest)));
    return Math.floor((width - 16 * (fit - 1)) / fit);
  }

  /* What is to be said of the intervals of these lines, if anything. */
  function short(lines) {
    const all = lines.flatMap((line) => line.points).every(({ estimate }) => !estimate || estimate.reached);
    return all ? "" : "Too few launches for 95 % intervals in places: the bands there are the whole range of the launches.";
  }

  return { of, drawable, domain, table, columns, short, MISSING };
})();
