#!/usr/bin/env bash
# Commits the runs that were added to results/history, and not its index, and pushes its branch. When somebody else has pushed meanwhile, their commits
# come first: files are only ever added, so that is no conflict. See open-history.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../results/history"

branch=${HISTORY_BRANCH:-heaptoll-history}
export GIT_AUTHOR_NAME='github-actions[bot]' GIT_AUTHOR_EMAIL='41898282+github-actions[bot]@users.noreply.github.com'
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL

mapfile -d '' -t files < <(git ls-files -z --others --modified -- '*.json')
if ((${#files[@]} == 0)); then
    echo "::warning title=Heaptoll history::nothing was added to the history"
    exit 0
fi
git add -- "${files[@]}"
git commit --quiet --message "${files[0]}$( ((${#files[@]} == 1)) || echo " and $((${#files[@]} - 1)) more")"
for wait in 0 1 5 10 30; do
    sleep "$wait"
    git push origin "HEAD:refs/heads/$branch" && exit 0
    git fetch --no-tags origin "+refs/heads/$branch:refs/remotes/origin/$branch" || continue
    git rebase "refs/remotes/origin/$branch"
done
echo "push-history.sh: the branch could not be pushed; the run is among the artifacts of this workflow" >&2
exit 1
