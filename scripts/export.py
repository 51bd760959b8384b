#!/usr/bin/env python3
"""Writes a run's results in the format of another tracker. See `scripts/export.py --help`."""

import sys

from heaptoll.export.command import main

if __name__ == "__main__":
    sys.exit(main())
