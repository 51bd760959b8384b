#!/usr/bin/env python3
"""Keeps what runs said, and finds where it changed. See `scripts/history.py --help`."""

import sys

from heaptoll.history.command import main

if __name__ == "__main__":
    sys.exit(main())
