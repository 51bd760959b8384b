/* Every arm of a case under every allocator, with all that is known of it. */
"use strict";

HT.caseMeasured = function (place) {
  const { h, current, format } = HT;
  const interval = (estimate) => (estimate ? `${format.figure(estimate.low)} to ${format.figure(estimate.high)}${estimate.reached ? "" : " (all)"}` : "");
  const count = (value) => (value === null ? "–" : String(value));
  const rows = current.arms.flatMap((arm) => HT.state.allocators().map((allocator) => {
    const took = HT.arm(current.case, arm, allocator);
    const who = [h("th", { scope: "row" }, arm), h("td", null, HT.marks.named(allocator, !!took && took.status === "contended"))];
    if (!took) return h("tr", null, who, h("td", { colspan: 9, class: "muted" }, "not in this run"));
    const number = (text) => h("td", { class: "number" }, text);
    return h("tr", null, who,
      number(took.ns ? format.figure(took.ns.value) : "–"), h("td", { class: "muted" }, interval(took.ns)),
      number(took.cycles ? format.figure(took.cycles.value) : "–"), number(count(took.instructions)), number(count(took.allocs)),
      number(count(took.alloc_bytes)), number(count(took.minor_faults)), number(String(took.launches)),
      h("td", { class: "reason" }, h("span", { class: `status ${took.status === "ok" ? "" : "not-ok"}` }, took.status), took.reason ? ` ${took.reason}` : ""));
  }));
  const heads = [["arm"], ["allocator"], ["ns", 1], ["95 % interval"], ["core cycles", 1], ["instructions", 1], ["blocks", 1], ["bytes", 1], ["page faults", 1], ["launches", 1], ["status"]];
  place.replaceChildren(h("table", null,
    h("caption", { class: "small" }, "Per operation: medians over the launches; blocks and bytes as the audit counted them. – is not known."),
    h("thead", null, h("tr", null, heads.map(([text, right]) => h("th", { scope: "col", class: right ? "number" : null }, text)))),
    h("tbody", null, rows)));
};
