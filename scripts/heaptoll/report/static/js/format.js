/* Numbers as people read them, in the units of scripts/heaptoll/units.py: three digits, no step finer than 0.01 ns. */
"use strict";

HT.format = (function () {
  const MINUS = "\u2212";
  const TIMES = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
  const BYTES = [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]];

  /* Three significant digits, no exponent. */
  function figure(value) {
    const size = Math.abs(value);
    if (size === 0) return "0";
    const decimals = Math.max(0, 2 - Math.floor(Math.log10(size)));
    const text = Math.abs(value).toFixed(Math.min(decimals, 4));
    return (value < 0 ? MINUS : "") + text;
  }

  /* Two digits after the point at most: nothing measures less than 0.01 ns. */
  function ns(value) {
    const [size, unit] = TIMES.find(([each]) => Math.abs(value) >= each * 0.9995) || TIMES[3];
    const scaled = value / size;
    const text = unit === "ns" ? trimmed(scaled) : figure(scaled);
    return `${text} ${unit}`;
  }

  function trimmed(value) {
    const decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    const text = Math.abs(value).toFixed(decimals);
    return (value < 0 && Number(text) !== 0 ? MINUS : "") + text;
  }

  /* A round value without superfluous zeros, for axes. */
  function tick(value, unit) {
    const short = (number) => String(Number(number.toPrecision(3))).replace("-", MINUS);
    if (unit.name === "ratio") return `${short(value)}×`;
    if (unit.name === "cycles") return Math.abs(value) < 1e4 ? short(value) : d3.format("~s")(value);
    const [size, name] = TIMES.find(([each]) => Math.abs(value) >= each * 0.9995) || TIMES[3];
    return `${short(value / size)} ${name}`;
  }

  /* A signed share in per cent, without the sign of nothing: +2.31, −12.5, 0.00. */
  function percent(value) {
    const size = Math.abs(value);
    const text = size.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
    return `${Number(text) === 0 ? "" : value > 0 ? "+" : MINUS}${text}`;
  }

  const cycles = (value) => `${trimmed(value)} cycles`;
  const ratio = (value) => `${figure(value)}×`;
  const signed = (format) => (value) => (value > 0 ? "+" : "") + format(value);

  function bytes(value) {
    const found = BYTES.find(([size]) => value >= size && value % (size / 4) === 0);
    return found ? `${value / found[0]} ${found[1]}` : `${value} B`;
  }

  const UNITS = {
    ns: { name: "ns", title: "ns", axis: "ns per operation", format: ns, arm: "ns", toll: "toll_ns" },
    cycles: { name: "cycles", title: "core cycles", axis: "core cycles per operation", format: cycles, arm: "cycles", toll: "toll_cycles" },
    ratio: { name: "ratio", title: "heap ÷ stack", axis: "heap divided by stack", format: ratio, arm: null, toll: "ratio" },
  };

  /* "8.31 ns, 95 % interval 8.28 ns to 8.35 ns" */
  function withInterval(estimate, format) {
    if (!estimate) return "not measured";
    const kind = estimate.reached ? "95 % interval" : "range of too few launches";
    return `${format(estimate.value)}, ${kind} ${format(estimate.low)} to ${format(estimate.high)}`;
  }

  /* "[+7.57, +7.59]" in the unit of the value beside it. */
  function interval(estimate, signs, unit) {
    const [size] = unit.name === "ns" ? TIMES.find(([each]) => Math.abs(estimate.value) >= each * 0.9995) || TIMES[3] : [1];
    const end = (value) => {
      const text = unit.name === "ratio" ? figure(value) : unit.name === "ns" && size !== 1 ? figure(value / size) : trimmed(value);
      return (signs && value > 0 ? "+" : "") + text;
    };
    return `[${end(estimate.low)}, ${end(estimate.high)}]${estimate.reached ? "" : "†"}`;
  }

  return { figure, interval, percent, tick, ns, cycles, ratio, signed, bytes, units: UNITS, withInterval };
})();
