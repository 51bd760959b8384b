/* The case that the address names, and what has been loaded for it.

   HT.current.name     what the address says, "" for none
   HT.current.case     one of HT.data.cases, undefined when it is none of them
   HT.current.detail   {words, answers, commands, series, twin} of case_data.py, or undefined while it loads
   HT.current.launches {arm: {allocator: [ns]}}, the same
   HT.current.code     what code.json.xz has for the case, the same */
"use strict";

HT.current = (function () {
  const loaded = new Map();
  const failed = new Map();

  /* A data file's contents if they are here. If not they are asked for, and all is shown again when they have come. */
  function file(name) {
    if (!loaded.has(name) && !failed.has(name)) {
      loaded.set(name, undefined);
      HT.load(name).then((data) => loaded.set(name, data), (error) => failed.set(name, error)).then(HT.state.renew);
    }
    return loaded.get(name);
  }

  const number = (of) => scenarios().indexOf(of.scenario);
  const scenarios = () => [...new Set(HT.data.cases.map((each) => each.scenario))];
  const own = (object, key) => (object && Object.hasOwn(object, key) ? object[key] : undefined);

  return {
    NONE: "No case is chosen.", // in charts that nobody sees then
    get name() { return HT.state.get("case"); },
    get case() { return HT.case(HT.state.get("case")); },
    get detail() {
      const of = this.case;
      return of && own((file(`cases-${number(of)}`) || {}).cases, of.index);
    },
    get launches() {
      const of = this.case;
      const all = of && file(`launches-${number(of)}`);
      return all && (own(all, of.name) || {});
    },
    /* The series it belongs to: [{label, bytes, numeric, cases, texts, values}] */
    get series() {
      const of = this.case;
      const all = of && file(`cases-${number(of)}`);
      return all ? this.detail.series.map((i) => all.series[i]) : [];
    },
    get code() {
      const of = this.case;
      return of && file(`code-${number(of)}`);
    },
    /* Why something of it cannot be shown, or "". */
    get trouble() {
      return [...failed.values()].map((error) => error.message).join(" ");
    },
    /* Its arms, in the order in which they are told everywhere. */
    get arms() {
      const of = this.case;
      return !of ? [] : HT.data.arms.filter((arm) => HT.data.allocators.some((allocator) => HT.arm(of, arm, allocator)));
    },
    link: (of) => HT.state.link("case.html", { case: of.name }),
  };
})();
