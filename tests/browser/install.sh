#!/usr/bin/env bash
# Fills tests/browser/node_modules with what package-lock.json says, unless that has been done. Exit codes: 0, 2.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"

readonly LOCK=package-lock.json STAMP=node_modules/installed-lock.json

fail() {
    printf 'browser tests: %s\n' "$@" >&2
    exit 2
}

! cmp -s "$LOCK" "$STAMP" || exit 0
command -v npm >/dev/null || fail "there is no npm; scripts/setup.sh --for=test installs it"
[[ ${SETUP:-} != no ]] ||
    fail "tests/browser/node_modules is not what $LOCK says, and SETUP=no. This would do it:" "  tests/browser/install.sh"
# Nobody's scripts run here, and no browser is fetched: the system's is used.
said=$(PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund 2>&1) ||
    fail "npm ci failed, its words:" "$said" "Is the registry there? (npm config get registry)"
cp -- "$LOCK" "$STAMP"
