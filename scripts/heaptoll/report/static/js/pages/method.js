"use strict";

HT.themeSwitch(document.getElementById("theme"));
HT.carryChoices();
HT.load("method").then((data) => {
  HT.method = data;
  const put = (chart, place) => HT.figure(HT.charts[chart], document.getElementById(place));
  put("quiet_launches", "quiet-charts");
  put("quiet_cases", "quiet-charts");
  if (document.getElementById("same-charts")) put("same_code", "same-charts");
  HT.arrive();
}, (error) => {
  document.getElementById("quiet-charts").append(HT.h("p", { class: "warnings" }, `The charts of this page cannot be shown: ${error.message}`));
});
