/* What the reader has chosen, kept after the # of the address: a view can be linked, and the page works from a file.

   unit=ns|cycles|ratio  scale=log|linear  off=allocators left out  scenario=the only one shown  theme=light|dark
   at=a place on the page (its id), and what single pages add. What has its default is not in the address.
   An address like #toll, with no "=", is the browser's own way to name a place, and says nothing of choices. */
"use strict";

HT.state = (function () {
  const DEFAULTS = { unit: "ns", scale: "log", off: "", scenario: "", theme: "" };
  const CARRIED = ["unit", "scale", "off", "theme"];
  // No choices of a view: how all of them look, and which case the page is about.
  const NO_CHOICES = ["theme", "case"];
  const listeners = [];
  // What else an address asks for is not there, and counts as not asked for.
  const POSSIBLE = { unit: ["ns", "cycles", "ratio"], scale: ["log", "linear"], theme: ["", "light", "dark"] };
  let values = read();

  function get(name) {
    if (name === "scenario" && !HT.data?.cases.some((each) => each.scenario === values.scenario)) return "";
    return values[name] || DEFAULTS[name] || "";
  }

  function isPlace() {
    return location.hash.length > 1 && !location.hash.includes("=");
  }

  function read() {
    const asked = isPlace() ? {} : Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    for (const [name, possible] of Object.entries(POSSIBLE)) if (!possible.includes(asked[name])) delete asked[name];
    return Object.assign({}, DEFAULTS, asked);
  }

  function hash(chosen) {
    const kept = Object.entries(chosen).filter(([name, value]) => value !== (DEFAULTS[name] || ""));
    // "/" is frequent in case names and harmless here.
    return new URLSearchParams(kept).toString().replace(/%2F/g, "/");
  }

  /* Changes some values. Steps make no entries of the browser's history: "back" leads to the page before. Who changes
     something has arrived at the place that was named. */
  function set(changes) {
    values = Object.assign({}, values, { at: "" }, changes);
    const text = hash(values);
    history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
    listeners.forEach((listener) => listener(values));
  }

  window.addEventListener("hashchange", () => {
    if (isPlace()) return;
    values = read();
    listeners.forEach((listener) => listener(values));
  });

  return {
    get,
    set,
    listen: (listener) => listeners.push(listener),
    /* What is shown has changed, though nothing was chosen: data arrived. */
    renew: () => listeners.forEach((listener) => listener(values)),
    isDefault: () => Object.entries(values).every(([name, value]) => NO_CHOICES.includes(name) || value === (DEFAULTS[name] || "")),
    reset: () => set(Object.fromEntries(Object.keys(values).filter((name) => !NO_CHOICES.includes(name)).map((name) => [name, DEFAULTS[name] || ""]))),
    /* A page with what is carried on from this one, and what is said beside it. */
    link(page, more) {
      const carried = Object.fromEntries(CARRIED.map((name) => [name, values[name]]));
      const text = hash(Object.assign(carried, more));
      return text ? `${page}#${text}` : page;
    },
    unit: () => HT.format.units[get("unit")],
    allocators() {
      const off = new Set(values.off.split(",").filter(Boolean));
      const shown = HT.data.allocators.filter((each) => !off.has(each.name));
      return shown.length ? shown : HT.data.allocators;
    },
    /* The same, where Go's rows are among them: a lane like any. */
    lanes() {
      if (!HT.go) return this.allocators();
      const off = new Set(values.off.split(",").filter(Boolean));
      const every = [...HT.data.allocators, HT.go.lane];
      const shown = every.filter((each) => !off.has(each.name));
      return shown.length ? shown : every;
    },
  };
})();
