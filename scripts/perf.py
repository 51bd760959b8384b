#!/usr/bin/env python3
"""Profiles one arm of one case. See `scripts/perf.py --help`."""

import sys

from heaptoll.profile.command import main

if __name__ == "__main__":
    sys.exit(main())
