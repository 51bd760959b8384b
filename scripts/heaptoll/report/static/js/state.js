/* What the reader has chosen, kept after the # of the address: a view can be linked, and the page works from a file.

   unit=ns|cycles|ratio  scale=log|linear  off=allocators left out  scenario=the only one shown  theme=light|dark
   and what single pages add. What has its default is not in the address. */
"use strict";

HT.state = (function () {
  const DEFAULTS = { unit: "ns", scale: "log", off: "", scenario: "", theme: "" };
  const CARRIED = ["unit", "scale", "off", "theme"];
  const listeners = [];
  let values = read();

  function read() {
    return Object.assign({}, DEFAULTS, Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
  }

  function hash(chosen) {
    const kept = Object.entries(chosen).filter(([name, value]) => value !== (DEFAULTS[name] || ""));
    // "/" is frequent in case names and harmless here.
    return new URLSearchParams(kept).toString().replace(/%2F/g, "/");
  }

  /* Changes some values. Neighbouring steps (typing in a field) make one entry of the browser's history. */
  function set(changes) {
    values = Object.assign({}, values, changes);
    const text = hash(values);
    history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
    listeners.forEach((listener) => listener(values));
  }

  window.addEventListener("hashchange", () => {
    if (location.hash === "#content") return;
    values = read();
    listeners.forEach((listener) => listener(values));
  });

  return {
    get: (name) => values[name] || DEFAULTS[name] || "",
    set,
    listen: (listener) => listeners.push(listener),
    /* All but the theme, which is no part of a view. */
    isDefault: () => Object.entries(values).every(([name, value]) => name === "theme" || value === (DEFAULTS[name] || "")),
    reset: () => set(Object.fromEntries(Object.keys(values).filter((name) => name !== "theme").map((name) => [name, DEFAULTS[name] || ""]))),
    /* A page with what is carried on from this one, and what is said beside it. */
    link(page, more) {
      const carried = Object.fromEntries(CARRIED.map((name) => [name, values[name]]));
      const text = hash(Object.assign(carried, more));
      return text ? `${page}#${text}` : page;
    },
    unit() {
      return HT.format.units[values.unit] || HT.format.units.ns;
    },
    allocators() {
      const off = new Set(values.off.split(",").filter(Boolean));
      const shown = HT.data.allocators.filter((each) => !off.has(each.name));
      return shown.length ? shown : HT.data.allocators;
    },
  };
})();
