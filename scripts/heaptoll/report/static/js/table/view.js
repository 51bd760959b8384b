/* The table as it is seen: a head that sorts, as many rows as have been asked for. */
"use strict";

HT.tableView = function (place, onSort) {
  const { h } = HT;

  function head(columns, column, descending) {
    return h("tr", null, columns.map((each) => {
      const sorts = each === column;
      const arrow = h("span", { class: "arrow", "aria-hidden": "true" }, sorts ? (descending ? "▼" : "▲") : "");
      return h("th", { scope: "col", class: each.number ? "number" : null, "aria-sort": sorts ? (descending ? "descending" : "ascending") : null },
        h("button", { type: "button", class: "sorter", "data-key": each.name, "aria-label": each.label ? `${each.label}, by width` : null, onclick: () => onSort(each) }, each.number ? [arrow, each.title] : [each.title, arrow]));
    }));
  }

  /* One for each allocator and status, copied. */
  const names = new Map();
  function named(row) {
    const key = `${row.allocator.index} ${row.status === "contended"}`;
    if (!names.has(key)) names.set(key, HT.marks.named(row.allocator, row.status === "contended"));
    return names.get(key).cloneNode(true);
  }

  /* There are many cells: made without HT.h and its conveniences. */
  function line(columns, row) {
    const tr = document.createElement("tr");
    for (const each of columns) {
      if (each.name === "case") {
        const name = HT.breakable(row.case.name);
        tr.append(h("th", { scope: "row" }, HT.case(row.case.name) ? h("a", { href: HT.state.link("case.html", { case: row.case.name }) }, name) : name));
        continue;
      }
      const td = document.createElement("td");
      if (each.number) td.className = "number";
      else if (each.quiet) td.className = "muted";
      else if (each.name === "reason") td.className = "reason";
      else if (each.name === "status" && row.status !== "ok") td.className = "not-ok";
      if (each.name === "allocator") td.append(named(row));
      else td.append(each.text(row));
      tr.append(td);
    }
    return tr;
  }

  let table = null;

  /* `more`: only rows were added at the end, those that are there stay. */
  function show({ columns, rows, count, column, descending, more }) {
    const there = more && table ? table.tBodies[0].rows.length : 0;
    const lines = rows.slice(there, count).map((row) => line(columns, row));
    if (there) {
      table.tBodies[0].append(...lines);
      return;
    }
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const { scrollLeft } = place;
    table = h("table", null, h("thead", null, head(columns, column, descending)), h("tbody", null, lines));
    place.replaceChildren(table);
    place.scrollLeft = scrollLeft;
    const again = focused && [...place.querySelectorAll(".sorter")].find((each) => each.dataset.key === focused);
    if (again) again.focus({ preventScroll: true });
  }

  return show;
};
