#!/usr/bin/env bash
# Commits the runs that were added to results/history, and not its index, and pushes its branch with all that was not pushed
# before. When somebody else has pushed meanwhile, their commits come first: files are only ever added, so that is no
# conflict. See open-history.sh, which also keeps what could not be pushed for the next time.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../results/history"

branch=${HISTORY_BRANCH:-heaptoll-history}
there=refs/remotes/origin/$branch
export GIT_AUTHOR_NAME='github-actions[bot]' GIT_AUTHOR_EMAIL='41898282+github-actions[bot]@users.noreply.github.com'
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL

git add --ignore-removal -- '*.json' 2>/dev/null || true # where there is none, git complains
mapfile -d '' -t files < <(git diff -z --cached --name-only)
if ((${#files[@]})); then
    git commit --quiet --message "${files[0]}$( ((${#files[@]} == 1)) || echo " and $((${#files[@]} - 1)) more")"
fi
# Without a branch there, the first commit, which has no files, is no reason to push either.
pushed=$(git rev-parse --quiet --verify "$there" || true)
if [[ -z $(git rev-list --min-parents=1 HEAD ${pushed:+"^$pushed"}) ]]; then
    "$here/annotate.sh" warning 'Heaptoll history' 'nothing was added to the history'
    exit 0
fi
for wait in 0 1 5 10 30; do
    sleep "$wait"
    git push origin "HEAD:refs/heads/$branch" && exit 0
    git fetch --no-tags origin "+refs/heads/$branch:$there" || continue
    git rebase "$there" || { git rebase --abort && break; }
done
echo "push-history.sh: the branch could not be pushed; the run is among the artifacts of this workflow" >&2
exit 1
