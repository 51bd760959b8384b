/* A run that the reader gives: its measurements.csv, and its run.json where that is given too. And what `make compare` makes
   of it and this page's run: scripts/heaptoll/compare and summary.py.

   HT.run.read(csv, facts)   {runId, builds, side(build)}; throws HT.run.Bad, whose message is for the reader
   HT.run.own()              a promise of this page's run as a side
   HT.run.compare(base, head)   {rows, differing, oneSided, warnings}
   A side is {runId, times: Map key → {ns: Map launch → ns per operation, contended}, untimed: Map key → why, facts, notable};
   a key is case, allocator and arm, with NUL between them. */
"use strict";

HT.run = (function () {
  class Bad extends Error {}

  const NEEDED = ["run_id", "case", "arm", "allocator", "build", "launch", "status", "reason", "ns_median"];
  const STATUSES = ["ok", "contended", "skipped", "crashed", "timeout", "dishonest"];
  const SCHEMA_VERSION = 1;
  const LONGEST_NS = 1e18;
  const key = (...parts) => parts.join("\u0000");
  const parts = (text) => text.split("\u0000");

  // ---- reading

  function read(csv, facts) {
    if (csv.startsWith("\u00fd7zXZ") || csv.startsWith("\ufffd7zXZ")) throw new Bad("This is packed with xz, which a browser cannot unpack: unpack it first (xz -d).");
    const lines = d3.csvParseRows(csv.replace(/^\ufeff/, ""));
    if (!lines.length) throw new Bad("The file is empty.");
    const at = Object.fromEntries(NEEDED.map((name) => [name, lines[0].indexOf(name)]));
    const missing = NEEDED.filter((name) => at[name] < 0);
    if (missing.length) throw new Bad(`This is no measurements.csv of a run: it has no column ${missing.join(", ")}.`);
    const rows = lines.slice(1).map((cells, i) => row(cells, at, lines[0].length, i + 2));
    if (!/\n$/.test(csv)) throw new Bad("The last line has no end: the file is cut off.");
    if (!rows.length) throw new Bad("The file has no rows: nothing was measured.");
    const ids = new Set(rows.map((each) => each.run_id));
    if (ids.size > 1) throw new Bad(`The file mixes runs: ${[...ids].slice(0, 3).join(", ")}.`);
    const [runId] = ids;
    const told = facts === null ? null : parsed(facts, runId);
    return { runId, builds: [...new Set(rows.map((each) => each.build))], side: (build) => side(runId, rows, build, told), facts: told };
  }

  function row(cells, at, columns, line) {
    if (cells.length !== columns) throw new Bad(`Line ${line} has ${cells.length} cells, not ${columns}: is the file cut off?`);
    const found = Object.fromEntries(NEEDED.map((name) => [name, cells[at[name]]]));
    if (!STATUSES.includes(found.status)) throw new Bad(`Line ${line}: the status “${found.status}” is none of ${STATUSES.join(", ")}.`);
    if (!/^\d+$/.test(found.launch)) throw new Bad(`Line ${line}: “${found.launch}” is no launch's number.`);
    found.launch = Number(found.launch);
    found.ns = found.ns_median === "" ? NaN : Number(found.ns_median);
    const timed = found.status === "ok" || found.status === "contended";
    if (timed && !(found.ns >= 0 && found.ns <= LONGEST_NS)) throw new Bad(`Line ${line}: “${found.ns_median}” is no time in ns.`);
    return found;
  }

  function parsed(text, runId) {
    let facts;
    try {
      facts = JSON.parse(text);
    } catch (error) {
      throw new Bad(`The run.json cannot be read: ${error.message}`);
    }
    if (!facts || facts.schema_version !== SCHEMA_VERSION) throw new Bad(`The run.json is not of schema version ${SCHEMA_VERSION}, the one this page reads.`);
    if (facts.run_id !== runId) throw new Bad(`The two files are of different runs: ${facts.run_id} and ${runId}.`);
    return facts;
  }

  /* Which launches count is decided as in summary.py: those that are ok; where fewer are than contended, both, and it is said. */
  function side(runId, rows, build, told) {
    const groups = d3.group(rows.filter((each) => each.build === build), (each) => key(each.case, each.allocator, each.arm));
    const [times, untimed] = [new Map(), new Map()];
    for (const [name, group] of groups) {
      const of = (status) => group.filter((each) => each.status === status).length;
      const contended = of("ok") < of("contended");
      const counts = group.filter((each) => each.status === "ok" || (contended && each.status === "contended"));
      if (counts.length) times.set(name, { ns: new Map(counts.map((each) => [each.launch, each.ns])), contended });
      else untimed.set(name, why(group));
    }
    return { runId, times, untimed, ...(told ? factsOf(told) : { facts: null, notable: null }) };
  }

  function why(group) {
    const failed = group.filter((each) => each.status !== "ok" && each.status !== "contended");
    return d3.rollups(failed, (each) => each.length, (each) => each.status, (each) => each.reason)
      .flatMap(([status, reasons]) => reasons.map(([reason, n]) => `${status}${n > 1 ? ` ${n} times` : ""}${reason ? `: ${reason}` : ""}`))
      .join("; ");
  }

  // ---- what it was measured on: own_run.py

  /* As Python's json.dumps(value, sort_keys=True) writes it: only to be held against what Python wrote. */
  function asJson(value) {
    if (value === null || value === undefined || value === "") return null;
    return typeof value === "string" ? value : dumped(value);
  }

  function dumped(value) {
    if (Array.isArray(value)) return `[${value.map(dumped).join(", ")}]`;
    if (value && typeof value === "object") return `{${Object.keys(value).sort().map((name) => `${dumped(name)}: ${dumped(value[name])}`).join(", ")}}`;
    return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
  }

  function factsOf(told) {
    const text = (value) => (value === undefined || value === "" ? null : value);
    const [machine, toolchain] = [told.machine || {}, told.toolchain || {}];
    const libraries = (told.allocators || []).map((each) => [
      each.name === "glibc" ? "libc" : "allocators", `library of ${each.name}`,
      `${each.version || "unknown version"} (${(each.sha256 || "unknown").slice(0, 12)})`,
    ]);
    const facts = [
      ["machine", "CPU", machine.cpu_model], ["machine", "architecture", machine.architecture],
      ["machine", "cores", machine.cores === null || machine.cores === undefined ? null : String(machine.cores)],
      ["machine", "caches", asJson(machine.caches)], ["machine", "hypervisor", machine.hypervisor], ["machine", "SMT", asJson(machine.smt)],
      ["machine", "governor", asJson(machine.governor)], ["machine", "turbo", asJson(machine.turbo)],
      ["libc", "libc", toolchain.libc], ["compiler", "compiler", toolchain.compiler], ["flags", "flags", toolchain.flags],
      ["profile", "profile", told.profile], ["engine", "engine", told.engine], ...libraries,
      ["allocators", "allocator options in the environment", [...(told.allocator_environment || [])].sort().join(" ")],
    ].map(([word, name, value]) => [word, name, name.startsWith("allocator options") ? value : text(value)].map((each) => (each === undefined ? null : each)));
    return { facts, notable: [["", "kernel", text(machine.kernel) ?? null], ["", "huge pages", text(machine.thp) ?? null]] };
  }

  function differing(base, head) {
    if (!base.facts || !head.facts) return null;
    const known = new Map([...head.facts, ...head.notable].map(([word, name, value]) => [key(word, name), value]));
    return [...base.facts, ...base.notable]
      .filter(([word, name, value]) => known.has(key(word, name)) && known.get(key(word, name)) !== value)
      .map(([word, name, value]) => ({ word, name, base: value, head: known.get(key(word, name)) }));
  }

  // ---- this page's run

  async function own() {
    const [told, ...files] = await Promise.all([
      HT.load("side"), ...[...new Set(HT.data.cases.map((each) => each.scenario))].map((_, i) => HT.load(`launches-${i}`)),
    ]);
    const launches = new Map(files.flatMap(Object.entries));
    const [times, untimed] = [new Map(), new Map()];
    const { case: cases, arm: arms, allocator: allocators, status, reason } = HT.data.rows;
    cases.forEach((index, i) => {
      const [name, arm, allocator] = [HT.data.cases[index].name, HT.data.arms[arms[i]], HT.data.allocators[allocators[i]].name];
      const values = launches.get(name)?.[arm]?.[allocator];
      if (!values) {
        untimed.set(key(name, allocator, arm), reason[i] || status[i]);
        return;
      }
      const numbers = told.launch_numbers[name]?.[arm]?.[allocator] || values.map((_, launch) => launch);
      times.set(key(name, allocator, arm), { ns: new Map(values.map((ns, j) => [numbers[j], ns])), contended: status[i] === "contended" });
    });
    return { runId: told.run_id, times, untimed, facts: told.facts, notable: told.notable, zone: told.zone };
  }

  // ---- the comparison: pairing.py

  const values = (times) => [...times.ns.values()];

  function doubt(base, head) {
    const contended = [["base", base], ["head", head]].filter(([, each]) => each.some((times) => times.contended)).map(([name]) => name);
    return contended.length ? `contended in ${contended.join(" and ")}` : "";
  }

  /* Of heap and stack, by launch, where both were timed. */
  function together(heap, stack, made) {
    return [...heap.ns].filter(([launch]) => stack.ns.has(launch)).map(([launch, ns]) => made(ns, stack.ns.get(launch)));
  }

  function comparisons(base, head) {
    const [arms, ratios] = [[], []];
    for (const [name, times] of base.times) {
      const other = head.times.get(name);
      if (!other) continue;
      const [of, allocator, arm] = parts(name);
      arms.push({ case: of, allocator, arm, base: values(times), head: values(other), reference: null, doubt: doubt([times], [other]), measure: "ns" });
      const stack = key(of, allocator, "stack");
      if (arm !== "heap" || !base.times.has(stack) || !head.times.has(stack)) continue;
      const known = [[times, base.times.get(stack)], [other, head.times.get(stack)]];
      const both = { case: of, allocator, doubt: doubt(...known) };
      const tolls = known.map(([heap, least]) => together(heap, least, (ns, stackNs) => ns - stackNs));
      if (tolls.every((each) => each.length)) {
        const reference = Math.max(...known[0].map((each) => HT.statistics.median(values(each))));
        arms.push({ ...both, arm: "toll", base: tolls[0], head: tolls[1], reference, measure: "ns" });
      }
      if (known.some(([heap, least]) => [...heap.ns.keys()].some((launch) => least.ns.has(launch) && !(least.ns.get(launch) > 0)))) continue;
      const found = known.map(([heap, least]) => together(heap, least, (ns, stackNs) => ns / stackNs));
      if (found.every((each) => each.length)) ratios.push({ ...both, arm: "ratio", base: found[0], head: found[1], reference: null, measure: "" });
    }
    return [arms, ratios];
  }

  function oneSided(base, head) {
    const state = (of, name) => (of.times.has(name) ? "timed" : of.untimed.has(name) ? of.untimed.get(name) || "not timed" : "not there");
    const names = new Set([base, head].flatMap((each) => [...each.times.keys(), ...each.untimed.keys()]));
    const apart = [...names].filter((name) => !(base.times.has(name) && head.times.has(name)));
    return d3.rollups(apart, (each) => each.length, (name) => parts(name)[0], (name) => `base: ${state(base, name)}; head: ${state(head, name)}`)
      .flatMap(([of, reasons]) => reasons.map(([reason, n]) => [of, reason, n]));
  }

  function compare(base, head) {
    if (base.runId === head.runId) throw new Bad(`This is the page's own run, ${base.runId}: there is nothing to compare.`);
    const [arms, ratios] = comparisons(base, head);
    if (!arms.length) throw new Bad("The two runs have no case, allocator and arm in common that both have times of.");
    const large = [...arms, ...ratios].find((each) => each.base.length * each.head.length > HT.statistics.LARGEST);
    if (large) throw new Bad(`${large.base.length} launches against ${large.head.length} are more than a page decides exactly: use make compare BASE=… HEAD=…`);
    const zone = { relative: head.zone.relative, floor: head.zone.floor_ns };
    const rows = [...HT.statistics.judge(arms, zone), ...HT.statistics.judge(ratios, { relative: zone.relative, floor: 0 })];
    return { rows, differing: differing(base, head), oneSided: oneSided(base, head), warnings: [] };
  }

  return { Bad, read, own, compare };
})();
