#!/usr/bin/env python3
"""Draws the charts of a run. See `scripts/plot.py --help`."""

import sys

from heaptoll.plot_command import main

if __name__ == "__main__":
    sys.exit(main())
