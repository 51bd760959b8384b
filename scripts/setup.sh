#!/usr/bin/env bash
# Says which packages Heaptoll still needs on this machine, and installs them where that is safe to automate:
# Debian, Ubuntu and their kin. Elsewhere it looks for the tools themselves and names the packages. See --help.
set -euo pipefail

usage() {
    cat <<'EOF'
Usage: scripts/setup.sh [--for=bench|counts|perf|test] [--check]

  --for=bench   what building, measuring and drawing need (the default)
  --for=counts  that, and what `make counts` needs
  --for=perf    that, and what `make perf` needs; perf itself is optional, callgrind stands in for it
  --for=test    bench, and what `make test` needs
  --check       only look: never install

Environment:
  SETUP=no     never install; say what is missing and how to get it
  SETUP=skip   do not even look: everything comes from elsewhere (source builds, conda, Nix)
  PYTHON=path  use this interpreter; the distribution's Python packages are then not asked for
  CHROMIUM=path  open the tests' pages in this browser; Chromium is then not asked for

Exit codes: 0 all there (a missing optional package is a warning), 2 something is missing.

Example: SETUP=no scripts/setup.sh --for=test
EOF
}

# The only list of packages. Columns:
#   purpose | must or extra | Debian | Fedora | Arch | openSUSE | Alpine | how to see it without a package manager
# In Debian's column a/b are names for the same thing in different releases: the one apt knows is taken.
# `extra` rows are allocators: without one, its lane is not measured, the rest is. And perf, and what compiles the cases
# of clang's blocks beside another compiler, and Go: for the tests alone, since they take longer to install than all the rest.
# program: is what people have from elsewhere, in packages that the distribution's would conflict with, so that on Debian too
# any of these programs is enough; so is the one that the variable after them names.
# -: not packaged there, or not known to be.
readonly TABLE='
bench|must|gcc|gcc|gcc|gcc|gcc musl-dev|compiles:c
bench|must|g++|gcc-c++|gcc|gcc-c++|g++|compiles:c++
bench|must|cmake|cmake|cmake|cmake|cmake|tool:cmake
bench|must|make|make|make|make|make|tool:make
bench|must|pkg-config/pkgconf|pkgconf-pkg-config|pkgconf|pkgconf-pkg-config|pkgconf|tool:pkg-config
bench|must|libbenchmark-dev|google-benchmark-devel|benchmark|pkgconfig(benchmark)|benchmark-dev|library:benchmark:c++:benchmark/benchmark.h
bench|must|libjansson-dev|jansson-devel|jansson|libjansson-devel|jansson-dev|library:jansson:c:jansson.h
bench|must|libpfm4-dev|libpfm-devel|libpfm|libpfm-devel|libpfm-dev|library:pfm:c:perfmon/pfmlib_perf_event.h
bench|extra|libjemalloc2|jemalloc|jemalloc|libjemalloc2|jemalloc|preload:libjemalloc.so
bench|extra|libmimalloc2.0/libmimalloc3|mimalloc|mimalloc|libmimalloc2|mimalloc2|preload:libmimalloc.so
bench|extra|libtcmalloc-minimal4/libtcmalloc-minimal4t64|gperftools-libs|gperftools|gperftools|gperftools|preload:libtcmalloc_minimal.so
bench|must|python3|python3|python|python3|python3|python:
bench|must|python3-numpy|python3-numpy|python-numpy|python3-numpy|py3-numpy|python:numpy
bench|must|python3-scipy|python3-scipy|python-scipy|python3-scipy|py3-scipy|python:scipy
bench|must|python3-pandas|python3-pandas|python-pandas|python3-pandas|py3-pandas|python:pandas
bench|must|python3-matplotlib|python3-matplotlib|python-matplotlib|python3-matplotlib|py3-matplotlib|python:matplotlib
bench|must|python3-jinja2|python3-jinja2|python-jinja|python3-Jinja2|py3-jinja2|python:jinja2
counts|must|valgrind|valgrind|valgrind|valgrind|valgrind|tool:valgrind
perf|must|valgrind|valgrind|valgrind|valgrind|valgrind|tool:valgrind
perf|extra|linux-perf/linux-tools-generic|perf|perf|perf|perf|tool:perf
test|must|libcmocka-dev|libcmocka-devel|cmocka|libcmocka-devel|cmocka-dev|library:cmocka:c:cmocka.h
test|must|python3-pytest|python3-pytest|python-pytest|python3-pytest|py3-pytest|python:pytest
test|must|python3-pytest-xdist|python3-pytest-xdist|python-pytest-xdist|python3-pytest-xdist|py3-pytest-xdist|python:xdist
test|must|python3-hypothesis|python3-hypothesis|python-hypothesis|python3-hypothesis|py3-hypothesis|python:hypothesis
test|must|python3-yaml|python3-pyyaml|python-yaml|python3-PyYAML|py3-yaml|python:yaml
test|must|mypy|python3-mypy|mypy|python3-mypy|py3-mypy|python:mypy
test|must|shellcheck|ShellCheck|shellcheck|ShellCheck|shellcheck|tool:shellcheck
test|must|clang-format|clang-tools-extra|clang|clang-tools|clang-extra-tools|tool:clang-format
test|must|valgrind|valgrind|valgrind|valgrind|valgrind|tool:valgrind
test|must|nodejs|nodejs|nodejs|nodejs-default|nodejs|program:node
test|must|npm|nodejs-npm|npm|npm-default|npm|program:npm
test|must|chromium/chromium-browser|chromium|chromium|chromium|chromium|program:chromium/chromium-browser/google-chrome/google-chrome-stable:CHROMIUM
test|extra|clang|-|-|-|-|tool:clang
test|extra|libblocksruntime-dev|-|-|-|-|library:BlocksRuntime:c:Block.h
test|extra|golang-go|golang|go|go|go|program:go
'

note() { printf 'setup: %s\n' "$*"; }
warn() { printf 'setup: %s\n' "$*" >&2; }
fail() {
    warn "$@"
    exit 2
}
has() { command -v "$1" >/dev/null; }
all_there() { note "everything for $purpose is here"; }

read_options() {
    purpose=bench check_only=no
    local option
    for option; do
        case $option in
            --for=bench | --for=counts | --for=perf | --for=test) purpose=${option#--for=} ;;
            --for=*) fail "unknown purpose '${option#--for=}': --for=bench, counts, perf or test" ;;
            --check) check_only=yes ;;
            -h | --help) usage && exit 0 ;;
            *) fail "unknown option '$option'; scripts/setup.sh --help lists them" ;;
        esac
    done
    loss='their lanes and cases are left out'
    [[ $purpose != perf ]] || loss='this goes on without them'
    case ${SETUP:=yes} in
        yes | no) ;;
        skip) note "skipped (SETUP=skip)" && exit 0 ;;
        *) fail "SETUP is '$SETUP': yes, no or skip" ;;
    esac
}

# Sets `family` and the name to show for it.
read_distribution() {
    local file=$root/etc/os-release key value id='' like=''
    distribution='this distribution'
    if [[ -r $file ]]; then
        while IFS='=' read -r key value || [[ -n $key ]]; do
            value=${value#[\"\']} value=${value%[\"\']}
            case $key in
                ID) id=$value ;;
                ID_LIKE) like=$value ;;
                PRETTY_NAME) distribution=$value ;;
            esac
        done <"$file"
    fi
    case " $id $like " in
        *' debian '* | *' ubuntu '*) family=debian ;;
        *' fedora '* | *' rhel '* | *' centos '*) family=fedora ;;
        *' arch '*) family=arch ;;
        *' suse '* | *' opensuse '* | *' opensuse-'*) family=suse ;;
        *' alpine '*) family=alpine ;;
        *) family=unknown ;;
    esac
}

# Fills the row_* arrays with the rows this purpose needs, package names in the words of this family.
read_rows() {
    row_need=() row_names=() row_probe=() modules=()
    local for_ need debian fedora arch suse alpine probe names
    while IFS='|' read -r for_ need debian fedora arch suse alpine probe; do
        [[ $for_ == bench || $for_ == "$purpose" ]] || continue
        if [[ $probe == python:* ]]; then
            [[ $probe == python: ]] || modules+=("${probe#python:}")
            [[ -z ${PYTHON:-} ]] || continue # whoever names an interpreter owns its modules; it is checked at the end
        fi
        case $family in
            fedora) names=$fedora ;;
            arch) names=$arch ;;
            suse) names=$suse ;;
            alpine) names=$alpine ;;
            *) names=$debian ;;
        esac
        [[ $names != - ]] || continue
        row_need+=("$need") row_names+=("$names") row_probe+=("$probe")
    done <<<"${TABLE#$'\n'}"
}


# ---- Debian and kin: dpkg says what is there, apt-get brings the rest

# Sets missing_must and missing_extra to the rows, as a/b lists, of which no name is installed. What is never only a
# package is looked for itself.
ask_dpkg() {
    missing_must=() missing_extra=()
    local -A installed=()
    local all=() row name state i found
    for row in "${row_names[@]}"; do
        IFS='/' read -ra names <<<"$row"
        all+=("${names[@]}")
    done
    # dpkg-query fails when a name is unknown to it, which here is an answer, not an error.
    while read -r name state; do
        [[ $state != installed ]] || installed[$name]=yes
    done < <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${all[@]}" 2>/dev/null || true)
    for i in "${!row_names[@]}"; do
        found=no
        IFS='/' read -ra names <<<"${row_names[i]}"
        for name in "${names[@]}"; do
            [[ -z ${installed[$name]:-} ]] || found=yes
        done
        [[ ${row_probe[i]} != program:* ]] || ! is_there "${row_probe[i]}" || found=yes
        [[ $found == no ]] || continue
        if [[ ${row_need[i]} == must ]]; then
            missing_must+=("${row_names[i]}")
        else
            missing_extra+=("${row_names[i]}")
        fi
    done
}

# Turns the missing rows into the names apt can install: must, extra; and those it has never heard of.
ask_apt() {
    must=() extra=() unknown_must=() unknown_extra=()
    local -A known=()
    local all=() row line name
    for row in "${missing_must[@]}" "${missing_extra[@]}"; do
        IFS='/' read -ra names <<<"$row"
        all+=("${names[@]}")
    done
    # A name that others merely provide has the candidate "(none)"; an unknown one has no paragraph at all.
    while IFS= read -r line; do
        case $line in
            '  Candidate: (none)') ;;
            '  Candidate: '*) known[$name]=yes ;;
            [!\ ]*:) name=${line%:} ;;
        esac
    done < <(LC_ALL=C apt-cache policy "${all[@]}" 2>/dev/null || true)

    local chosen
    for row in "${missing_must[@]}"; do
        choose "$row"
        must+=("$chosen")
        [[ -n ${known[$chosen]:-} ]] || unknown_must+=("$chosen")
    done
    for row in "${missing_extra[@]}"; do
        choose "$row"
        if [[ -n ${known[$chosen]:-} ]]; then extra+=("$chosen"); else unknown_extra+=("$chosen"); fi
    done
}

# Sets `chosen` to the first name of the row $1 that is in `known`, else to its first name.
choose() {
    local name
    IFS='/' read -ra names <<<"$1"
    chosen=${names[0]}
    for name in "${names[@]}"; do
        if [[ -n ${known[$name]:-} ]]; then
            chosen=$name
            return
        fi
    done
}

# apt asks nothing, restarts no service of this machine, and waits for a package manager that is already at work.
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
        apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1
}

update_once() {
    [[ $updated == no ]] || return 1
    updated=yes
    note "apt-get update"
    # One unreachable repository must not stop us: what matters is whether the packages are known afterwards.
    apt update || warn "apt-get update had trouble: $(grep -E '^(E|W|Err)' "$log" | head -n 3 || true)"
    ask_apt
}

install() {
    note "installing $*"
    apt install --no-install-recommends "$@"
}

show_log() { tail -n "$1" "$log" | sed 's/^/    /' >&2; }

# Says how to get what is missing, for when we may not, cannot or did not. Ends the script unless all that is missing
# is optional.
refuse() {
    local sudo='' update='' wanted=("${must[@]}" "${extra[@]}") optional=("${extra[@]}" "${unknown_extra[@]}")
    if ((${#must[@]} == 0)); then
        warn "optional packages not installed, $loss: ${optional[*]} ($1)"
        return
    fi
    [[ $(id -u) == 0 ]] || sudo='sudo '
    ((${#unknown_must[@]} + ${#unknown_extra[@]} == 0)) || update="${sudo}apt-get update && "
    warn "missing for $purpose: ${must[*]}"
    ((${#optional[@]} == 0)) || warn "missing, optional: ${optional[*]}"
    warn "nothing was installed: $1. This would do it:"
    printf '    %sapt-get install --no-install-recommends %s\n' "$update$sudo" "${wanted[*]}" >&2
    warn "if you have all this from elsewhere, SETUP=skip goes on without this check"
    exit 2
}

on_debian() {
    ask_dpkg
    if ((${#missing_must[@]} + ${#missing_extra[@]} == 0)); then
        all_there
        return
    fi
    ask_apt

    local obstacle=''
    as_root=()
    if [[ $check_only == yes ]]; then
        obstacle='--check only looks'
    elif [[ $SETUP == no ]]; then
        obstacle='SETUP=no'
    elif [[ $(id -u) != 0 ]]; then
        if has sudo; then as_root=(sudo); else obstacle='this needs root, and there is no sudo'; fi
    fi
    if [[ -n $obstacle ]]; then
        refuse "$obstacle"
        return
    fi

    log=$(mktemp) updated=no
    trap 'rm -f "$log"' EXIT
    # An allocator this release does not have is no reason to update; package lists that are empty are.
    if ((${#unknown_must[@]})) || { ((${#unknown_extra[@]})) && [[ -z $(apt-cache madison gcc 2>/dev/null) ]]; }; then
        update_once
    fi
    if ((${#unknown_must[@]})); then
        show_log 40
        refuse "apt does not know ${unknown_must[*]}. Is the network there, and on Ubuntu the 'universe' repository?"
    fi
    if ((${#must[@]})); then
        # Lists that have gone stale name versions the mirror no longer has: worth one update and one more try.
        if ! install "${must[@]}" && ! { update_once && install "${must[@]}"; }; then
            show_log 40
            refuse "apt-get failed, its words are above"
        fi
    fi
    if ((${#extra[@]})) && ! install "${extra[@]}"; then
        show_log 5
        warn "optional packages could not be installed, $loss: ${extra[*]}"
    fi
    ((${#unknown_extra[@]} == 0)) ||
        warn "optional packages that apt does not know, $loss: ${unknown_extra[*]}"
}


# ---- Elsewhere: look for the things themselves, and only name the packages

c_compiler() { command -v ${CC:+"${CC%% *}"} cc gcc clang | head -n 1; }
cxx_compiler() { command -v ${CXX:+"${CXX%% *}"} c++ g++ clang++ | head -n 1; }

# compiles c|c++ [HEADER]: a compiler without the C library's headers, as on a bare Alpine, must not pass.
compiles() {
    local compiler
    if [[ $1 == c ]]; then compiler=$(c_compiler); else compiler=$(cxx_compiler); fi
    [[ -n $compiler ]] || return 1
    # cmocka.h wants the first four before it.
    printf '#include <%s>\n' stdarg.h stddef.h stdint.h setjmp.h stdio.h "${2:-stdio.h}" |
        "$compiler" -x "$1" -fsyntax-only - >/dev/null 2>&1
}

# A shared object by its stem, in the loader's cache or in the usual folders (musl has no such cache).
loadable() {
    local cache
    cache=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true)
    [[ $cache != *"$1"* ]] || return 0
    local folder
    for folder in lib lib64 'lib/*' local/lib; do
        ! compgen -G "$root/usr/$folder/$1*" >/dev/null || return 0
    done
    return 1
}

# The interpreter that the distribution's packages are for.
module_there() {
    local python
    python=$(command -v "$root/usr/bin/python3" python3 | head -n 1)
    [[ -n $python ]] && PYTHON=$python "$scripts/find-python.sh" ${1:+"$1"} >/dev/null 2>&1
}

# program_there a/b [VARIABLE]: a on PATH or b; but if the variable is set, then what it names and nothing else.
program_there() {
    local names name
    IFS='/' read -ra names <<<"$1"
    [[ -z ${2:-} || -z ${!2:-} ]] || names=("${!2}")
    for name in "${names[@]}"; do
        ! has "$name" || return 0
    done
    return 1
}

is_there() {
    local kind name language header
    IFS=':' read -r kind name language header <<<"$1"
    case $kind in
        tool) has "$name" ;;
        program) program_there "$name" "$language" ;;
        compiles) compiles "$name" ;;
        library) pkg-config --exists "$name" 2>/dev/null || compiles "$language" "$header" ;;
        preload) loadable "$name" ;;
        python) [[ $python_done == yes ]] || module_there "${name:-sys}" ;;
    esac
}

elsewhere() {
    local i name how missing=() optional=()
    # One interpreter with everything is enough, wherever it comes from.
    python_done=no
    ! "$scripts/find-python.sh" "${modules[@]}" >/dev/null 2>&1 || python_done=yes
    for i in "${!row_names[@]}"; do
        is_there "${row_probe[i]}" && continue
        if [[ ${row_need[i]} == must ]]; then
            missing+=("${row_names[i]%%/*}")
        else
            optional+=("${row_names[i]%%/*}")
        fi
    done
    ((${#optional[@]} == 0)) ||
        warn "optional packages not found, $loss: ${optional[*]}"
    if ((${#missing[@]} == 0)); then
        all_there
        return
    fi
    warn "missing for $purpose on $distribution: ${missing[*]}"
    case $family in
        fedora) how='sudo dnf install' ;;
        arch) how='sudo pacman -S --needed' ;;
        suse) how='sudo zypper install' ;;
        alpine) how='apk add' ;;
        *) fail "these are Debian's names; install what this distribution calls them" ;;
    esac
    warn "nothing was installed: that is automatic on Debian and Ubuntu only. This should do it:"
    for name in "${missing[@]}" "${optional[@]}"; do
        [[ $name != *'('* ]] || name="'$name'"
        how+=" $name"
    done
    printf '    %s\n' "$how" >&2
    exit 2
}


main() {
    root=${HEAPTOLL_SYSTEM_ROOT:-} # for the tests: a made-up /etc and /usr below this folder
    scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
    read_options "$@"
    [[ $(uname -s) == Linux ]] ||
        fail "Heaptoll measures on Linux only (LD_PRELOAD, /proc, CPU pinning); use a Linux machine, VM or container"
    read_distribution
    read_rows
    if [[ -n ${PYTHON:-} ]]; then "$scripts/find-python.sh" "${modules[@]}" >/dev/null; fi
    if [[ $family == debian ]] && has apt-get && has apt-cache && has dpkg-query; then
        on_debian
    else
        elsewhere
    fi
}

main "$@"
