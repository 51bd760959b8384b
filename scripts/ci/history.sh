#!/usr/bin/env bash
# Adds the newest run to the store in results/history, looks for changes, and makes the page in plots/history: the charts
# and index.md, as GitHub's Pages want it. MACHINE names the machine where its own name says nothing.
# Exit status: that of scripts/history.py. Where the page is there, the run is in the store, whatever the status.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

page=plots/history
rm -rf -- "$page"
mkdir -p -- "$page"
report=$(mktemp)
trap 'rm -f -- "$report"' EXIT
python=$(scripts/find-python.sh numpy scipy pandas matplotlib)
status=0
"$python" scripts/history.py "--store=results/history" "--charts=$page" "--summary=$report" \
    ${MACHINE:+"--machine=$MACHINE"} || status=$?
[[ -s $report ]] || exit "$status"
[[ -z ${GITHUB_STEP_SUMMARY:-} ]] || cat "$report" >>"$GITHUB_STEP_SUMMARY"
{
    # Jekyll makes a page of what begins like this; kramdown leaves Markdown in a block of HTML as it is unless told, and
    # braces, in the title of a commit, would be Liquid's.
    printf -- '---\ntitle: Heaptoll history\n---\n\n'
    sed -e 's/{/\&#123;/g' -e 's/<details>/<details markdown="1">\n/g' "$report"
    # A summary cannot show a file; the page shows what the text does not show itself.
    for chart in "$page"/*-light.svg; do
        [[ ! -e $chart ]] || grep -qF "${chart##*/}" "$report" || printf '\n![](%s)\n' "${chart##*/}"
    done
} >"$page/index.md"
exit "$status"
