/* Links to views: the address holds the reader's choices, and in chart=ID the chart to begin with. */
"use strict";

/* To a figure, once it and what is above it have their heights. `figures`: all of the page, in their order. */
HT.goTo = async function (figures, id) {
  const index = figures.findIndex((figure) => figure.id === id);
  if (index < 0) return;
  for (const figure of figures.slice(0, index + 1)) await figure.ready();
  figures[index].element.scrollIntoView({ block: "start", behavior: "auto" });
  figures[index].element.querySelector("h2").focus({ preventScroll: true });
};

/* A button that puts the address of this view, at this chart, on the clipboard; where there is none, into a field. */
HT.copyLink = function (chart) {
  const { h } = HT;
  const said = h("span", { role: "status" });

  async function copy() {
    HT.state.set({ chart });
    try {
      await navigator.clipboard.writeText(location.href);
      said.replaceChildren("The link is copied.");
    } catch {
      const field = h("input", { type: "text", readonly: true, value: location.href, "aria-label": "The link to this view" });
      said.replaceChildren(field);
      field.focus();
      field.select();
    }
    setTimeout(() => {
      if (!said.contains(document.activeElement)) said.replaceChildren();
    }, 6000);
  }

  return h("span", null, h("button", { type: "button", onclick: copy }, "Copy link to this view"), " ", said);
};
