#!/usr/bin/env bash
# What action.yml runs: its inputs, which are in the environment, become options of scripts/ci/gate.sh. Paths are those of
# the workflow that uses the action, from whose folder this is started.
set -euo pipefail

fail() {
    echo "::error title=Heaptoll gate::$*"
    exit 2
}

# Sets `found` to a library's absolute path. What has no slash and is no file is a name that Heaptoll knows: glibc,
# jemalloc, ….
find_library() {
    found=$1
    [[ $1 == */* || -e $1 ]] || return 0
    [[ -e $1 ]] || fail "there is no $1 in $PWD"
    found=$(realpath -- "$1")
}

main() {
    local base=${INPUT_BASE:-} head=${INPUT_HEAD:-} base_cc=${INPUT_BASE_CC:-} head_cc=${INPUT_HEAD_CC:-} sides
    if [[ -n $base && -n $head && -z $base_cc$head_cc ]]; then
        find_library "$base"
        sides=("--base-allocator=$found")
        find_library "$head"
        sides+=("--head-allocator=$found")
    elif [[ -n $base_cc && -n $head_cc && -z $base$head ]]; then
        sides=("--base-cc=$base_cc" "--head-cc=$head_cc")
        [[ -z ${INPUT_ALLOCATORS:-} ]] || sides+=("--allocators=$INPUT_ALLOCATORS")
    else
        fail "give base and head, two libraries, or base-cc and head-cc, two compilers"
    fi
    [[ -z ${INPUT_DEAD_ZONE_PERCENT:-} ]] || sides+=("--dead-zone-percent=$INPUT_DEAD_ZONE_PERCENT")

    # One folder for each use: a job may gate more than one library.
    ARTIFACTS=$(mktemp -d "${RUNNER_TEMP:-/tmp}/heaptoll-gate.XXXXXX")
    export ARTIFACTS PROFILE=${INPUT_PROFILE:-smoke} FILTER=${INPUT_FILTER:-} ARGS=${INPUT_ARGS:-}
    export FAIL_ON=${INPUT_FAIL_ON:-regression}
    exec "$(dirname "${BASH_SOURCE[0]}")/gate.sh" "${sides[@]}"
}

main
