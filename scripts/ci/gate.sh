#!/usr/bin/env bash
# The gate in a workflow: installs and builds what is missing, measures, and says how it ended where GitHub looks for it.
# See --help.
set -euo pipefail

usage() {
    cat <<'EOH'
Usage: scripts/ci/gate.sh OPTION-OF-GATE.PY...
       scripts/ci/gate.sh --refused REASON

Runs scripts/gate.py with these options, or measures nothing and says why. The verdict goes to the log and, as Markdown, to
the summary of the step (also when nothing could be measured), the way it ended to an annotation and to the step's outputs:

  conclusion   fine, regression, failed or inconclusive
  exit-status  0, 1, 2 or 3: what the gate said, whatever this script makes of it
  folder       where report (gate.md), csv, json and junit are, which are outputs too; absent when nothing was measured

Environment:
  PROFILE=smoke          which cases: smoke, quick or full
  FILTER=regex           only those whose names match
  ARGS='--a --b=1'       more options of gate.py, separated by blanks or line breaks; no quotes, nothing is expanded
  FAIL_ON=regression     regression: 1 and 2 fail, inconclusive is a warning. inconclusive: that fails too.
                         failed: only what could not be measured fails, a regression is a warning
  ARTIFACTS=results/gate/artifacts   where the files go
  BUILD_DIR=build        where to compile; SETUP=no and PYTHON as for make

Exit status: that of the gate, or 0 where it is only a warning.

Example: FILTER='^lifetime/' scripts/ci/gate.sh --base=origin/main
EOH
}

# The file descriptor 3 is the real standard output: see main.
gate() {
    scripts/setup.sh --for=counts >&3 && SETUP=skip make build >&3 || return 2
    local python options more=()
    python=$(scripts/find-python.sh numpy scipy pandas) || return 2
    options=("--profile=${PROFILE:-smoke}" "--artifacts=$artifacts" "--build-dir=${BUILD_DIR:-build}")
    [[ -z ${FILTER:-} ]] || options+=("--filter=$FILTER")
    read -d '' -ra more <<<"${ARGS:-}" || true # there is no NUL to end at
    "$python" scripts/gate.py "${options[@]}" "$@" "${more[@]}" >&3
}

# The reasons as gate.md lists them, before its tables.
reasons() { sed -n '/^Base: /q; s/^- //p' "$artifacts/gate.md"; }

# What stands at the end of the log, without its progress and what make adds.
last_words() { { grep -vE '%  .*launch|^make: ' "$log" || true; } | tail -n "$1"; }

annotate() { scripts/ci/annotate.sh "$1" 'Heaptoll gate' "$2"; }

# The step's outputs.
put() { [[ -z ${GITHUB_OUTPUT:-} ]] || printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

put_files() {
    [[ -e $artifacts/gate.json ]] || return 0
    local folder
    folder=$(cd "$artifacts" && pwd)
    put folder "$folder"
    put report "$folder/gate.md"
    put csv "$folder/gate.csv"
    put json "$folder/gate.json"
    put junit "$folder/gate.junit.xml"
}

# The gate writes the summary itself once it has measured. Indented by four, nothing in it is Markdown.
summarize_failure() {
    [[ -n ${GITHUB_STEP_SUMMARY:-} && ! -e $artifacts/gate.md ]] || return 0
    {
        printf '## Heaptoll gate: could not be measured\n\nThe end of the log:\n\n'
        last_words 20 | sed 's/^/    /'
    } >>"$GITHUB_STEP_SUMMARY"
}

main() {
    case ${1:-} in -h | --help) usage && exit 0 ;; esac
    cd "$(dirname "${BASH_SOURCE[0]}")/../.."
    artifacts=${ARTIFACTS:-results/gate/artifacts}
    local fail_on=${FAIL_ON:-regression} refused='' status=0
    [[ ${1:-} != --refused ]] || refused=$2
    case $fail_on in
        regression | inconclusive | failed) ;;
        *) refused="fail-on is '$fail_on': regression, inconclusive or failed" ;;
    esac
    # A gate that stops before it measures, in a build that fails, must not show what an earlier one found.
    rm -f -- "$artifacts"/gate.{md,csv,json,junit.xml}
    log=$(mktemp)
    trap 'rm -f -- "$log"' EXIT
    if [[ -n $refused ]]; then
        printf '%s\n' "$refused" >"$log"
        status=2
    else
        # Standard error to the log too, as it comes.
        { gate "$@" 2>&1 >/dev/null | tee "$log" >&2 || status=${PIPESTATUS[0]}; } 3>&1
    fi

    local conclusion kind=error
    case $status in
        0) conclusion=fine ;;
        1) conclusion=regression ;;
        3) conclusion=inconclusive ;;
        *) conclusion=failed ;;
    esac
    put conclusion "$conclusion"
    put exit-status "$status"
    put_files
    [[ $fail_on/$conclusion != regression/inconclusive && $fail_on/$conclusion != failed/@(inconclusive|regression) ]] ||
        kind=warning
    case $conclusion in
        fine) exit 0 ;;
        failed)
            if [[ -e $artifacts/gate.md ]]; then refused=$(reasons); fi
            annotate error "could not be measured: ${refused:-$(last_words 1)}"
            summarize_failure
            ;;
        *) annotate "$kind" "$conclusion: $(reasons)" ;;
    esac
    [[ $kind == error ]] || exit 0
    exit "$status"
}

main "$@"
