/* A case that was measured in Go too: its stack, heap and toll beside those of C. */
"use strict";

HT.caseGo = function (section, place) {
  const { h, current, format } = HT;
  const of = current.case;
  section.hidden = !HT.go.of(of);
  if (section.hidden) return;
  const estimate = (found, write) => (found
    ? [h("td", { class: "number" }, write(found.value)), h("td", { class: "muted" }, `${write(found.low)} to ${write(found.high)}${found.reached ? "" : " (all)"}`)]
    : [h("td", { class: "number" }, "–"), h("td")]);
  const rows = [...HT.state.allocators(), HT.go.lane].map((lane) => {
    const [stack, heap] = ["stack", "heap"].map((arm) => HT.arm(of, arm, lane));
    const pair = HT.pair(of, lane);
    const contended = HT.cases.contended(of, lane);
    const told = [...(pair && pair.toll_ns ? [] : HT.cases.gap(of, lane).lines), ...(contended ? [HT.cases.CONTENDED] : [])];
    if (HT.cases.go(of, lane)?.uncollected) told.push(HT.cases.UNCOLLECTED);
    return h("tr", null,
      h("th", { scope: "row" }, HT.marks.named(lane, contended)),
      estimate(stack && stack.ns, format.ns), estimate(heap && heap.ns, format.ns),
      estimate(pair && pair.toll_ns, format.signed(format.ns)), estimate(pair && pair.ratio, format.ratio),
      told.length ? h("td", { class: "reason" }, told.join("; ")) : null);
  });
  const heads = ["", "stack", "95 % interval", "heap", "95 % interval", "toll", "95 % interval", "heap ÷ stack", "95 % interval"];
  place.replaceChildren(h("table", null,
    h("thead", null, h("tr", null, heads.map((text) => (text ? h("th", { scope: "col", class: text.endsWith("interval") ? null : "number" }, text) : h("td"))))),
    h("tbody", null, rows)));
};
