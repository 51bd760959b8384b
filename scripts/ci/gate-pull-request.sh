#!/usr/bin/env bash
# Gates a pull request: what is checked out against the point of the base branch that it is built on. GITHUB_BASE_REF
# names that branch; everything else is scripts/ci/gate.sh's, whose --help says what the environment may ask for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

refuse() { exec scripts/ci/gate.sh --refused "$*"; }

[[ -n ${GITHUB_BASE_REF:-} ]] || refuse "GITHUB_BASE_REF is not set: this is for workflows that run on pull_request"
base=$(git merge-base "origin/$GITHUB_BASE_REF" HEAD) ||
    refuse "git knows no commit that origin/$GITHUB_BASE_REF and HEAD have in common: check out the whole history" \
        "(actions/checkout with fetch-depth: 0)"
exec scripts/ci/gate.sh "--base=$base" --head=HEAD
