#!/usr/bin/env bash
# What the nightly does, one thing after the other: measures, adds the run to the history, says what changed, sends the history
# back. What goes wrong on the way is said, and fails the job at the end, but stops nothing that can still be kept: an arm
# that crashes tonight, or a damaged record of last year, must not cost all nights until somebody looks. A run that was too
# noisy to be kept is a warning.
#
# PROFILE, FILTER and what else `make bench` reads from the environment; MACHINE as for history.sh. The step's output `page`
# is `yes` once plots/history says what changed.
# Exit status: 0; 1 something went wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly TITLE='Heaptoll nightly'

# logged COMMAND...: runs it, and what it says is in $log too.
logged() { "$@" 2>&1 | tee "$log"; }

newest() { readlink results/latest || true; }

complain() {
    scripts/ci/annotate.sh error "$TITLE" "$*"
    failed=1
}

# Pairs that could not be measured, as heaptoll lists them; without any, what was said last.
bench_reason() {
    sed -n '/ pairs could not be measured:$/,/^[^ ]/{/^  /p; /:$/p}' "$log" | grep . || grep -v '^make: ' "$log" | tail -n 1
}

# Why history.py ended as it did.
history_reason() { grep -E '^(warning|history\.py): ' "$log" || tail -n 1 "$log"; }

measure() {
    local before status=0
    before=$(newest)
    logged make bench || status=$?
    if [[ $(newest) == "$before" ]]; then
        complain "nothing was measured: $(bench_reason)"
        return 1
    fi
    ((status == 0)) || complain "make bench: $(bench_reason)"
}

keep() {
    if ! logged scripts/ci/open-history.sh; then
        complain "the history could not be opened, and the run is only among the artifacts: $(tail -n 1 "$log")"
        return
    fi
    local status=0
    logged scripts/ci/history.sh || status=$?
    case $status in
        0) ;;
        3) scripts/ci/annotate.sh warning "$TITLE" "tonight is left out of the history: $(history_reason)" ;;
        *) complain "make history: $(history_reason)" ;;
    esac
    if [[ -e plots/history/history.json && -n ${GITHUB_OUTPUT:-} ]]; then echo page=yes >>"$GITHUB_OUTPUT"; fi
    logged scripts/ci/push-history.sh || complain "$(tail -n 1 "$log")"
}

main() {
    failed=0
    log=$(mktemp)
    trap 'rm -f -- "$log"' EXIT
    if measure; then keep; fi
    exit "$failed"
}

main
