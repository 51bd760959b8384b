/* The sentences at the top lead to the charts that show what they say, where the page has them. */
"use strict";

HT.answerLinks = function () {
  document.querySelectorAll("a[data-chart]").forEach((link) => {
    const chart = document.getElementById(link.dataset.chart);
    link.hidden = !chart;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      // In the address with all that is chosen: the view can be linked.
      HT.state.set({ at: link.dataset.chart });
      chart.scrollIntoView();
      chart.querySelector("[tabindex]").focus({ preventScroll: true });
    });
  });
};
