/* Everything in one table. In the address:
   rows=arms (else tolls)  find=text or /regex/  scenario=  arm=  status=  sort=column, sort=-column: the largest first */
"use strict";

(function () {
  const { h, state } = HT;
  const FIRST = 100;
  const STEPS = [200, 1000];
  const at = (id) => document.getElementById(id);
  const show = HT.tableView(at("region"), sortBy);
  let count = FIRST;
  let asked = "";
  let found = null;

  const kind = () => (state.get("rows") === "arms" ? "arms" : "tolls");
  const columns = () => HT.tableColumns[kind()];

  function wanted() {
    const sort = state.get("sort");
    const column = columns().find((each) => each.name === sort.replace(/^-/, ""));
    return {
      kind: kind(), text: state.get("find"), scenario: state.get("scenario"), allocators: state.lanes(), arm: state.get("arm"),
      status: state.get("status"), column, descending: sort.startsWith("-"),
    };
  }

  /* Once: as one expects. Again: the other way round. A third time: the run's own order. */
  function sortBy(column) {
    const first = column.number || column.quiet ? `-${column.name}` : column.name;
    const second = first.startsWith("-") ? column.name : `-${column.name}`;
    state.set({ sort: { [first]: second, [second]: "" }[state.get("sort")] ?? first });
    const now = state.get("sort");
    HT.announce(now ? `Sorted by ${column.label || column.title}, ${now.startsWith("-") ? "descending" : "ascending"}` : "In the order of the run");
  }

  function render() {
    const chosen = wanted();
    const key = JSON.stringify({ ...chosen, column: chosen.column && chosen.column.name, allocators: chosen.allocators.map((each) => each.name) });
    if (key === asked) return;
    asked = key;
    count = FIRST;
    found = HT.tableRows.chosen(chosen);
    at("complaint").hidden = !found.complaint;
    at("complaint").textContent = found.complaint;
    show({ columns: columns(), rows: found.rows, count, column: chosen.column, descending: chosen.descending, more: false });
    at("count").textContent = found.rows.length === found.of ? `${found.of} rows` : `${found.rows.length} of ${found.of} rows`;
    at("region").hidden = !found.rows.length;
    at("download").disabled = !found.rows.length;
    more();
  }

  function more() {
    if (!found.rows.length) {
      const clear = () => { state.set({ find: "", scenario: "", arm: "", status: "", off: "" }); at("region").focus({ preventScroll: true }); };
      at("more").replaceChildren(h("span", null, "No row is like that."), h("button", { type: "button", onclick: clear }, "Show everything"));
      return;
    }
    const left = found.rows.length - count;
    const button = (rows, text) => h("button", { type: "button", onclick: () => grow(rows) }, text);
    at("more").replaceChildren(...(left > 0 ? [
      h("span", null, `${count} shown.`), ...STEPS.filter((step) => step < left).map((step) => button(step, `Show ${step} more`)),
      ...(left <= STEPS.at(-1) ? [button(left, `Show all ${found.rows.length}`)] : []),
    ] : []));
  }

  function grow(by) {
    count += by;
    show({ columns: columns(), rows: found.rows, count, more: true });
    more();
    HT.announce(`${Math.min(count, found.rows.length)} rows shown`);
    const again = at("more").querySelector("button");
    if (again) again.focus();
    else at("region").focus({ preventScroll: true });
  }

  function download() {
    const cells = columns().flatMap((column) => column.csv);
    const run = HT.data.run.id.replace(/[^\w.-]+/g, "_");
    HT.download(`heaptoll-${run}-${kind()}.csv`, "text/csv", HT.csv(cells.map(([name]) => name), found.rows.map((row) => cells.map(([, value]) => value(row)))));
  }

  HT.themeSwitch(at("theme"));
  HT.carryChoices();
  HT.controls(at("controls"), { units: false, scale: false, go: true });
  HT.tableFilters(at("filters"), kind);
  at("download").addEventListener("click", download);
  state.listen(render);
  render();
})();
