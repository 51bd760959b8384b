/* Which rows: tolls or arms, a text, an arm, a status. The bar above it has the allocators and the scenario. */
"use strict";

HT.tableFilters = function (form, kind) {
  const { h, state, data } = HT;
  const statuses = [...new Set(HT.tableRows.rows("arms").map((row) => row.status))];

  const kinds = h("fieldset", { class: "choice" }, h("legend", null, "A row for each"),
    [["", "toll"], ["arms", "arm"]].map(([value, text]) => h("label", null,
      h("input", { type: "radio", name: "rows", value, onchange: () => state.set({ rows: value, sort: "" }) }), h("span", null, text))));
  const text = h("input", {
    type: "search", name: "find", autocomplete: "off", spellcheck: "false", placeholder: "text or /regex/",
    oninput: () => { clearTimeout(soon); soon = setTimeout(() => state.set({ find: text.value }), 120); },
  });
  let soon = 0;
  const choose = (name, label, values) => {
    const select = h("select", { name, onchange: () => state.set({ [name]: select.value }) },
      h("option", { value: "" }, "any"), values.map((value) => h("option", { value }, value)));
    return { select, label: h("label", { class: "choice" }, label, select) };
  };
  const arm = choose("arm", "Arm ", data.arms);
  const status = choose("status", "Status ", statuses);

  function render() {
    kinds.querySelectorAll("input").forEach((input) => (input.checked = input.value === (kind() === "arms" ? "arms" : "")));
    if (document.activeElement !== text) text.value = state.get("find");
    arm.label.hidden = kind() !== "arms";
    for (const [name, { select }] of [["arm", arm], ["status", status]]) {
      // What the address asks for is shown, even if no row has it.
      if (![...select.options].some((option) => option.value === state.get(name))) select.append(h("option", { value: state.get(name) }, state.get(name)));
      select.value = state.get(name);
    }
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.append(kinds, h("label", { class: "choice" }, "Find ", text), arm.label, status.label);
  state.listen(render);
  render();
};
