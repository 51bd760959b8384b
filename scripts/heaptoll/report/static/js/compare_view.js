/* What is compared now, and what of it is shown: HT.comparison.

   HT.comparison.set(found)  {rows, differing, oneSided, warnings}, as of compare_run.js; null for nothing
   HT.comparison.rows()      the rows that the choices in the address leave, the largest change first, each with
                             percent, lowPercent, highPercent, zonePercent (null where the base is too small to be a measure)
   HT.comparison.kind(row)   what a row is about, of KINDS
   Choices: measure=heap|stack|toll|ratio|arms  verdict=slower|faster|same|unsure  find=part of a case's name  off  scenario */
"use strict";

HT.comparison = (function () {
  const KINDS = [
    ["heap", "heap", "the heap arm, time per operation"], ["stack", "stack", "the stack arm, time per operation"],
    ["toll", "toll", "heap minus stack"], ["ratio", "heap ÷ stack", "how many times the stack's time the heap takes"],
    ["arms", "other arms", "what else the cases have: null, inline, arena, …"],
  ];
  const VERDICTS = ["slower", "faster", "same", "unsure"];
  let found = null;

  /* Columns of a data file as such rows. */
  function unpacked(data) {
    const rows = HT.objects(data.rows).map((row) => ({
      ...row, case: HT.data.cases[row.case].name, allocator: HT.data.allocators[row.allocator].name, arm: data.arms[row.arm],
      verdict: data.verdicts[row.verdict], note: data.notes[row.note], baseLaunches: row.base_launches, headLaunches: row.head_launches,
    }));
    return { rows, differing: data.differing, oneSided: data.one_sided, warnings: data.warnings };
  }

  function set(comparison) {
    found = comparison;
    if (!found) return;
    const cases = new Map(HT.data.cases.map((each) => [each.name, each]));
    const allocators = new Map(HT.data.allocators.map((each) => [each.name, each]));
    for (const row of found.rows) {
      // A toll that is smaller than what counts as no change is no measure of anything.
      const whole = row.base > (row.arm === "toll" ? row.zone : 0) ? row.base / 100 : null;
      const share = (value) => (whole === null ? null : value / whole);
      Object.assign(row, {
        of: cases.get(row.case), by: allocators.get(row.allocator), percent: share(row.change), lowPercent: share(row.low),
        highPercent: share(row.high), zonePercent: share(row.zone), contended: row.note.startsWith("contended"),
      });
    }
  }

  const kind = (row) => (KINDS.some(([name]) => name === row.arm) ? row.arm : "arms");
  const measure = () => (KINDS.some(([name]) => name === HT.state.get("measure")) ? HT.state.get("measure") : "heap");
  const verdict = () => (VERDICTS.includes(HT.state.get("verdict")) ? HT.state.get("verdict") : "");

  /* What every choice but measure and verdict leaves. */
  function chosen() {
    if (!found) return [];
    const shown = new Set(HT.state.allocators().map((each) => each.name));
    const [scenario, find] = [HT.state.get("scenario"), HT.state.get("find").toLowerCase()];
    return found.rows.filter((row) => shown.has(row.allocator) && (!scenario || row.of.scenario === scenario)
      && (!find || row.case.toLowerCase().includes(find)));
  }

  const size = (row) => (row.percent === null ? (row.zone ? row.change / row.zone : 0) : row.percent);

  function rows() {
    return chosen().filter((row) => kind(row) === measure() && (!verdict() || row.verdict === verdict()))
      .sort((one, other) => size(other) - size(one));
  }

  /* A value of a row, with its unit. */
  const value = (row, number) => (row.arm === "ratio" ? HT.format.ratio(number) : HT.format.ns(number));
  const difference = (row, number) => (number > 0 ? "+" : "") + value(row, number);
  /* What the two ends of a row's interval are: so few launches give no interval, but a range. */
  const ends = (row) => (row.note.includes("give no 95 % interval") ? "whole range" : "95 % interval");
  function percent(number) {
    return number === null ? "–" : `${HT.format.percent(number)} %`;
  }

  return { KINDS, VERDICTS, set, unpacked, chosen, rows, kind, measure, verdict, value, difference, percent, ends, get found() { return found; } };
})();
