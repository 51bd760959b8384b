#!/usr/bin/env bash
# Lays the branch of the history out in results/history, as a worktree: its newest state, or an empty one when there is no
# such branch yet. HISTORY_BRANCH names another than heaptoll-history. push-history.sh sends back what is added to it.
#
# What an earlier night has added and could not push, committed or not, stays and comes on top of the newest state. A folder
# there that is anything else but such a worktree is not touched.
# Exit status: 0 it is there; 2 it is not, and what was there is as it was.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

branch=${HISTORY_BRANCH:-heaptoll-history} store=results/history
there=refs/remotes/origin/$branch
export GIT_AUTHOR_NAME=Heaptoll GIT_AUTHOR_EMAIL=heaptoll@localhost
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL

stop() {
    echo "open-history.sh: $*" >&2
    exit 2
}

is_worktree() { [[ -e $store/.git && $(git -C "$store" symbolic-ref --quiet HEAD) == "refs/heads/$branch" ]]; }

if [[ -e $store ]] && ! is_worktree; then
    # An index is made of records, and without any it is nothing.
    [[ -z $(find "$store" -mindepth 1 ! -name 'index.sqlite*' -print -quit) ]] ||
        stop "$store is there, and is no worktree of $branch: move it away, so that nothing in it is lost"
    rm -rf -- "$store"
fi
git worktree prune # a checkout that is cleaned has lost the folder, but not the branch

found=0
git ls-remote --exit-code --heads origin "refs/heads/$branch" >/dev/null || found=$?
((found == 0 || found == 2)) || stop "origin does not answer"
# What has been pushed, as far as is known here; more has not.
pushed=$(git rev-parse --quiet --verify "$there" || true)
((found)) || git fetch --no-tags origin "+refs/heads/$branch:$there"

if git rev-parse --quiet --verify "refs/heads/$branch" >/dev/null; then
    [[ -e $store ]] || git worktree add "$store" "$branch"
    if ((found == 0)) && ! git -C "$store" rebase ${pushed:+--onto "$there"} "${pushed:-$there}"; then
        git -C "$store" rebase --abort 2>/dev/null || true
        stop "what was not pushed from $store does not go together with what origin has: see there"
    fi
elif ((found == 0)); then
    git worktree add --no-track -b "$branch" "$store" "$there"
else # a first commit without a file and without a parent
    git worktree add -b "$branch" "$store" "$(git commit-tree -m 'The runs of the nightly' "$(git mktree </dev/null)")"
fi
