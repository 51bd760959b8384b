"""The ways to make a closure, and to keep what it captures."""

from heaptoll.charts.scenario_chart import scenario_chart

CHART = scenario_chart("captured_closure", "What does it cost when a closure outlives the call that made it?")
