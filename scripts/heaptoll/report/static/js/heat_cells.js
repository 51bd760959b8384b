/* The cells of the heat map: which toll is the lowest among the allocators shown, how many times it the others are, and what
   stands in a cell. What can be told apart is Python's word (chart_data/heat_map.py). */
"use strict";

HT.heatCells = (function () {
  /* A row's cells: {allocator, toll, times, lowest, alike, alone, contended, sign}. */
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
        ...one,
        times: row.times[lowest.allocator.index][allocator.index],
        lowest: is_lowest,
        alike: !is_lowest && !!row.alike[lowest.allocator.index][allocator.index],
        alone: false,
      };
    });
  }

  const wins = (cell) => cell.lowest || cell.alike;
  const ratio = (cell) => {
    if (cell.times === null) return cell.sign === 0 && cell.toll ? "≈ 0" : "";
    const close = !cell.lowest && cell.times < 1.095;
    return `${close || cell.times >= 100 ? HT.format.figure(cell.times) : Number(cell.times.toPrecision(2)).toFixed(cell.times < 9.95 ? 1 : 0)}×`;
  };

  function step(times, bounds) {
    return bounds.slice(1).filter((bound) => times >= bound).length;
  }

  function verdict(box) {
    if (box.alone) return "no other toll to compare it with";
    const name = "the lowest of its row";
    if (box.lowest) return name;
    const times =
      box.times === null ? "no number of times the lowest, which may be 0 or less" : `${HT.format.figure(box.times)} times the lowest`;
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
    const small = estimate
      ? (unit.name === "ratio" ? unit.format(estimate.value) : HT.format.signed(unit.format)(estimate.value).replace(" cycles", "")) +
        (estimate.reached ? "" : "†")
      : "";
    const large = (box.alike ? (narrow(cell) ? "=" : "= ") : "") + ratio(box);
    const beside = HT.text.width(large, look) + HT.text.width(small, { size: 11 }) + (large ? 24 : 12) <= cell ? small : "";
    return { large: HT.text.fit(large, cell - 8, look), small: beside };
  }

  return { cells, wins, step, verdict, words, narrow };
})();
