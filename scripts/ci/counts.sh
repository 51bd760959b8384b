#!/usr/bin/env bash
# make counts-check in a workflow: what is committed for this compiler and these libraries must come out the same, to the
# last digit; allocators for which nothing is committed are a notice beside the job. PROFILE, FILTER, BUILD_DIR as for make.
# Exit status: 0 as committed, or nothing is; 1 changed; 2 could not be counted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

scripts/setup.sh --for=counts
SETUP=skip make build
python=$(scripts/find-python.sh numpy scipy pandas)
options=("--build-dir=${BUILD_DIR:-build}" "--profile=${PROFILE:-smoke}" "--filter=${FILTER:-}")
"$python" scripts/counts_check.py "${options[@]}" | sed 's/^notice: /::notice title=Heaptoll counts::/'
