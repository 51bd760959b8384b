/* The bar above the charts: which allocators, which unit, which scale, which scenario. It shows the state and changes it.
   `go`: Go is among the allocators, where the run has it. */
"use strict";

HT.controls = function (place, { scenarios = true, units = true, scale = true, go = false } = {}) {
  const { h, state } = HT;

  function choice(legend, name, options) {
    const group = h("fieldset", { class: "choice" }, h("legend", null, legend));
    for (const [value, text] of options) {
      const input = h("input", {
        type: "radio", name: `choice-${name}`, value, checked: state.get(name) === value,
        onchange: () => state.set({ [name]: value }),
      });
      group.append(h("label", null, input, h("span", null, text)));
    }
    return group;
  }

  function allocators() {
    const every = go && HT.go ? [...HT.data.allocators, HT.go.lane] : HT.data.allocators;
    const shown = new Set((go ? state.lanes() : state.allocators()).map((each) => each.name));
    const group = h("fieldset", { class: "choice" }, h("legend", null, "Allocators"));
    for (const each of every) {
      const input = h("input", {
        type: "checkbox", checked: shown.has(each.name), name: "allocator", value: each.name,
        onchange: () => {
          const off = every.filter((other) => (other === each ? !input.checked : !shown.has(other.name)));
          // One stays on: a chart of nothing answers nothing.
          if (off.length === every.length) { input.checked = true; return; }
          state.set({ off: off.map((other) => other.name).join(",") });
        },
      });
      group.append(h("label", null, input, h("span", { class: "named" }, HT.marks.allocator(each), each.name)));
    }
    return group;
  }

  function scenario() {
    const names = [...new Set(HT.data.cases.map((each) => each.scenario))];
    const select = h("select", { name: "scenario", onchange: () => state.set({ scenario: select.value }) },
      h("option", { value: "" }, "all"), names.map((name) => h("option", { value: name }, name)));
    select.value = names.includes(state.get("scenario")) ? state.get("scenario") : "";
    return h("label", { class: "choice" }, "Scenario ", select);
  }

  function render() {
    place.className = "controls";
    place.replaceChildren(
      allocators(),
      ...(units ? [choice("Unit", "unit", Object.values(HT.format.units).map((unit) => [unit.name, unit.title]))] : []),
      ...(scale ? [choice("Scale", "scale", [["log", "logarithmic"], ["linear", "linear"]])] : []),
      ...(scenarios ? [scenario()] : []),
      h("button", { type: "button", name: "reset", disabled: state.isDefault(), onclick: () => { state.reset(); HT.announce("All choices are as at first."); } }, "Reset"),
    );
  }

  state.listen(() => HT.keepFocus(place, render));
  render();
};

/* Light, dark, or as the system has it. */
HT.themeSwitch = function (place) {
  const { h, state } = HT;
  const select = h("select", { "aria-label": "Theme", onchange: () => state.set({ theme: select.value }) },
    h("option", { value: "" }, "Theme: auto"), h("option", { value: "light" }, "Theme: light"), h("option", { value: "dark" }, "Theme: dark"));
  function show() {
    select.value = state.get("theme");
    if (state.get("theme")) document.documentElement.dataset.theme = state.get("theme");
    else delete document.documentElement.dataset.theme;
  }
  place.replaceChildren(select);
  state.listen(show);
  show();
};

/* Links between pages carry the choices on: those of the header, and those that are marked so (`data-carry`). A link to
   a place ("method.html#toll") then names it as at=toll, and whoever arrives is brought there. */
HT.carryChoices = function () {
  const { state } = HT;
  const links = [...document.querySelectorAll("header a[href], a[data-carry]")]
    .map((link) => [link, ...link.getAttribute("href").split(/#(.*)/s)]);
  function renew() {
    for (const [link, page, place] of links) {
      if (!place) link.href = state.link(page);
      else if (place.includes("=")) link.href = state.link(page, Object.fromEntries(new URLSearchParams(place)));
      // Nothing to carry: the browser's own way works without us.
      else link.href = state.link(page) === page ? `${page}#${place}` : state.link(page, { at: place });
    }
  }
  state.listen(renew);
  renew();
  window.addEventListener("hashchange", () => { if (state.get("at")) HT.arrive(); });
  // The browser's own way would put #content in the place of the choices.
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("content").focus();
  });
  HT.arrive();
};

/* Brings the reader to the place that the address names. For pages, too, to which something has been added above it. */
HT.arrive = function () {
  const id = HT.state.get("at") || HT.state.get("chart") || /^#([\w-]+)$/.exec(location.hash)?.[1];
  const place = id && document.getElementById(id);
  if (place) place.scrollIntoView({ behavior: "instant" });
};
