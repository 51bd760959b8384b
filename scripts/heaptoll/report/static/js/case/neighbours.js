/* Links to the cases that differ in one parameter, and to the twin that waits, or does not. */
"use strict";

HT.caseNeighbours = function (place) {
  const { h, current, data } = HT;
  const MOST = 9;
  const of = current.case;
  const link = (index, text, rel) => (index === of.index
    ? h("span", { class: "here", "aria-current": "true" }, text)
    : h("a", { href: current.link(data.cases[index]), rel, "data-key": rel }, text));

  /* Of a long series those around this case, and both ends. */
  function few(series) {
    const at = series.cases.indexOf(of.index);
    const last = series.cases.length - 1;
    if (last < MOST) return series.cases.map((_, i) => i);
    return series.cases.map((_, i) => i).filter((i) => i === 0 || i === last || Math.abs(i - at) <= 2);
  }

  const rows = current.series.map((series, number) => {
    const at = series.cases.indexOf(of.index);
    const items = [];
    few(series).forEach((i, nth, all) => {
      if (nth && i !== all[nth - 1] + 1) items.push(h("li", { class: "muted", "aria-hidden": "true" }, "…"));
      items.push(h("li", null, link(series.cases[i], series.texts[i])));
    });
    const step = (by, text, rel) => {
      const to = series.cases[at + by];
      return to === undefined ? null : h("a", { href: current.link(data.cases[to]), rel, "data-key": `${rel}-${number}`, "aria-label": `${rel === "prev" ? "Previous" : "Next"} by ${series.label}: ${series.texts[at + by]}` }, text);
    };
    return h("div", { class: "line" }, h("dt", null, series.label),
      h("dd", null, series.numeric ? h("span", { class: "steps" }, step(-1, "‹ previous", "prev"), step(1, "next ›", "next")) : null, h("ul", null, items)));
  });
  const twin = current.detail && current.detail.twin !== null ? data.cases[current.detail.twin] : null;
  if (twin) {
    const waits = twin.params.form === "dependent";
    rows.push(h("div", { class: "line" }, h("dt", null, waits ? "latency" : "throughput"), h("dd", null,
      h("a", { href: current.link(twin) }, waits ? "the same, where each operation needs the result of the one before" : "the same, where no operation waits for another"))));
  }
  place.replaceChildren(rows.length ? h("dl", { class: "series" }, rows) : h("p", { class: "muted" }, "No other case of its variant differs in one parameter only."));
};
