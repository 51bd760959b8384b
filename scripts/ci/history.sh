#!/usr/bin/env bash
# Adds the newest run to the store in results/history, looks for changes, and says what it found in plots/history: the
# charts, history.json, and history.md, which is the summary too. MACHINE names the machine where its own name says nothing.
# Exit status: that of scripts/history.py. Where history.json is there, the run is in the store, whatever the status.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

page=plots/history
rm -rf -- "$page"
mkdir -p -- "$page"
report=$(mktemp)
trap 'rm -f -- "$report"' EXIT
python=$(scripts/find-python.sh numpy scipy pandas matplotlib)
status=0
"$python" scripts/history.py "--store=results/history" "--charts=$page" "--summary=$report" --format=json \
    "--out=$page/history.json" ${MACHINE:+"--machine=$MACHINE"} || status=$?
[[ -s $report ]] || exit "$status"
[[ -z ${GITHUB_STEP_SUMMARY:-} ]] || cat "$report" >>"$GITHUB_STEP_SUMMARY"
cp -- "$report" "$page/history.md"
exit "$status"
