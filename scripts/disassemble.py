#!/usr/bin/env python3
"""Prints the machine code of the benches' arms, or checks it. See `scripts/disassemble.py --help`."""

import sys

from heaptoll.codegen.command import main

if __name__ == "__main__":
    sys.exit(main())
