"""Finds the points at which a series changed its level. docs/METHOD.md, "History", says how and how often it is wrong.

`scan` proposes places by ranks, `noise` says what a series does without a change, `finder` decides which places are needed
to explain the series, `size` by how much it changed there, `threshold` how often that much is found in nothing, and
`search` does it for all series of a history.
"""
