/* Compare: chooses the other run, says whether the two may be compared, and shows what differs. */
"use strict";

(function () {
  const { h, state, comparison } = HT;
  const place = (id) => document.getElementById(id);
  const FEW = 100;
  let bases = [];
  let given = null; // a file of the reader's: {name, run, build}
  let shown = null; // whose comparison is on the page
  let asked = null; // and whose is on its way to it
  let all = false; // rows of the table

  HT.themeSwitch(place("theme"));
  HT.carryChoices();

  // ---- which run

  const select = h("select", { id: "base", onchange: () => state.set({ base: select.value }) });
  const input = h("input", { type: "file", id: "file", multiple: true, accept: ".csv,.json,text/csv,application/json", onchange: () => take(input.files) });
  const said = h("p", { class: "said", role: "status" });
  const builds = h("span");

  function chooser() {
    place("chooser").replaceChildren(
      h("p", { class: "choices" },
        h("label", { for: "base" }, "Base "), select, builds,
        h("label", { for: "file", class: "file" }, " or a file: another run’s measurements.csv, and its run.json with it ", input)),
      said);
    const option = (value, text) => h("option", { value }, text);
    select.replaceChildren(
      ...(bases.length ? [] : [option("", "no other run is in this page")]),
      ...bases.map((each) => option(each.name, `${each.name}: ${each.cpu || "unknown CPU"}, ${each.started_utc}, ${each.profile}`)),
      ...(given ? [option("file", `your file: ${given.run.runId}`)] : []));
  }

  addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });

  async function take(files) {
    try {
      const named = [...files];
      const json = named.find((each) => /\.json$/i.test(each.name));
      const csv = named.find((each) => each !== json);
      if (!csv) throw new HT.run.Bad("Choose a measurements.csv; the run.json goes with it.");
      say("Reading …");
      const run = HT.run.read(await csv.text(), json ? await json.text() : null);
      given = { name: "file", run, build: run.builds.includes(HT.data.run.build) ? HT.data.run.build : run.builds[0] };
      shown = null;
      chooser();
      state.set({ base: "file" });
    } catch (error) {
      fail(error);
    }
  }

  function say(text, bad = false) {
    said.textContent = text;
    said.classList.toggle("bad", bad);
  }

  function fail(error) {
    if (!(error instanceof HT.run.Bad)) console.warn(error);
    say(error instanceof HT.run.Bad ? error.message : `This could not be compared: ${error.message}`, true);
    shown = null;
    comparison.set(null);
    place("body").hidden = true;
    place("difference").replaceChildren();
  }

  /* Compares with what the address says, if that is not on the page yet. */
  async function choose() {
    const name = state.get("base") || (bases.length ? bases[0].name : "");
    select.value = name;
    if (select.selectedIndex < 0) select.value = "";
    asked = name;
    chooseBuild(name);
    if (name === shown) return;
    shown = name;
    const base = bases.find((each) => each.name === name);
    let [found, words] = [null, ""];
    try {
      if (name === "file" && given) {
        found = HT.run.compare(given.run.side(given.build), await HT.run.own());
        words = "Computed in this page, by the rules of make compare. A file is not in the address: to share this view, make the page with BASE=… .";
      } else if (base) {
        found = comparison.unpacked(await HT.load(base.compare));
      } else if (name) {
        words = name === "file" ? "The file is not here any more: choose it again." : `There is no run ${name} in this page: make it with BASE=…, or choose its file.`;
      }
    } catch (error) {
      if (asked === name) fail(error);
      return;
    }
    if (asked !== name) return; // another was chosen meanwhile
    comparison.set(found);
    say(words, !found && !!words);
    place("body").hidden = !comparison.found;
    difference(name, base);
    render();
    drawAnew();
  }

  function chooseBuild(name) {
    if (name !== "file" || !given || given.run.builds.length < 2) { builds.replaceChildren(); return; }
    const choice = h("select", { "aria-label": "Build of the file", onchange: () => { given.build = choice.value; shown = null; choose(); } },
      given.run.builds.map((each) => h("option", { value: each }, each)));
    choice.value = given.build;
    builds.replaceChildren(" build ", choice);
  }

  // ---- may they be compared?

  function difference(name, base) {
    if (!comparison.found) { place("difference").replaceChildren(); return; }
    const { differing } = comparison.found;
    const who = base ? h("p", null, "Base: ", h("strong", null, base.name), `, run ${base.run_id} of ${base.started_utc} UTC, ${base.cpu || "unknown CPU"}. Head: this page’s run, ${HT.data.run.id}.`)
      : h("p", null, "Base: ", h("strong", null, "your file"), `, run ${given.run.runId}. Head: this page’s run, ${HT.data.run.id}.`);
    place("difference").replaceChildren(who, ...warning(differing));
  }

  /* Some facts are kept as JSON. */
  const plain = (text) => (text ? text.replace(/[{}"]/g, "") : "not told");

  function warning(differing) {
    if (differing === null) return [h("div", { class: "warnings" }, h("h2", null, "What the file was measured on is not known"), h("p", null, "Its run.json says it: choose both files together. Until then a difference may be one of machines."))];
    const refused = differing.filter((each) => each.word);
    const words = new Set(refused.map((each) => each.word));
    const parts = [["libc", "the C library"], ["compiler", "the compiler"], ["flags", "the flags"], ["allocators", "the allocators"], ["profile", "the profile"], ["engine", "the engine"]]
      .filter(([word]) => words.has(word)).map(([, text]) => text);
    const heading = words.has("machine") ? "This compares machines, not code"
      : refused.length ? "Not only the code is another" : differing.length ? "The same machine, compiler and libraries, by what they say" : "The same machine, compiler, libraries and kernel, by what they say";
    const others = parts.length ? `${words.has("machine") ? " Also other" : "Other than in the base"}: ${parts.join(", ")}.` : "";
    const text = words.has("machine") ? `What is slower or faster here is so on another machine.${others}` : others && `${others} A difference may be theirs.`;
    const table = differing.length ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What differs between the two" }, h("table", { class: "facts" },
      h("thead", null, h("tr", null, ["what", "base", "head"].map((each) => h("th", { scope: "col" }, each)))),
      h("tbody", null, differing.map((each) => h("tr", null, h("th", { scope: "row" }, each.name), h("td", null, plain(each.base)), h("td", null, plain(each.head))))))) : null;
    return [h("div", { class: refused.length ? "warnings" : "agreed" }, h("h2", null, heading), text ? h("p", null, text) : null, table)];
  }

  // ---- the answer

  function summary() {
    const rows = comparison.chosen();
    const groups = comparison.KINDS.map(([name, title]) => [name, title, rows.filter((row) => comparison.kind(row) === name)]).filter(([, , group]) => group.length);
    const cell = (name, group, verdict) => {
      const n = group.filter((row) => row.verdict === verdict).length;
      const on = comparison.measure() === name && comparison.verdict() === verdict;
      return h("td", { class: "number" }, n ? h("button", {
        type: "button", class: `count ${verdict}`, "aria-pressed": String(on), "aria-label": `${n} ${verdict}: show them`,
        onclick: () => state.set({ measure: name === "heap" ? "" : name, verdict: on ? "" : verdict }),
      }, String(n)) : "0");
    };
    const middle = (group) => {
      const known = group.filter((row) => row.percent !== null);
      return known.length ? comparison.percent(HT.statistics.median(known.map((row) => row.percent))) : "–";
    };
    place("summary").replaceChildren(h("h2", null, answer(rows)), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Verdicts by what is compared" }, h("table", { class: "verdicts" },
      h("thead", null, h("tr", null, ["compared", ...comparison.VERDICTS, "median difference"].map((each, i) => h("th", { scope: "col", class: i ? "number" : null }, each)))),
      h("tbody", null, groups.map(([name, title, group]) => h("tr", null, h("th", { scope: "row" }, title), comparison.VERDICTS.map((verdict) => cell(name, group, verdict)), h("td", { class: "number" }, middle(group))))))));
  }

  function answer(rows) {
    const arms = rows.filter((row) => row.arm === "heap" || row.arm === "stack");
    const n = (verdict) => arms.filter((row) => row.verdict === verdict).length;
    if (!arms.length) return "Nothing is left by the choices.";
    if (!n("slower") && !n("faster")) return `No heap or stack arm of ${arms.length} is shown to be slower or faster.`;
    return `Of ${arms.length} heap and stack arms, ${n("slower")} are slower than in the base and ${n("faster")} faster.`;
  }

  function measures() {
    const [focused, at] = [document.activeElement, document.activeElement && document.activeElement.id];
    const within = place("measures").contains(focused);
    const present = new Set(comparison.chosen().map(comparison.kind)).add(comparison.measure());
    const radio = ([value, title, tip]) => {
      const button = h("input", { type: "radio", name: "measure", id: `measure-${value}`, value, checked: comparison.measure() === value, onchange: () => state.set({ measure: value === "heap" ? "" : value }) });
      return h("label", { title: tip }, button, h("span", null, title));
    };
    const verdict = h("select", { id: "verdict", onchange: () => state.set({ verdict: verdict.value }) }, h("option", { value: "" }, "all"), comparison.VERDICTS.map((each) => h("option", { value: each }, each)));
    verdict.value = comparison.verdict();
    const find = h("input", { type: "search", id: "find", value: state.get("find"), placeholder: "part of a name", oninput: () => state.set({ find: find.value }) });
    const caret = within && at === "find" ? focused.selectionStart : null;
    place("measures").replaceChildren(
      h("fieldset", { class: "choice" }, h("legend", null, "Compared"), comparison.KINDS.filter(([value]) => present.has(value)).map(radio)),
      h("label", { class: "choice" }, "Verdict ", verdict), h("label", { class: "choice" }, "Case ", find));
    if (within && at) { const again = place(at); if (again) { again.focus(); if (caret !== null) again.setSelectionRange(caret, caret); } }
  }

  function table() {
    const rows = comparison.rows();
    const listed = all ? rows : rows.slice(0, FEW);
    const name = Object.fromEntries(comparison.KINDS.map(([value, title]) => [value, title]));
    const number = (text) => h("td", { class: "number" }, text);
    const line = (row) => h("tr", null,
      h("th", { scope: "row" }, h("a", { href: state.link("case.html", { case: row.case }) }, row.case)), h("td", null, HT.marks.allocator(row.by), row.allocator), h("td", null, name[row.arm] || row.arm),
      number(comparison.value(row, row.base)), number(comparison.value(row, row.head)), number(row.percent === null ? comparison.difference(row, row.change) : comparison.percent(row.percent)),
      number(row.percent === null ? `${comparison.difference(row, row.low)} to ${comparison.difference(row, row.high)}` : `${comparison.percent(row.lowPercent)} to ${comparison.percent(row.highPercent)}`),
      h("td", { class: `verdict ${row.verdict}` }, row.verdict), h("td", { class: "why" }, row.note));
    place("rows").replaceChildren(
      h("h2", null, rows.length > listed.length ? `The first ${listed.length} of ${rows.length} differences` : `${rows.length} differences`),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Differences" }, h("table", null,
        h("thead", null, h("tr", null, ["case", "allocator", "compared", "base", "head", "difference", "95 % interval", "verdict", "why not more"].map((each, i) => h("th", { scope: "col", class: i > 2 && i < 7 ? "number" : null }, each)))),
        h("tbody", null, listed.map(line)))),
      rows.length > FEW ? h("p", { class: "actions" }, h("button", { type: "button", onclick: () => { all = !all; table(); } }, all ? `Show the first ${FEW}` : `Show all ${rows.length}`)) : "");
  }

  function missing() {
    const { oneSided } = comparison.found;
    place("missing").hidden = !oneSided.length;
    const total = oneSided.reduce((sum, [, , n]) => sum + n, 0);
    place("missing").replaceChildren(
      h("summary", null, `Not compared: ${total} arms of ${new Set(oneSided.map(([of]) => of)).size} cases that only one run has a time of, or none`),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Not compared" }, HT.plainTable({ columns: ["case", "arms and allocators", "why"], rows: oneSided.map(([of, why, n]) => [of, n, why]) })));
  }

  function render() {
    if (!comparison.found) return;
    summary();
    measures();
    table();
    missing();
  }

  state.listen(() => { choose(); render(); });
  chooser();
  HT.controls(place("controls"), { units: false });
  const drawAnew = HT.figure(HT.charts.differences, place("charts")).renew;
  HT.load("machines").then((data) => {
    bases = data.machines.filter((each) => each.compare);
    chooser();
    choose();
  }, fail);
})();
