#!/usr/bin/env bash
# Prints the path of a Python that can import what the scripts need. The python3 that comes first on PATH may be
# pyenv's or conda's, and cannot see the packages of the distribution. See --help.
set -euo pipefail

usage() {
    cat <<'EOF'
Usage: scripts/find-python.sh [MODULE...]        (default: numpy scipy pandas matplotlib jinja2)

Prints the first of these that is Python 3.9 or newer and has the modules: $PYTHON, if it is set, and then nothing
else; every python3 on PATH; /usr/bin/python3; /usr/bin/python3.*

Exit codes: 0 found, 2 none; standard error says what each one lacks.

Example: PYTHON=.venv/bin/python scripts/find-python.sh pytest numpy
EOF
}

# find_spec looks without importing: matplotlib alone takes half a second to load.
readonly QUESTION='
import sys
if sys.version_info < (3, 9):
    sys.exit("verdict: is Python %d.%d; 3.9 or newer is needed" % sys.version_info[:2])
import importlib.util
sys.path[:] = [folder for folder in sys.path if folder]  # -c adds the current folder, the scripts do not see it
def missing(module):
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return True
    return spec is None or spec.origin is None  # no origin: a folder of that name, not a package
lacks = [module for module in sys.argv[1:] if missing(module)]
if lacks:
    sys.exit("verdict: lacks " + ", ".join(lacks))
'

# Sets `reason` to what is wrong with the interpreter $1; empty when it will do.
examine() {
    local answer
    reason=''
    if ! answer=$("$1" -c "$QUESTION" "${modules[@]}" 2>&1); then
        if [[ $answer == *'verdict: '* ]]; then
            reason=${answer##*verdict: }
        else
            reason="does not run: ${answer%%$'\n'*}"
        fi
    fi
}

# Sets `candidates`. The same folder by two names (/bin is /usr/bin) counts once. Links to interpreters are not
# followed: one in a virtual environment leads to the system's Python, yet sees other modules.
list_candidates() {
    local found=() path real
    local -A seen=()
    local system=${HEAPTOLL_SYSTEM_ROOT:-}/usr/bin # the variable is for the tests: a made-up /usr
    mapfile -t found < <(type -aP python3)
    found+=("$system/python3" "$system"/python3.*[0-9])
    candidates=()
    for path in "${found[@]}"; do
        [[ -x $path && ! -d $path ]] || continue
        real=$(cd "$(dirname "$path")" && pwd -P)/${path##*/}
        [[ -z ${seen[$real]:-} ]] || continue
        seen[$real]=yes
        candidates+=("$path")
    done
}

main() {
    case ${1:-} in
        -h | --help) usage && exit 0 ;;
        -*) echo "find-python: unknown option '$1'; scripts/find-python.sh --help lists them" >&2 && exit 2 ;;
    esac
    modules=("$@")
    (($#)) || modules=(numpy scipy pandas matplotlib jinja2)

    if [[ -n ${PYTHON:-} ]]; then
        examine "$PYTHON"
        if [[ -n $reason ]]; then
            echo "find-python: PYTHON=$PYTHON $reason" >&2
            echo "Install that there, name another, or unset PYTHON to let this script look." >&2
            exit 2
        fi
        type -P "$PYTHON"
        return
    fi

    list_candidates
    local path tried=()
    for path in "${candidates[@]}"; do
        examine "$path"
        if [[ -z $reason ]]; then
            ((${#tried[@]} == 0)) || echo "find-python: using $path, because ${tried[0]}" >&2
            printf '%s\n' "$path"
            return
        fi
        tried+=("$path $reason")
    done

    # What pip calls them.
    local packages=("${modules[@]/#xdist/pytest-xdist}")
    packages=("${packages[@]/#yaml/PyYAML}")
    {
        echo "find-python: no Python 3.9 or newer with: ${modules[*]}"
        ((${#tried[@]} == 0)) || printf '  %s\n' "${tried[@]}"
        ((${#tried[@]})) || echo "  there is no python3 on PATH, nor in /usr/bin"
        echo "Either let scripts/setup.sh install them for the system's python3 (--for=test: the tests' too), or:"
        echo "  python3 -m venv .venv && .venv/bin/pip install ${packages[*]} && export PYTHON=.venv/bin/python"
    } >&2
    exit 2
}

main "$@"
