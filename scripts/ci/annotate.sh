#!/usr/bin/env bash
# Usage: scripts/ci/annotate.sh error|warning|notice TITLE TEXT
#
# Prints what GitHub shows beside the job. Nothing in TEXT begins a command of its own: line breaks, and what would be an
# escape, are written as it wants them.
set -euo pipefail

text=${3//'%'/'%25'}
text=${text//$'\r'/'%0D'}
printf '::%s title=%s::%s\n' "$1" "$2" "${text//$'\n'/'%0A'}"
