/* The index of machines: one case's toll on each, and what each was measured on. Also the first page of the published site,
   which has no run of its own. */
"use strict";

HT.machines = {
  listed: [],
  known: new Map(),
  cases: [],
  usual: "",

  chosen: () => (HT.machines.cases.includes(HT.state.get("case")) ? HT.state.get("case") : HT.machines.usual),

  /* A machine's allocators but those that the controls switch off, in the order of all. */
  allocators(machine) {
    const shown = new Set(HT.state.allocators().map((each) => each.name));
    const off = new Set(HT.data.allocators.map((each) => each.name).filter((each) => !shown.has(each)));
    return [...HT.machines.known.values()].filter((each) => Object.hasOwn(machine.allocators || {}, each.name) && !off.has(each.name));
  },

  what: () => (HT.state.unit().name === "ratio" ? "Heap ÷ stack" : "Toll"),

  toll(machine, allocator, unit) {
    const figures = machine.tolls?.[HT.machines.chosen()]?.[allocator.name];
    const at = { ns: 0, cycles: 4, ratio: 8 }[unit.name];
    return figures && figures[at] !== null ? { value: figures[at], low: figures[at + 1], high: figures[at + 2], reached: !!figures[at + 3], contended: !!figures[12] } : null;
  },

  about: (machine) => [machine.cpu || "unknown CPU", machine.cores && `${machine.cores} cores`, machine.measured_ghz && `${machine.measured_ghz.toFixed(2)} GHz`,
    machine.hypervisor && `under ${machine.hypervisor}`].filter(Boolean).join(", "),
};

(function () {
  const { h, state, machines } = HT;
  const place = (id) => document.getElementById(id);

  HT.themeSwitch(place("theme"));
  HT.carryChoices();

  function cases() {
    const select = h("select", { id: "case", onchange: () => state.set({ case: select.value === machines.usual ? "" : select.value }) },
      machines.cases.map((name) => h("option", { value: name }, name)));
    select.value = machines.chosen();
    const focused = document.activeElement && document.activeElement.id === "case";
    place("cases").replaceChildren(h("label", { class: "choice" }, "Case ", select));
    if (focused) select.focus();
  }

  const lines = (...texts) => texts.filter(Boolean).map((text) => h("span", { class: "line" }, text));

  function name(machine) {
    const own = HT.data.run && machine.this;
    return h("th", { scope: "row" },
      machine.page ? h("a", { href: state.link(machine.page) }, machine.name) : machine.name,
      own && machine.name !== "This run" ? lines("this page’s run") : null,
      machine.compare ? h("a", { class: "line", href: state.link("compare.html", { base: machine.name }) }, "compare with it") : null,
      machine.compare_page ? h("a", { class: "line", href: machine.compare_page }, "compare it with others") : null);
  }

  function row(machine) {
    if (machine.why) return h("tr", null, h("th", { scope: "row" }, machine.name), h("td", { colspan: 5, class: "unread" }, `Could not be read: ${machine.why}`));
    const unit = state.unit();
    const shown = machines.allocators(machine).map((each) => [each, machines.toll(machine, each, unit)]);
    const commit = machine.revision ? `commit ${machine.revision.slice(0, 12)}${machine.dirty ? " with local changes" : ""}` : "unknown commit";
    return h("tr", null, name(machine),
      h("td", null, lines(machine.cpu || "unknown CPU", [machine.cores && `${machine.cores} cores`, machine.measured_ghz && `${machine.measured_ghz.toFixed(2)} GHz`].filter(Boolean).join(", "), machine.hypervisor && `under ${machine.hypervisor}`)),
      h("td", null, lines(machine.kernel, `libc ${machine.libc || "unknown"}`, machine.compiler || "unknown compiler")),
      h("td", null, Object.entries(machine.allocators).map(([allocator, version]) => h("span", { class: "line" }, `${allocator} ${(version || "unknown").split("-")[0]}`))),
      h("td", null, lines(`${machine.started_utc} UTC`, commit, `profile ${machine.profile}${machine.status === "complete" ? "" : `, ${machine.status}`}`, `${machine.cases} cases × ${machine.launches} launches`,
        machine.quiet_share === null ? "quiet share unknown" : `${(100 * machine.quiet_share).toFixed(0)} % of slices quiet`)),
      h("td", null, shown.map(([allocator, toll]) => h("span", { class: "line toll" }, HT.marks.named(allocator, !!toll && toll.contended), " ", toll
        ? [h("strong", null, unit.format(toll.value)), ` (${unit.format(toll.low)} to ${unit.format(toll.high)}${toll.reached ? "" : ", range"}${toll.contended ? ", contended" : ""})`] : "not measured"))));
  }

  function table() {
    place("table").replaceChildren(h("table", null,
      h("caption", null, `${machines.what()}: ${machines.chosen()}, median with its 95 % interval`),
      h("thead", null, h("tr", null, ["machine", "processor", "system and compiler", "allocators", "run", machines.what().toLowerCase()].map((each) => h("th", { scope: "col" }, each)))),
      h("tbody", null, machines.listed.map(row))));
  }

  HT.load("machines").then((data) => {
    machines.listed = data.machines.filter((each) => each.this || each.published);
    machines.known = new Map(data.allocators.map((each, index) => [each.name, { ...each, index }]));
    machines.cases = [...new Set(machines.listed.flatMap((each) => Object.keys(each.tolls || {})))];
    machines.usual = machines.cases.includes(data.case) ? data.case : machines.cases[0] || data.case;
    HT.controls(place("controls"), { scenarios: false });
    HT.figure(HT.charts.machineTolls, place("charts"));
    const render = () => { cases(); table(); };
    state.listen(render);
    render();
  }, (error) => place("charts").replaceChildren(h("p", { class: "warnings" }, error.message)));
})();
