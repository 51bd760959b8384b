#!/usr/bin/env python3
"""Compares two stored results. See `scripts/compare.py --help`."""

import gc
import sys

from heaptoll.compare.command import main

if __name__ == "__main__":
    # A million small objects, and no cycles among them: looking for some takes a second and finds none.
    gc.disable()
    sys.exit(main())
