#!/usr/bin/env python3
"""Counts instructions and page faults per operation. See `scripts/counts.py --help`."""

import sys

from heaptoll.counts.command import main

if __name__ == "__main__":
    sys.exit(main())
