"""The method page: how good this run is, what it was, and how its figures came about.

    page ─┬─ missing    what was contended, skipped or crashed, with the reasons
          ├─ health     the machine's findings, and what would help
          ├─ facts      the run as a list of facts
          └─ beside     what was measured beside the run: precision, the gate's self-test, truth
    data                what the page's charts show: quiet slices, and lanes that should not differ
"""
