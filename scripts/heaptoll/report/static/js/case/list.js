/* All cases, by scenario and variant; and what is near a name that is none of them. */
"use strict";

HT.caseList = function (place) {
  const { h, state, data } = HT;
  const MANY = 30;
  const search = h("input", {
    type: "search", name: "find", value: state.get("find"), "aria-describedby": "found", autocomplete: "off", spellcheck: "false",
    oninput: () => state.set({ find: search.value }),
  });
  const found = h("p", { id: "found", class: "muted", role: "status" });
  const sections = h("div");

  function render() {
    if (document.activeElement !== search) search.value = state.get("find");
    const wanted = state.get("find").toLowerCase();
    const cases = data.cases.filter((each) => `${each.name} ${each.explains || ""}`.toLowerCase().includes(wanted));
    const groups = d3.group(cases, (each) => each.scenario, (each) => each.variant);
    found.textContent = wanted ? `${cases.length} of ${data.cases.length} cases` : `${data.cases.length} cases`;
    sections.replaceChildren(...[...groups].map(section));
  }

  function section([scenario, variants]) {
    const question = [...variants.values()][0][0].question;
    return h("section", null, h("h2", null, scenario), question ? h("p", { class: "muted" }, question) : null,
      h("dl", { class: "variants" }, [...variants].map(line)));
  }

  function line([variant, cases]) {
    const links = cases.map((each) => h("a", { href: HT.current.link(each), title: each.explains || "" }, point(each)));
    const all = h("ul", null, links.map((link) => h("li", null, link)));
    if (cases.length <= MANY) return h("div", { class: "line" }, h("dt", null, variant), h("dd", null, all));
    const typical = cases.find((each) => each.stands) || cases[0];
    return h("div", { class: "line" }, h("dt", null, variant), h("dd", null,
      h("a", { href: HT.current.link(typical) }, point(typical)),
      h("details", { open: !!state.get("find") }, h("summary", null, `all ${cases.length}`), all)));
  }

  /* What a name says beyond scenario and variant. */
  function point(of) {
    const start = `${of.scenario}/${of.variant}/`;
    return of.name.startsWith(start) && of.name.length > start.length ? of.name.slice(start.length) : of.name;
  }

  place.replaceChildren(h("p", null, h("label", null, "Find a case ", search)), found, sections);
  render();
  return render;
};

/* Names by how few letters they differ in from one that is wrong, the nearest first. */
HT.nearestCases = function (wrong, most = 6) {
  const text = wrong.slice(0, 120).toLowerCase();
  return HT.data.cases
    .map((each) => [each, distance(text, each.name.toLowerCase())])
    .sort((one, other) => one[1] - other[1]).slice(0, most).map(([each]) => each);

  /* Levenshtein's. */
  function distance(one, other) {
    let row = Array.from({ length: other.length + 1 }, (_, i) => i);
    for (let i = 1; i <= one.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= other.length; j += 1) {
        next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1)));
      }
      row = next;
    }
    return row[other.length];
  }
};
