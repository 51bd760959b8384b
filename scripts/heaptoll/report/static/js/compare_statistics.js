/* The statistics of `make compare`, for launches that were not measured together: scripts/heaptoll/verdict, which says why
   and has the sources. tests/browser holds this file to that package, figure by figure.

   HT.statistics.judge(comparisons, zone) gives a row for each comparison, in their order:
     comparison  {case, allocator, arm, base: [value of each launch], head: [...], reference, doubt, measure}
     zone        {relative, floor}
     row         {case, allocator, arm, base, head, change, low, high, zone, p, verdict, note, baseLaunches, headLaunches}
   HT.statistics.LARGEST: so many pairs of launches at most; beyond, Python approximates, and here nothing is said. */
"use strict";

HT.statistics = (function () {
  const CONFIDENCE = 0.95;
  const ALPHA = 1 - CONFIDENCE;
  const LARGEST = 1600;
  const MOST_LAUNCHES = 1000;
  const tables = new Map();

  const ascending = (values) => Float64Array.from(values).sort();

  function median(values) {
    const ordered = ascending(values);
    const half = ordered.length >> 1;
    return ordered.length % 2 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2;
  }

  /* P(U <= u) for u = 0 ... n m, where U is the Mann-Whitney statistic and no two values are equal. As many of the orders
     have U = u as u has partitions into at most n parts of at most m: those without a part of m, and those with one. */
  function atMost(n, m) {
    const name = `${n} ${m}`;
    if (tables.has(name)) return tables.get(name);
    let ways = Array.from({ length: m + 1 }, () => Float64Array.of(1)); // of no part, by the largest part
    for (let parts = 1; parts <= n; parts++) {
      const before = ways;
      ways = [Float64Array.of(1)];
      for (let most = 1; most <= m; most++) {
        const [without, rest] = [ways[most - 1], before[most]];
        ways.push(Float64Array.from({ length: parts * most + 1 }, (_, u) => (without[u] || 0) + (rest[u - most] || 0)));
      }
    }
    const total = ways[m].reduce((sum, each) => sum + each, 0);
    let sum = 0;
    const table = ways[m].map((each) => (sum += each) / total);
    tables.set(name, table);
    return table;
  }

  /* The rank of the interval's ends among the sorted differences, and whether it has the confidence asked for. */
  function intervalRank(n, m) {
    const alpha = (1 - CONFIDENCE) / 2;
    const reaching = atMost(n, m).findIndex((p) => p > alpha);
    return { k: Math.max(reaching, 1), reached: reaching >= 1 };
  }

  /* The change, its interval and the two one-sided p-values. */
  function unpaired(base, head, zone) {
    const [n, m] = [base.length, head.length];
    const differences = new Float64Array(n * m);
    let [above, below, at] = [0, 0, 0];
    for (const one of base) {
      for (const other of head) {
        const difference = other - one;
        if (difference > zone) above++;
        if (difference < -zone) below++;
        differences[at++] = difference;
      }
    }
    differences.sort();
    const { k, reached } = intervalRank(n, m);
    const pairs = n * m;
    const p = atMost(n, m);
    return {
      change: (differences[((pairs + 1) >> 1) - 1] + differences[pairs >> 1]) / 2,
      low: differences[k - 1], high: differences[pairs - k], reached, slower: p[pairs - above], faster: p[pairs - below],
    };
  }

  /* Adjusted p-values, in the order given. */
  function holm(values) {
    const order = values.map((_, i) => i).sort((one, other) => values[one] - values[other] || one - other);
    const adjusted = new Array(values.length);
    let largest = 0;
    order.forEach((index, rank) => {
      largest = Math.max(largest, (values.length - rank) * values[index]);
      adjusted[index] = Math.min(largest, 1);
    });
    return adjusted;
  }

  function judge(comparisons, zone) {
    const found = comparisons.map((each) => {
      const base = median(each.base);
      const width = Math.max(zone.relative * (each.reference === null ? base : each.reference), zone.floor);
      const change = unpaired(each.base, each.head, width);
      return { base, head: median(each.head), zone: width, ...change, p: Math.min(2 * Math.min(change.slower, change.faster), 1) };
    });
    const adjusted = holm(found.map((each) => each.p));
    const left = adjusted.filter((p) => !(p <= ALPHA)).length;
    return comparisons.map((each, i) => {
      const { base, head, change, low, high, zone: width } = found[i];
      const [verdict, note] = decide(each, found[i], adjusted[i], left);
      return {
        case: each.case, allocator: each.allocator, arm: each.arm, base, head, change, low, high, zone: width, p: adjusted[i],
        verdict, note, baseLaunches: each.base.length, headLaunches: each.head.length,
      };
    });
  }

  function decide(comparison, found, p, left) {
    if (comparison.doubt) return ["unsure", comparison.doubt];
    if (p <= ALPHA) return [found.slower <= found.faster ? "slower" : "faster", ""];
    if (-found.zone <= found.low && found.high <= found.zone && found.reached) return ["same", ""];
    const [n, m] = [comparison.base.length, comparison.head.length];
    const have = n === m ? `${n} launches a side` : `${n} and ${m} launches`;
    const zone = `${general(found.zone)} ${comparison.measure}`.trim();
    if (!found.reached) return ["unsure", `${have} give no ${CONFIDENCE * 100} % interval${enough(1)}`];
    if (Math.abs(found.change) <= found.zone) return ["unsure", `the interval reaches beyond the dead zone of ${zone}`];
    if (left * 2 * atMost(n, m)[0] > ALPHA) return ["unsure", `${have} cannot decide among ${left} comparisons${enough(left)}`];
    return ["unsure", `beyond the dead zone of ${zone}, but not for certain`];
  }

  /* How many launches a side could decide among so many comparisons. One complete separation has the chance 1 / C(2n, n). */
  function enough(comparisons) {
    let p = 1 / 2;
    for (let launches = 2; launches < MOST_LAUNCHES; launches++) {
      p *= launches / (2 * (2 * launches - 1));
      if (comparisons * 2 * p <= ALPHA) return `: ${launches} would`;
    }
    return "";
  }

  /* As Python's format(value, ".3g"). */
  function general(value) {
    if (value === 0) return "0";
    const exponent = Number(value.toExponential(2).split("e")[1]);
    if (exponent >= -4 && exponent < 3) return String(Number(value.toPrecision(3)));
    const [digits, power] = value.toExponential(2).split("e");
    return `${Number(digits)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
  }

  return { judge, median, LARGEST };
})();
