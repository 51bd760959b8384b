#!/usr/bin/env python3
"""Holds the history's search for changes to its word. See `scripts/history_selftest.py --help`."""

import sys

from heaptoll.history.selftest.command import main

if __name__ == "__main__":
    sys.exit(main())
