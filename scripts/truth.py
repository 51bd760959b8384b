#!/usr/bin/env python3
"""Holds what Heaptoll measures against what is known. See `scripts/truth.py --help`."""

import sys

from heaptoll.truth.command import main

if __name__ == "__main__":
    sys.exit(main())
