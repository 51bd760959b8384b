"""The ways to return a value, and to return a pointer to one."""

from heaptoll.charts.scenario_chart import scenario_chart

CHART = scenario_chart("returned_pointer", "What does it cost to return a pointer instead of a value?")
