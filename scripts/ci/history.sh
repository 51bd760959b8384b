#!/usr/bin/env bash
# Adds the newest run to the store in results/history, looks for changes, and makes the page: plots/history gets the charts
# and README.md. MACHINE names the machine where its own name says nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

page=plots/history
rm -rf -- "$page"
mkdir -p -- "$page"
python=$(scripts/find-python.sh numpy scipy pandas matplotlib)
"$python" scripts/history.py "--store=results/history" "--charts=$page" "--summary=$page/README.md" \
    ${MACHINE:+"--machine=$MACHINE"}
# A summary cannot show a file; the page shows what the text does not show itself.
[[ -z ${GITHUB_STEP_SUMMARY:-} ]] || cat "$page/README.md" >>"$GITHUB_STEP_SUMMARY"
for chart in "$page"/*-light.svg; do
    [[ ! -e $chart ]] || grep -qF "${chart##*/}" "$page/README.md" || printf '\n![](%s)\n' "${chart##*/}" >>"$page/README.md"
done
