"use strict";

HT.themeSwitch(document.getElementById("theme"));
HT.carryChoices();
HT.controls(document.getElementById("controls"));
HT.figure(HT.charts.headline, document.getElementById("charts"));
HT.answerLinks();
