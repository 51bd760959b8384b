/* The nightly's history is written as it is; only the theme can be chosen. */
"use strict";

HT.themeSwitch(document.getElementById("theme"));
HT.carryChoices();
