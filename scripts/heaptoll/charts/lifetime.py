"""Blocks that live at once, of many sizes, and on an aged heap."""

from heaptoll.charts.scenario_chart import scenario_chart

CHART = scenario_chart("lifetime", "What does a block cost when others live beside it?")
