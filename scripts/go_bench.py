#!/usr/bin/env python3
"""Measures the pairs of benches/go into the folder of a run. See `scripts/go_bench.py --help`."""

import sys

from heaptoll.go_lane.command import main

if __name__ == "__main__":
    sys.exit(main())
