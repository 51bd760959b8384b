#!/usr/bin/env python3
"""Measures how precisely Heaptoll measures. See `scripts/precision.py --help`."""

import sys

from heaptoll.precision.command import main

if __name__ == "__main__":
    sys.exit(main())
