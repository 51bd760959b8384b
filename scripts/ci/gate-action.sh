#!/usr/bin/env bash
# What action.yml runs: its inputs, which are in the environment, become options of scripts/ci/gate.sh. Paths are those of
# the workflow that uses the action, from whose folder this is started. What cannot be right is refused here, before
# anything is installed and built.
set -euo pipefail

readonly KNOWN=(glibc jemalloc mimalloc tcmalloc)

refuse() { exec "$here/gate.sh" --refused "$*"; }

# All but args are one line. A line break at the end, which YAML's `|` leaves, would be part of a name, and not be seen.
check_lines() {
    local name
    for name in base head base-cc head-cc allocators profile filter dead-zone-percent; do
        local variable=INPUT_${name^^}
        variable=${variable//-/_}
        [[ ${!variable:-} != *[[:cntrl:]]* ]] || refuse "$name has a line break in it: $(printf %q "${!variable}")"
    done
}

# Sets `found` to a library's absolute path, or to the name of one that Heaptoll knows.
find_library() {
    found=$1
    [[ " ${KNOWN[*]} " != *" $1 "* ]] || return 0
    local names="${KNOWN[*]}"
    [[ -f $1 ]] || refuse "there is no library $1 in $PWD, and of the allocators Heaptoll knows ${names// /, }"
    found=$(realpath -- "$1")
}

main() {
    here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
    # One folder for each use: a job may gate more than one library.
    ARTIFACTS=$(mktemp -d "${RUNNER_TEMP:-/tmp}/heaptoll-gate.XXXXXX")
    export ARTIFACTS PROFILE=${INPUT_PROFILE:-smoke} FILTER=${INPUT_FILTER:-} ARGS=${INPUT_ARGS:-}
    export FAIL_ON=${INPUT_FAIL_ON:-regression}

    check_lines
    local base=${INPUT_BASE:-} head=${INPUT_HEAD:-} base_cc=${INPUT_BASE_CC:-} head_cc=${INPUT_HEAD_CC:-} sides
    if [[ -n $base && -n $head && -z $base_cc$head_cc ]]; then
        [[ -z ${INPUT_ALLOCATORS:-} ]] || refuse "allocators goes with two compilers: base and head are two allocators"
        find_library "$base"
        sides=("--base-allocator=$found")
        find_library "$head"
        sides+=("--head-allocator=$found")
    elif [[ -n $base_cc && -n $head_cc && -z $base$head ]]; then
        sides=("--base-cc=$base_cc" "--head-cc=$head_cc")
        [[ -z ${INPUT_ALLOCATORS:-} ]] || sides+=("--allocators=$INPUT_ALLOCATORS")
    else
        refuse "give base and head, two libraries, or base-cc and head-cc, two compilers"
    fi
    [[ -z ${INPUT_DEAD_ZONE_PERCENT:-} ]] || sides+=("--dead-zone-percent=$INPUT_DEAD_ZONE_PERCENT")
    exec "$here/gate.sh" "${sides[@]}"
}

main
