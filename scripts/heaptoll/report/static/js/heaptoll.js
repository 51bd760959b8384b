/* HT: what the pages share. Data arrives through HT.receive (see data_file.py) and is made into objects here, once.

   HT.data.run, .allocators [{index, name, version, path, shape}], .arms [name], .edges
   HT.data.cases     [{index, name, scenario, variant, params, size_bytes, explains, question, main, stands, choice}]
                     main: in the headline; stands for its variant; choice: shown where its scenario is alone
   HT.go             null, or Go beside C: {lane, cases, of(case)}. lane: {index, name, version, shape}, what an allocator is;
                     cases: those of Go, C's own where C has one of the name; of(case): {live_mb, gogc, pair, usual,
                     uncollected, limited, operations_per_collection}, undefined where Go lacks it
   HT.arm(case, arm, allocator)   what one arm took: {status, reason, launches, ns, cycles, allocs, …}, or undefined
   HT.pair(case, allocator)       {toll_ns, toll_cycles, ratio}, or undefined
   Where case and allocator are such objects. An estimate is {value, low, high, reached}, or null. */
"use strict";

var HT = (function () {
  const ESTIMATES = ["ns", "cycles", "toll_ns", "toll_cycles", "ratio"];
  const received = {};
  const waiting = {};
  let arms = new Map();
  let pairs = new Map();

  /* Called by every data file. */
  function receive(name, data) {
    if (name === "run") decode(data);
    received[name] = data;
    (waiting[name] || []).forEach(([then]) => then(data));
    delete waiting[name];
  }

  /* The same for gzip in base64: what a page asks for later. */
  async function receivePacked(name, text) {
    try {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      receive(name, JSON.parse(await new Response(stream).text()));
    } catch (error) {
      fail(name, error);
    }
  }

  function fail(name, error) {
    (waiting[name] || []).forEach(([, reject]) => reject(error));
    delete waiting[name];
  }

  /* A promise of the data file `data/NAME.js`, loaded when first asked for. */
  function load(name) {
    if (name in received) return Promise.resolve(received[name]);
    return new Promise((resolve, reject) => {
      const first = !(name in waiting);
      (waiting[name] = waiting[name] || []).push([resolve, reject]);
      if (!first) return;
      const script = document.createElement("script");
      script.src = `data/${name}.js`;
      script.onerror = () => fail(name, new Error(`data/${name}.js is missing: copy the whole folder of the page`));
      document.head.append(script);
    });
  }

  function decode(data) {
    data.cases.forEach((each, index) => (each.index = index));
    data.allocators.forEach((each, index) => (each.index = index));
    arms = new Map(objects(data.rows).map((row) => [key(row.case, data.arms[row.arm], row.allocator), row]));
    pairs = new Map(objects(data.pairs).map((row) => [key(row.case, row.allocator), row]));
    HT.data = data;
    HT.go = data.go ? decodeGo(data.go, data.cases) : null;
  }

  /* Its cases that C has not come after C's. */
  function decodeGo(go, ofC) {
    const lane = { index: "go", name: go.name, version: go.version, path: null, shape: go.shape };
    const cases = go.cases.map((each, i) => {
      const question = ofC.find((other) => other.scenario === each.scenario)?.question ?? null;
      return each.c === null ? { ...each, index: `go-${i}`, question, main: false, stands: false, choice: false } : ofC[each.c];
    });
    objects(go.rows).forEach((row) => arms.set(key(cases[row.case].index, go.arms[row.arm], lane.index), row));
    objects(go.pairs).forEach((row) => pairs.set(key(cases[row.case].index, lane.index), row));
    const told = new Map(go.cases.map((each, i) => [cases[i], each]));
    return { lane, cases, of: (each) => told.get(each) };
  }

  /* Columns of equal length as an array of objects, each estimate's columns as one. */
  function objects(columns) {
    const names = Object.keys(columns);
    const plain = names.filter((name) => !ESTIMATES.some((each) => name === each || name.startsWith(each + "_")
      && ["low", "high", "reached"].includes(name.slice(each.length + 1))));
    const estimates = ESTIMATES.filter((name) => name in columns);
    return names.length === 0 ? [] : columns[names[0]].map((_, i) => {
      const row = {};
      for (const name of plain) row[name] = columns[name][i];
      for (const name of estimates) {
        const value = columns[name][i];
        row[name] = value === null ? null : {
          value, low: columns[name + "_low"][i], high: columns[name + "_high"][i], reached: !!columns[name + "_reached"][i],
        };
      }
      return row;
    });
  }

  const key = (...parts) => parts.join("\u0000");

  return {
    receive,
    receivePacked,
    load,
    loaded: (name) => received[name],
    objects,
    data: null,
    go: null,
    charts: {},
    arm: (of, arm, allocator) => arms.get(key(of.index, arm, allocator.index)),
    pair: (of, allocator) => pairs.get(key(of.index, allocator.index)),
    case: (name) => HT.data.cases.find((each) => each.name === name),
    colour: (allocator) => `var(--allocator-${allocator.index})`,
  };
})();
