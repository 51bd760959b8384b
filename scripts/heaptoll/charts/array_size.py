"""The ways to make an array, at one size each; size_sweep has the others."""

from heaptoll.charts.scenario_chart import scenario_chart

CHART = scenario_chart("array_size", "What does each way to make an array cost, on the stack and on the heap?")
