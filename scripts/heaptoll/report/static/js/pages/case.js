/* The page of the case that the address names; of all cases when it names none. */
"use strict";

(function () {
  const { h, state, current } = HT;
  const at = (id) => document.getElementById(id);
  const kinds = document.title;
  let shown = null;
  let figures = null;
  let list = null;

  function render() {
    const changed = current.name !== shown;
    const key = document.activeElement && document.activeElement.dataset.key;
    shown = current.name;
    const of = current.case;
    at("case").hidden = !of;
    at("list").hidden = !!of;
    document.title = current.name ? `${current.name} · Heaptoll` : kinds;
    if (of) showCase();
    else showList();
    if (changed) arrive(key);
  }

  function showCase() {
    HT.caseHead(at("name"), at("introduction"));
    HT.caseAnswers(at("answers"));
    HT.caseMeasured(at("measured"));
    HT.caseNeighbours(at("series"));
    if (at("go")) HT.caseGo(at("go"), at("go-figures"));
    if (at("sources")) HT.caseCode(at("sources"));
    HT.caseCommands(at("commands"));
    at("along").hidden = !!current.detail && !HT.charts.case_series.chosen();
    if (figures) return;
    // Not before: they need a place with a width.
    HT.controls(at("controls"), { scenarios: false });
    const charts = [["case_arms", "arms"], ["case_launches", "launches"], ["case_series", "along"]];
    figures = charts.map(([chart, place]) => HT.figure(HT.charts[chart], at(place)));
    go(state.get("chart"));
  }

  /* To the chart that a link names, once what is above it has its height. */
  async function go(id) {
    const found = figures.find((figure) => figure.id === id);
    if (!found) return;
    for (const figure of figures) await figure.ready();
    found.element.scrollIntoView({ block: "start", behavior: "instant" });
  }

  function showList() {
    at("name").textContent = current.name ? "There is no such case in this run" : "Cases";
    at("introduction").replaceChildren(...(current.name ? unknown() : []));
    if (!list) list = HT.caseList(at("list"));
    else list();
  }

  function unknown() {
    const near = HT.nearestCases(current.name);
    return [
      h("p", null, "The address asks for ", h("code", null, current.name), ", which was not measured, or has another name here."),
      h("p", null, "The nearest names:"),
      h("ul", { class: "near" }, near.map((each) => h("li", null, h("a", { href: current.link(each) }, each.name)))),
      h("p", null, h("a", { href: state.link("table.html", {}) }, "The table of everything"), ", or the list of all cases below."),
    ];
  }

  /* Another case in the same page: as if another page had opened. Who steps through neighbours stays at the step. */
  let first = true;
  function arrive(key) {
    if (first) { first = false; return; }
    const again = key && [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
    if (again) {
      again.focus({ preventScroll: true });
      again.scrollIntoView({ block: "nearest" });
    } else {
      window.scrollTo({ top: 0, behavior: "instant" });
      at("content").focus({ preventScroll: true });
    }
    HT.announce(at("name").textContent);
  }

  HT.themeSwitch(at("theme"));
  HT.carryChoices();
  state.listen(render);
  render();
})();
