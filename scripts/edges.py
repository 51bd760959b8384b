#!/usr/bin/env python3
"""Finds the sizes at which an allocator's cost jumps. See `scripts/edges.py --help`."""

import sys

from heaptoll.edges.command import main

if __name__ == "__main__":
    sys.exit(main())
