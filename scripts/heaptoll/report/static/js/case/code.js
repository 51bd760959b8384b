/* What was measured: the C of every arm side by side, then the machine code, function by function. */
"use strict";

HT.caseCode = (function () {
  const { h } = HT;
  let shown = null;

  function show(place) {
    const of = HT.current.case;
    const code = HT.current.code;
    const key = HT.current.trouble || (code ? of.name : "");
    if (shown === key) return; // what the reader has opened stays open
    shown = key;
    if (!code) {
      place.replaceChildren(h("p", { class: "muted" }, HT.current.trouble || "Loading…"));
      return;
    }
    const arms = (Object.hasOwn(code.cases, of.index) && code.cases[of.index]) || [];
    if (!arms.length) {
      place.replaceChildren(h("p", { class: "muted" }, "The worker that was measured has no machine code under this name."));
      return;
    }
    place.replaceChildren(source(code, arms), ...machine(code, arms));
  }

  function source(code, arms) {
    if (code.no_sources) return h("p", { class: "muted" }, `Its C is not known: ${code.no_sources}.`);
    const where = [...new Set(arms.flatMap((arm) => arm.where))].filter((each) => arms.every((arm) => arm.where.includes(each)));
    // What most arms use is no difference between them.
    const used = d3.rollup(arms.flatMap((arm) => arm.excerpts), (all) => all.length, (i) => i);
    const shared = [...used].filter(([, times]) => times > Math.max(1, arms.length / 2)).map(([i]) => i);
    const part = (name, excerpts) => h("div", null, h("h4", null, name), excerpts.map((i) => excerpt(code.excerpts[i])));
    return h("div", null,
      h("h3", null, "In C"),
      h("p", { class: "muted" }, code.revision ? `At commit ${code.revision.slice(0, 12)}.` : "As it was in the tree.", where.length ? ` Here ${where.join(", ")}.` : ""),
      h("div", { class: "side-by-side" }, pairFirst(arms).map((arm) => part(arm.arm, arm.excerpts.filter((i) => !shared.includes(i)))),
        shared.length ? part("used by most of them", shared) : null));
  }

  /* The two that make the toll beside each other. */
  const pairFirst = (arms) => d3.sort(arms, (arm) => { const at = ["stack", "heap"].indexOf(arm.arm); return at < 0 ? 2 : at; });

  function excerpt({ file, first_line, text }) {
    return h("figure", { class: "excerpt" }, h("figcaption", { class: "small" }, `${file}:${first_line}`), block(h("code", null, text), `${file}, line ${first_line}`));
  }

  /* A function that several arms reach is shown once, after them. */
  function machine(code, arms) {
    const reached = d3.rollup(arms.flatMap((arm) => arm.functions), (all) => all.length, (i) => i);
    const shared = [...reached].filter(([, times]) => times > 1).map(([i]) => i);
    const own = arms.map((arm) => [arm.arm, arm.functions.filter((i) => !shared.includes(i))]);
    return [
      h("h3", null, "As the compiler made it"),
      h("p", { class: "muted" }, "Numbers at the left count bytes from the start of the function; what stands after ; is a note, not code."),
      ...own.map(([arm, functions]) => part(`${arm}: ${listed(code, functions)}`, code, functions)),
      ...(shared.length ? [part(`shared: ${listed(code, shared)}`, code, shared)] : []),
    ];
  }

  const listed = (code, functions) => functions.map((i) => code.functions[i].symbol).join(", ") || "nothing of its own";

  function part(title, code, functions) {
    const details = h("details", { class: "arm-code" }, h("summary", null, title));
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(...functions.map((i) => page(code.functions[i])));
    });
    return details;
  }

  function page({ symbol, place, role, frame, lines }) {
    return h("section", { class: "function" },
      h("h4", null, symbol),
      h("p", { class: "small" }, [role, place, frame].filter(Boolean).join(" · ")),
      block(h("code", null, lines.split("\n").flatMap((line) => [...coloured(line), "\n"])), `Machine code of ${symbol}`));
  }

  /* A source line begins with two blanks, an instruction with four; "; " begins a note. */
  function coloured(line) {
    if (!line.startsWith("    ")) return [h("span", { class: "of-source" }, line)];
    const at = line.indexOf("  ; ");
    return at < 0 ? [line] : [line.slice(0, at), h("span", { class: "of-note" }, line.slice(at))];
  }

  const block = (content, label) => h("pre", { tabindex: "0", role: "group", "aria-label": label }, content);

  return show;
})();
