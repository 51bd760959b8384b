"""The ways to box a value."""

from heaptoll.charts.scenario_chart import scenario_chart

CHART = scenario_chart("boxed_value", "What does it cost to box a value so that anything can be passed?")
