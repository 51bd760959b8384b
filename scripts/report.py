#!/usr/bin/env python3
"""Writes a run as a page. See `scripts/report.py --help`."""

import sys

from heaptoll.report.command import main

if __name__ == "__main__":
    sys.exit(main())
