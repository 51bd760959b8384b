#!/usr/bin/env bash
# Gates a pull request: what is checked out against the point of the base branch that it is built on. GITHUB_BASE_REF
# names that branch; everything else is scripts/ci/gate.sh's, whose --help says what the environment may ask for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [[ -z ${GITHUB_BASE_REF:-} ]]; then
    echo "gate-pull-request.sh: GITHUB_BASE_REF is not set: this is for workflows that run on pull_request" >&2
    exit 2
fi
if ! base=$(git merge-base "origin/$GITHUB_BASE_REF" HEAD); then
    echo "gate-pull-request.sh: git knows no commit that origin/$GITHUB_BASE_REF and HEAD have in common:" \
        "check out the whole history (actions/checkout with fetch-depth: 0)" >&2
    exit 2
fi
exec scripts/ci/gate.sh "--base=$base" --head=HEAD
