#!/usr/bin/env python3
"""Freezes a run under a machine's name. See `scripts/publish.py --help`."""

import sys

from heaptoll.publish.command import main

if __name__ == "__main__":
    sys.exit(main())
