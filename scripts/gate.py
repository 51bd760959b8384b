#!/usr/bin/env python3
"""Measures a base and a head side by side and says whether the head is slower. See `scripts/gate.py --help`."""

import sys

from heaptoll.gate.command import main

if __name__ == "__main__":
    sys.exit(main())
