/* The answer page: the charts below each other, the first at once, the others when they come near or the page is idle. */
"use strict";

HT.index = function (charts) {
  const { h, state } = HT;
  const place = document.getElementById("charts");
  const ofGo = document.getElementById("go-charts");
  const figures = charts.map((chart) => HT.figure(chart, chart.id.startsWith("go") ? ofGo : place));

  function jump(event, id) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    state.set({ chart: id });
    HT.goTo(figures, id);
  }

  const list = h(
    "ul",
    null,
    charts.map((chart) => h("li", null, h("a", { onclick: (event) => jump(event, chart.id), "data-chart": chart.id }, chart.question))),
  );
  function links() {
    list
      .querySelectorAll("a")
      .forEach((link) => (link.href = state.link("index.html", { chart: link.dataset.chart, scenario: state.get("scenario") })));
  }
  state.listen(links);
  links();
  document.getElementById("questions").append(list);
  document.querySelectorAll("[data-allocator]").forEach((name) => name.prepend(HT.marks.allocator(HT.data.allocators[name.dataset.allocator])));
  /* The sentences at the top lead to the charts that show what they say. */
  document.querySelectorAll(".answer a[data-chart]").forEach((link) => {
    link.hidden = !figures.some((figure) => figure.id === link.dataset.chart);
    link.addEventListener("click", (event) => jump(event, link.dataset.chart));
  });

  if (state.get("chart")) HT.goTo(figures, state.get("chart"));
  const idle = window.requestIdleCallback || ((then) => setTimeout(then, 200));
  (function rest(from) {
    if (from < figures.length) idle(() => figures[from].ready().finally(() => rest(from + 1)));
  })(0);
};

HT.themeSwitch(document.getElementById("theme"));
HT.carryChoices();
HT.controls(document.getElementById("controls"));
HT.index([
  HT.charts.headline,
  HT.charts.forest,
  HT.charts.heat_map,
  HT.charts.size_sweep,
  HT.charts.toll_parts,
  HT.charts.break_even,
  HT.charts.lifetime_blocks,
  ...(HT.go ? [HT.charts.go, HT.charts.go_live_heap] : []),
]);
