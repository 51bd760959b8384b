#!/usr/bin/env python3
"""Compares two stored results. See `scripts/compare.py --help`."""

import sys

from heaptoll.compare.command import main

if __name__ == "__main__":
    sys.exit(main())
