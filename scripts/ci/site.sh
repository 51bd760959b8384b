#!/usr/bin/env bash
# Builds the whole site in _site: the published machines of this checkout, and the nightly's history from its branch, where
# there is one. A repository has one site, so whatever publishes builds all of it. HISTORY_BRANCH as for open-history.sh.
# Exit status: 0; 2 there is no site. A history that cannot be shown is a warning: the machines are published without it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly TITLE='Heaptoll site' PAGE=plots/history
branch=${HISTORY_BRANCH:-heaptoll-history}

warn() { scripts/ci/annotate.sh warning "$TITLE" "$*"; }

# Lays out the branch and says what is in it, in $PAGE. A damaged record is left out, and history.py then ends with 2.
look() {
    local found=0 python
    git ls-remote --exit-code --heads origin "refs/heads/$branch" >/dev/null || found=$?
    if ((found == 2)); then
        echo "site.sh: no branch $branch yet, so no history"
        return
    fi
    if ! scripts/ci/open-history.sh; then
        warn 'the history could not be opened, and the site is without it'
        return
    fi
    python=$(scripts/find-python.sh numpy scipy pandas matplotlib)
    "$python" scripts/history.py --store=results/history --look "--charts=$PAGE" --format=json "--out=$PAGE/history.json" ||
        warn 'a record of the history is damaged, or it could not be read: see the log'
}

scripts/setup.sh --for=bench
rm -rf -- "$PAGE"
mkdir -p -- "$PAGE"
look
python=$(scripts/find-python.sh)
site=(scripts/report.py --published --out _site)
if [[ -s $PAGE/history.json ]]; then
    if "$python" "${site[@]}" --history "$PAGE"; then exit 0; fi
    warn 'with the history there is no site: it is built without it; see the log'
fi
exec "$python" "${site[@]}"
