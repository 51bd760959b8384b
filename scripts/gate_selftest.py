#!/usr/bin/env python3
"""Holds the gate to its word. See `scripts/gate_selftest.py --help`."""

import sys

from heaptoll.gate.selftest.command import main

if __name__ == "__main__":
    sys.exit(main())
