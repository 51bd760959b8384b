#!/usr/bin/env python3
"""Compares what is counted with the committed counts, exactly. See `scripts/counts_check.py --help`."""

import sys

from heaptoll.counts.check_command import main

if __name__ == "__main__":
    sys.exit(main())
