/* The columns of the table: what each shows, by what it sorts, what it writes into a CSV.

   {name, title, wide, number, text(row), key(row), csv: [[name, value(row)]]}
     name    in the address, after sort=
     number  right-aligned, and sorts as a number; what is not known comes last
     key     what it sorts by, null for not known; by what it shows where there is none */
"use strict";

HT.tableColumns = (function () {
  const { format } = HT;
  const NONE = "–";
  const shown = (value, write = String) => (value === null || value === undefined ? NONE : write(value));
  const value = (estimate) => (estimate ? estimate.value : null);

  function words(name, title, of, csv = name) {
    return { name, title, text: (row) => shown(of(row)), key: of, csv: [[csv, of]] };
  }

  function count(name, title, of, csv) {
    return { name, title, number: true, text: (row) => shown(of(row)), key: of, csv: [[csv, of]] };
  }

  /* Two columns of an estimate: the value, and its interval, which sorts by how wide it is for the value. */
  function estimate(name, title, of, csv, write = format.figure) {
    const width = (row) => (of(row) && of(row).value ? (of(row).high - of(row).low) / Math.abs(of(row).value) : null);
    const interval = (row) => `${write(of(row).low)} to ${write(of(row).high)}${of(row).reached ? "" : " (all)"}`;
    return [
      { name, title, number: true, text: (row) => shown(value(of(row)), write), key: (row) => value(of(row)), csv: [[csv, (row) => value(of(row))]] },
      {
        name: `${name}-interval`, title: "95 % interval", label: `95 % interval of ${title}`, quiet: true, text: (row) => (of(row) ? interval(row) : NONE), key: width,
        csv: [[`${csv}_low`, (row) => of(row) && of(row).low], [`${csv}_high`, (row) => of(row) && of(row).high]],
      },
    ];
  }

  const size = {
    name: "size", title: "size", number: true, text: (row) => shown(row.case.size_bytes, format.bytes), key: (row) => row.case.size_bytes,
    csv: [["size_bytes", (row) => row.case.size_bytes]],
  };
  const params = (row) => Object.entries(row.case.params).map(([key, each]) => `${key}=${each}`).join(";");
  const name = {
    name: "case", title: "case", text: (row) => row.case.name, key: (row) => row.case.name,
    csv: [["case", (row) => row.case.name], ["params", params]],
  };
  const where = [words("scenario", "scenario", (row) => row.case.scenario), words("variant", "variant", (row) => row.case.variant)];
  const allocator = words("allocator", "allocator", (row) => row.allocator.name);
  const status = [words("status", "status", (row) => row.status), words("reason", "reason", (row) => row.reason)];

  return {
    arms: [
      name, allocator, words("arm", "arm", (row) => row.arm),
      ...estimate("ns", "ns", (row) => row.took.ns, "ns"), ...estimate("cycles", "core cycles", (row) => row.took.cycles, "cycles"),
      count("instructions", "instructions", (row) => row.took.instructions, "instructions_per_op"), count("blocks", "blocks", (row) => row.took.allocs, "allocs_per_op"),
      count("bytes", "bytes", (row) => row.took.alloc_bytes, "alloc_bytes_per_op"), count("faults", "page faults", (row) => row.took.minor_faults, "minor_faults_per_op"),
      count("launches", "launches", (row) => row.took.launches, "launches"), ...status, size, ...where,
    ],
    tolls: [
      name, allocator,
      ...estimate("toll", "toll ns", (row) => row.pair.toll_ns, "toll_ns"), ...estimate("toll-cycles", "toll cycles", (row) => row.pair.toll_cycles, "toll_cycles"),
      ...estimate("ratio", "heap ÷ stack", (row) => row.pair.ratio, "ratio", format.ratio),
      ...estimate("stack", "stack ns", (row) => row.stack.ns, "stack_ns"), ...estimate("heap", "heap ns", (row) => row.heap.ns, "heap_ns"),
      count("instructions", "heap instructions", (row) => row.heap.instructions, "heap_instructions_per_op"),
      count("blocks", "blocks", (row) => row.heap.allocs, "heap_allocs_per_op"), count("bytes", "bytes", (row) => row.heap.alloc_bytes, "heap_alloc_bytes_per_op"),
      count("faults", "heap page faults", (row) => row.heap.minor_faults, "heap_minor_faults_per_op"),
      count("launches", "launches", (row) => Math.min(row.stack.launches, row.heap.launches), "launches"), ...status, size, ...where,
    ],
  };
})();
