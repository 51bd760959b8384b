/* A case's name, what it does, and the answer of each allocator. */
"use strict";

HT.caseHead = function (name, introduction) {
  const { h, current } = HT;
  const of = current.case;
  name.replaceChildren(...HT.breakable(of.name));
  const words = current.detail ? current.detail.words : [];
  introduction.replaceChildren(...[
    of.explains && h("p", { class: "explains" }, of.explains),
    of.question && h("p", { class: "muted" }, `${of.scenario} asks: ${of.question}`),
    words.length && h("dl", { class: "words" }, words.map(([label, value]) => h("div", null, h("dt", null, label), h("dd", null, value)))),
    current.trouble && h("p", { class: "warnings" }, current.trouble),
  ].filter(Boolean));
};

HT.caseAnswers = function (list) {
  const { h, current } = HT;
  const shown = new Set(HT.state.allocators().map((each) => each.index));
  const answers = (current.detail ? current.detail.answers : []).filter((each) => shown.has(each.allocator));
  list.replaceChildren(...answers.map((answer) => {
    const allocator = HT.data.allocators[answer.allocator];
    return h("li", null,
      h("span", { class: "who" }, HT.marks.named(allocator, answer.contended)),
      h("strong", null, answer.toll || "–"),
      h("span", { class: "what" }, answer.text));
  }));
};
