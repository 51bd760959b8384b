#!/usr/bin/env bash
# Lays the branch of the history out in results/history, as a worktree: its newest state, or an empty one when there is no
# such branch yet. HISTORY_BRANCH names another than heaptoll-history. push-history.sh sends back what is added to it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

branch=${HISTORY_BRANCH:-heaptoll-history} store=results/history
found=0
git ls-remote --exit-code --heads origin "refs/heads/$branch" >/dev/null || found=$?
case $found in
    0)
        git fetch --no-tags origin "+refs/heads/$branch:refs/remotes/origin/$branch"
        start=refs/remotes/origin/$branch
        ;;
    2) # no such branch: a first commit without a file and without a parent
        start=$(GIT_AUTHOR_NAME=Heaptoll GIT_AUTHOR_EMAIL=heaptoll@localhost GIT_COMMITTER_NAME=Heaptoll \
            GIT_COMMITTER_EMAIL=heaptoll@localhost git commit-tree -m 'The runs of the nightly' "$(git mktree </dev/null)")
        ;;
    *) echo "open-history.sh: origin does not answer" >&2 && exit 2 ;;
esac
# A runner that keeps its checkout has the worktree of last night.
git worktree remove --force "$store" 2>/dev/null || rm -rf -- "$store"
git worktree prune
git worktree add --no-track -B "$branch" "$store" "$start"
