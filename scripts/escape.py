#!/usr/bin/env python3
"""Says what Go's compiler moves to the heap, why, and what it costs. See `scripts/escape.py --help`."""

import sys

from heaptoll.escape.command import main

if __name__ == "__main__":
    sys.exit(main())
