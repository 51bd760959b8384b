/* Command lines, each with a button that copies it. */
"use strict";

/* Copies; where the browser allows no clipboard (no https), the old way. Says whether it worked. */
HT.copy = async function (text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (_) {
    const area = HT.h("textarea", { class: "unseen", readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
};

HT.copyButton = function (text, what) {
  const button = HT.h("button", {
    type: "button", class: "copy", "aria-label": `Copy: ${what}`,
    onclick: async () => {
      const done = await HT.copy(text);
      button.focus();
      button.textContent = done ? "Copied" : "Select it";
      HT.announce(done ? "Copied" : "The browser does not let this page copy; select the text");
      setTimeout(() => (button.textContent = "Copy"), 2000);
    },
  }, "Copy");
  return button;
};

HT.caseCommands = function (place) {
  const { h, current } = HT;
  const commands = current.detail ? current.detail.commands : [];
  place.replaceChildren(...commands.map(([purpose, line]) => h("div", null, h("dt", null, purpose),
    h("dd", null, h("pre", { tabindex: "0" }, h("code", null, line)), HT.copyButton(line, purpose)))));
};
