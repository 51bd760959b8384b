/* Elements. Text goes in as text, never as HTML: names come from files. */
"use strict";

HT.h = function (tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
};

/* A case's name, which may be broken after its slashes: an array for HT.h. */
HT.breakable = function (name) {
  return name.split("/").flatMap((part, i) => (i ? ["/", HT.h("wbr"), part] : [part]));
};

/* Makes the fields of a place anew; who was in one is in its successor afterwards. */
HT.keepFocus = function (place, render) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  render();
  if (!focused) return;
  const again = [...place.querySelectorAll("input, select, button")].find((each) =>
    each.name === focused.name && (each.type !== "radio" && each.type !== "checkbox" || each.value === focused.value));
  if (again) again.focus({ preventScroll: true });
};

/* Said to who cannot see the page. */
HT.announce = function (text) {
  document.getElementById("announcer").textContent = text;
};

/* Hands the reader a file. */
HT.download = function (name, type, text) {
  const link = HT.h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

/* RFC 4180. A cell that a spreadsheet would take for a formula is kept from it by a quote. */
HT.csv = function (columns, rows) {
  const cell = (value) => {
    let text = value === null || value === undefined ? "" : String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = "'" + text;
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [columns, ...rows].map((row) => row.map(cell).join(",") + "\r\n").join("");
};
