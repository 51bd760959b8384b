# A thin face on CMake and the scripts. `make help` says what there is.

#? PROFILE=quick             smoke | quick | full (full, where `make counts` is not told)
#? FILTER=regex              only the cases it matches: FILTER='returned_pointer/(by_value|chain)/.*$'
#?                           (in single quotes; $ stands for itself, and so does $$, which make is used to)
#? ALLOCATORS=a,b=/lib.so    only these; name=path adds one of your own
#? ENGINE=lockstep           or gbench
#? COUNTERS=a,b              events to count beside the clock: cycles,instructions,page-faults
#? GO=1                      make bench measures Go beside C too (GO=0: not; without it: where go is installed)
#? RESUME=results/runs/...   make bench goes on with this interrupted run, with the options it had
#? ARGS='--flag ...'         more flags for what the target runs: heaptoll (bench, audit, doctor, list),
#?                           precision.py, truth.py, plot.py, report.py, publish.py, edges.py, compare.py, export.py, history.py, history_selftest.py, gate.py, gate_selftest.py, counts.py, perf.py, disassemble.py, escape.py; the shell reads them, so quote inside what needs quotes
#? TOOL=auto                 or perf, or callgrind: what `make perf` looks with
#? RUN=results/runs/...      what `make plot` draws, `make report`, `make edges` and `make export` read, `make history` appends; without it, the
#?                           newest complete run
#? BASE=  HEAD=              what `make compare` compares: results/runs/..., measurements.csv, or files of Google Benchmark
#?                           (JSON) or Go (text); HEAD without a value is the newest complete run
#?                           for `make report`, BASE is a run that the page can compare with
#?                           for `make gate`, BASE is a commit, branch or tag; so is HEAD, or without it the tree as it is
#? FORMAT=terminal           or markdown, csv, json, junit: how `make compare` and `make gate` say it
#?                           for `make history`: terminal, markdown, json or csv
#?                           for `make escape`: terminal, markdown or json
#?                           for `make export`: github-action-benchmark, bencher, go, otava, junit, markdown or csv
#? NAME=epyc-zen4-2vcpu     what the machine is called that `make publish` publishes RUN of
#? GOPKG=./path             the folder of a Go package that `make escape` looks at; without it, the classic examples
#? CASE=name  ARM=heap       what `make disassembly` prints (without ARM, all arms of the case) and `make perf` looks at
#? BUILD_DIR=build           where to compile; one folder holds one compiler
#? CC=  CXX=                 the compilers: make bench CC=clang CXX=clang++ BUILD_DIR=build-clang
#? JOBS=                     parallel compile and test jobs; without it, one per core
#? SETUP=no                  never install packages, say what is missing; SETUP=skip: do not look either
#? PYTHON=/path/python3      this interpreter, not the first one that has the modules
#? CHROMIUM=/path/chrome     this browser opens the pages of `make test`, not the first one on PATH
#?
#? make itself can only fail with exit code 2; the program's own code stands in its last line, "Error N".

PROFILE ?= quick
BUILD_DIR ?= build

# Every recipe is one bash script, and no two run at once: a compiler beside a benchmark would spoil it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.NOTPARALLEL:
.SUFFIXES:
.DEFAULT_GOAL := help
.PHONY: help setup build doctor bench plot report answer publish site edges compare export history history-selftest gate gate-selftest list disassembly audit precision truth counts counts-check counts-accept perf escape test lint format clean

# What the user types reaches the recipes through the environment: make does not expand it, the shell does not parse it.
typed = $(subst $$$$,$$,$(value $1))
unexport PROFILE FILTER ALLOCATORS ENGINE COUNTERS GO RESUME ARGS RUN NAME BASE HEAD FORMAT CASE ARM TOOL GOPKG BUILD_DIR JOBS
export HEAPTOLL_PROFILE := $(call typed,PROFILE)
export HEAPTOLL_FILTER := $(call typed,FILTER)
export HEAPTOLL_ALLOCATORS := $(call typed,ALLOCATORS)
export HEAPTOLL_ENGINE := $(call typed,ENGINE)
export HEAPTOLL_COUNTERS := $(call typed,COUNTERS)
export HEAPTOLL_GO := $(call typed,GO)
export HEAPTOLL_RESUME := $(call typed,RESUME)
export HEAPTOLL_RUN := $(call typed,RUN)
export HEAPTOLL_NAME := $(call typed,NAME)
export HEAPTOLL_BASE := $(call typed,BASE)
export HEAPTOLL_HEAD := $(call typed,HEAD)
export HEAPTOLL_FORMAT := $(call typed,FORMAT)
export HEAPTOLL_GOPKG := $(call typed,GOPKG)
export HEAPTOLL_CASE := $(call typed,CASE)
export HEAPTOLL_ARM := $(call typed,ARM)
export HEAPTOLL_BUILD_DIR := $(or $(call typed,BUILD_DIR),$(error BUILD_DIR is empty))
export HEAPTOLL_JOBS := $(call typed,JOBS)
export HEAPTOLL_TOOL := $(call typed,TOOL)

# A make that runs below this one (CMake's, the tests') must not inherit its options.
define begin
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
dir=$$HEAPTOLL_BUILD_DIR jobs=$${HEAPTOLL_JOBS:-$$(nproc)}
stop() { echo "$@: $$*" >&2; exit 2; }
endef

# Sets `flags` for heaptoll. ARGS comes last, so that it wins.
define flags
flags=("--profile=$$HEAPTOLL_PROFILE")
[[ -z $$HEAPTOLL_FILTER ]] || flags+=("--benchmark_filter=$$HEAPTOLL_FILTER")
[[ -z $$HEAPTOLL_ALLOCATORS ]] || flags+=("--allocators=$$HEAPTOLL_ALLOCATORS")
[[ -z $$HEAPTOLL_ENGINE ]] || flags+=("--engine=$$HEAPTOLL_ENGINE")
[[ -z $$HEAPTOLL_COUNTERS ]] || flags+=("--counters=$$HEAPTOLL_COUNTERS")
# A resumed run has its options already; what is typed nevertheless is for heaptoll to refuse.
[[ -z $$HEAPTOLL_RESUME ]] || flags=("--resume=$$HEAPTOLL_RESUME" "$${flags[@]:$(if $(filter file,$(origin PROFILE)),1,0)}")
flags+=($(call typed,ARGS))
endef

# What counts-check is told, which counts the smoke profile unless another is asked for.
counts_asked = $(if $(filter-out file,$(origin PROFILE)),"--profile=$$HEAPTOLL_PROFILE") \
    $${HEAPTOLL_FILTER:+"--filter=$$HEAPTOLL_FILTER"} $${HEAPTOLL_ALLOCATORS:+"--allocators=$$HEAPTOLL_ALLOCATORS"}

# Sets `sources` and `shells` to what git tracks and is still there.
define tracked
command -v git >/dev/null && git rev-parse --git-dir >/dev/null || stop "this needs a git checkout"
mapfile -d '' -t sources < <(git ls-files -z -- '*.c' '*.h' '*.cc' '*.cpp' '*.hpp')
mapfile -d '' -t shells < <(git ls-files -z -- '*.sh')
for i in "$${!sources[@]}"; do [[ -e $${sources[i]} ]] || unset "sources[i]"; done
for i in "$${!shells[@]}"; do [[ -e $${shells[i]} ]] || unset "shells[i]"; done
needs() { command -v "$$1" >/dev/null || stop "there is no $$1; scripts/setup.sh --for=test installs it"; }
endef


help: ## this page
	echo 'Heaptoll: what the heap costs against the stack. To begin: make bench'
	echo
	sed -nE 's/^([a-z-]+):.*## (.*)/  \1\t\2/p' Makefile | expand -t 28
	echo
	sed -nE 's/^#\? ?(.*)/  \1/p' Makefile

setup: ## install the packages that the other targets need
	scripts/setup.sh --for=$(firstword $(foreach goal,test perf counts,$(filter $(goal),$(MAKECMDGOALS))) bench)

build: setup ## compile into BUILD_DIR
	$(begin)
	# CMake ignores CC once it is configured; measuring gcc for who asked for clang must not happen.
	keeps() {
	    local asked=$$1 kept
	    kept=$$(sed -n "s/^CMAKE_$$2_COMPILER:[A-Z]*=//p" "$$dir/CMakeCache.txt" 2>/dev/null || true)
	    [[ -z $$asked || -z $$kept ]] && return
	    [[ $$(readlink -f "$$(command -v "$${asked%% *}")") == "$$(readlink -f "$$kept")" ]] ||
	        stop "asked for $$asked, but $$dir was made with $$kept: name another BUILD_DIR, or make clean first"
	}
	keeps "$${CC:-}" C
	keeps "$${CXX:-}" CXX
	mkdir -p -- "$$dir"
	compile() {
	    local asked=($(if $(filter test,$(MAKECMDGOALS)),-DHEAPTOLL_TESTS=ON -DHEAPTOLL_WERROR=ON))
	    [[ $${#asked[@]} == 0 && ( -e $$dir/Makefile || -e $$dir/build.ninja ) ]] ||
	        cmake -S . -B "$$dir" "$${asked[@]}" || return
	    cmake --build "$$dir" --parallel "$$jobs"
	}
	if ! compile >"$$dir/heaptoll-build.log" 2>&1; then
	    cat "$$dir/heaptoll-build.log" >&2
	    stop "failed; the same is in $$dir/heaptoll-build.log"
	fi
	grep -A 5 'warning:' "$$dir/heaptoll-build.log" >&2 || true

bench: build ## measure, then draw the charts and write the page
	$(begin)
	$(flags)
	# Asked before the run, not after: a missing module is better news now.
	python=$$(scripts/find-python.sh)
	[[ $$HEAPTOLL_GO =~ ^[01]?$$ ]] || stop "GO is 1 or 0, not $$HEAPTOLL_GO"
	go=$$HEAPTOLL_GO
	if command -v go >/dev/null; then
	    go=$${go:-auto}
	elif [[ $$go == 1 ]]; then
	    stop "GO=1, but there is no go on PATH: apt-get install golang-go, or https://go.dev/dl/"
	fi
	results=results
	worker=$$dir/heaptoll-worker
	for flag in "$${flags[@]}"; do
	    [[ $$flag != --results-dir=* ]] || results=$${flag#*=}
	    [[ $$flag != --worker=* ]] || worker=$${flag#*=}
	done
	measured() { stat -c '%n %s' -- "$$results"/{runs/,}*/measurements.csv 2>/dev/null | sort; }
	before=$$(measured || true)

	# In the background, because only then can a signal be passed on; with the usual answer to Ctrl-C, which a
	# background job lacks.
	stopped=no pid=
	trap 'stopped=yes' INT
	trap 'stopped=yes; kill -TERM $$pid 2>/dev/null || true' TERM
	status=0
	stoppable() {
	    (trap - INT QUIT TERM; exec "$$@") <&0 &
	    pid=$$!
	    while kill -0 $$pid 2>/dev/null; do wait $$pid || true; done
	    status=0
	    wait $$pid || status=$$?
	    [[ $$stopped == no ]] || exit $$status
	}
	stoppable "$$dir/heaptoll" "$${flags[@]}"
	measured_c=$$status

	# The run is the file that is new or has grown; it is worth drawing once it has a row below its header.
	run=$$(comm -13 <(echo "$$before") <(measured) | tail -n 1)
	run=$${run% *}
	if [[ -n $$HEAPTOLL_RESUME && -d $$HEAPTOLL_RESUME ]]; then run=$$HEAPTOLL_RESUME/measurements.csv; fi
	if [[ -n $$run ]] && (($$(wc -l <"$$run") > 1)); then
	    drawn=0
	    case $$go in
	        '') echo 'make bench: no go on PATH, so only C is measured; GO=0 says nothing of it' ;;
	        1 | auto)
	            # After C and not beside it: neither would have the core to itself.
	            stoppable "$$python" scripts/go_bench.py "$${run%/*}" "--build-dir=$$dir" $${HEAPTOLL_FILTER:+"--filter=$$HEAPTOLL_FILTER"}
	            # Only who asked for Go wants to fail for it.
	            [[ $$go == 1 ]] || status=0
	            ((measured_c)) || measured_c=$$status
	            ;;
	    esac
	    status=$$measured_c
	    "$$python" scripts/plot.py --brief "$${run%/*}" || drawn=$$?
	    if [[ $$stopped == no ]]; then
	        # Good to have, and not worth failing for: not every machine has objdump, or is x86-64.
	        "$$python" scripts/disassemble.py --record "$${run%/*}" "--worker=$$worker" >/dev/null || true
	        # Charts of Go that cannot be drawn keep nobody from the page of C.
	        if ((drawn == 0)) || [[ -e $${run%/*}/run-go.json ]]; then
	            "$$python" scripts/report.py "$${run%/*}" || drawn=$$?
	        fi
	    fi
	    ((status)) || status=$$drawn
	fi
	exit $$status

doctor: build ## say in under 10 s whether this machine can measure well, and what would help
	$(begin)
	exec "$$dir/heaptoll" --doctor $(call typed,ARGS)

plot: ## draw the charts of RUN
	$(begin)
	python=$$(scripts/find-python.sh)
	exec "$$python" scripts/plot.py $${HEAPTOLL_RUN:+"$$HEAPTOLL_RUN"} $(call typed,ARGS)

report: ## write RUN as a page: plots/latest/site/index.html, for any browser
	$(begin)
	python=$$(scripts/find-python.sh)
	exec "$$python" scripts/report.py $${HEAPTOLL_BASE:+"--base=$$HEAPTOLL_BASE"} $(call typed,ARGS) $${HEAPTOLL_RUN:+-- "$$HEAPTOLL_RUN"}

publish: ## freeze RUN as NAME in results/published and plots/published, to be committed (ARGS='--replace --readme')
	$(begin)
	python=$$(scripts/find-python.sh)
	[[ -n $$HEAPTOLL_NAME ]] || stop "as which machine? make publish NAME=epyc-zen4-2vcpu"
	exec "$$python" scripts/publish.py $${HEAPTOLL_RUN:+"--run=$$HEAPTOLL_RUN"} $(call typed,ARGS) -- "$$HEAPTOLL_NAME"

answer: ## what RUN says in words, as Markdown: the sentences at the top of its page
	$(begin)
	python=$$(scripts/find-python.sh)
	exec "$$python" scripts/report.py $${HEAPTOLL_RUN:+"$$HEAPTOLL_RUN"} --words $(call typed,ARGS)

site: ## the site of all published machines in _site, for any static host (ARGS='--history plots/history')
	$(begin)
	python=$$(scripts/find-python.sh)
	exec "$$python" scripts/report.py --published --out _site $(call typed,ARGS)

edges: ## the sizes at which an allocator's cost jumps, found in the size sweep of RUN
	$(begin)
	python=$$(scripts/find-python.sh numpy scipy pandas)
	exec "$$python" scripts/edges.py $${HEAPTOLL_RUN:+"$$HEAPTOLL_RUN"} $(call typed,ARGS)

gate: build ## is the tree slower than BASE=main? both built, measured side by side, what differs measured again
	$(begin)
	python=$$(scripts/find-python.sh numpy scipy pandas)
	flags=("--profile=$$HEAPTOLL_PROFILE")
	[[ -z $$HEAPTOLL_BASE ]] || flags+=("--base=$$HEAPTOLL_BASE")
	[[ -z $$HEAPTOLL_HEAD ]] || flags+=("--head=$$HEAPTOLL_HEAD")
	[[ -z $$HEAPTOLL_FILTER ]] || flags+=("--filter=$$HEAPTOLL_FILTER")
	[[ -z $$HEAPTOLL_ALLOCATORS ]] || flags+=("--allocators=$$HEAPTOLL_ALLOCATORS")
	[[ -z $$HEAPTOLL_FORMAT ]] || flags+=("--format=$$HEAPTOLL_FORMAT")
	exec "$$python" scripts/gate.py "$${flags[@]}" $(call typed,ARGS)

compare: ## what changed from BASE to HEAD: two results, slower, faster, same or unsure
	$(begin)
	python=$$(scripts/find-python.sh numpy scipy pandas)
	[[ -n $$HEAPTOLL_BASE ]] || stop "with what? make compare BASE=results/runs/20260131T120000Z-beef HEAD=results/latest"
	exec "$$python" scripts/compare.py $${HEAPTOLL_FORMAT:+"--format=$$HEAPTOLL_FORMAT"} $(call typed,ARGS) -- \
	    "$$HEAPTOLL_BASE" "$${HEAPTOLL_HEAD:-results/latest}"

export: ## the results of RUN in the FORMAT of another tracker: github-action-benchmark, bencher, go, otava, ...
	$(begin)
	python=$$(scripts/find-python.sh numpy scipy pandas)
	[[ -n $$HEAPTOLL_FORMAT ]] || stop "in which format? FORMAT=github-action-benchmark, bencher, go, otava, junit, markdown or csv"
	flags=("--format=$$HEAPTOLL_FORMAT")
	[[ -z $$HEAPTOLL_FILTER ]] || flags+=("--filter=$$HEAPTOLL_FILTER")
	[[ -z $$HEAPTOLL_ALLOCATORS ]] || flags+=("--allocators=$$HEAPTOLL_ALLOCATORS")
	exec "$$python" scripts/export.py "$${flags[@]}" $(call typed,ARGS) $${HEAPTOLL_RUN:+-- "$$HEAPTOLL_RUN"}

history: ## append RUN to the history in results/history, and say where its series changed (ARGS=--look: only say)
	$(begin)
	python=$$(scripts/find-python.sh)
	flags=()
	[[ -z $$HEAPTOLL_FILTER ]] || flags+=("--filter=$$HEAPTOLL_FILTER")
	[[ -z $$HEAPTOLL_ALLOCATORS ]] || flags+=("--allocators=$$HEAPTOLL_ALLOCATORS")
	[[ -z $$HEAPTOLL_FORMAT ]] || flags+=("--format=$$HEAPTOLL_FORMAT")
	exec "$$python" scripts/history.py "$${flags[@]}" $(call typed,ARGS) $${HEAPTOLL_RUN:+-- "$$HEAPTOLL_RUN"}

list: build ## list the cases
	$(begin)
	$(flags)
	exec "$$dir/heaptoll" "$${flags[@]}" --benchmark_list_tests=true

disassembly: build ## print the machine code of CASE and ARM with notes (ARGS=--check: hold all arms to the rules)
	$(begin)
	python=$$(scripts/find-python.sh argparse)
	exec "$$python" scripts/disassemble.py "--worker=$$dir/heaptoll-worker" $(call typed,ARGS) \
	    $${HEAPTOLL_CASE:+"$$HEAPTOLL_CASE"} $${HEAPTOLL_ARM:+"$$HEAPTOLL_ARM"}

audit: build ## count what every arm takes from the heap, and hold it to what it declares
	$(begin)
	$(flags)
	exec "$$dir/heaptoll" "$${flags[@]}" --audit

precision: build ## how far two runs of the same thing differ, ours and Google Benchmark's (ARGS=--quick)
	$(begin)
	python=$$(scripts/find-python.sh)
	exec "$$python" scripts/precision.py $(call typed,ARGS)

gate-selftest: build ## plant slowdowns of known size and count what the gate finds (ARGS='--full --seconds=7200')
	$(begin)
	python=$$(scripts/find-python.sh)
	exec "$$python" scripts/gate_selftest.py $(call typed,ARGS)

history-selftest: ## made-up series with changes and without: what the history finds, and how fast (ARGS=--full)
	$(begin)
	python=$$(scripts/find-python.sh numpy scipy pandas)
	exec "$$python" scripts/history_selftest.py $(call typed,ARGS)

truth: build ## known costs against what is measured, and both engines side by side (ARGS=--quick)
	$(begin)
	python=$$(scripts/find-python.sh)
	flags=($(if $(filter-out file,$(origin PROFILE)),"--profile=$$HEAPTOLL_PROFILE"))
	[[ -z $$HEAPTOLL_ALLOCATORS$$HEAPTOLL_COUNTERS ]] || stop "it measures under glibc, and counts no events: leave out ALLOCATORS and COUNTERS"
	[[ -z $$HEAPTOLL_FILTER ]] || flags+=("--filter=$$HEAPTOLL_FILTER")
	exec "$$python" scripts/truth.py "$${flags[@]}" $(call typed,ARGS)

counts: build ## instructions, page faults, allocations per operation: the same figures in every run
	$(begin)
	python=$$(scripts/find-python.sh sys)
	flags=(--profile '$(if $(filter file,$(origin PROFILE)),full)')
	[[ -n $${flags[1]} ]] || flags[1]=$$HEAPTOLL_PROFILE
	[[ -z $$HEAPTOLL_FILTER ]] || flags+=("--filter=$$HEAPTOLL_FILTER")
	[[ -z $$HEAPTOLL_ALLOCATORS ]] || flags+=("--allocators=$$HEAPTOLL_ALLOCATORS")
	exec "$$python" scripts/counts.py "$${flags[@]}" $(call typed,ARGS)

counts-check: build ## the counts against the committed ones, exactly (PROFILE=smoke; results/baseline)
	$(begin)
	python=$$(scripts/find-python.sh sys)
	exec "$$python" scripts/counts_check.py $(counts_asked) $(call typed,ARGS)

counts-accept: build ## commit what is counted: write it into results/baseline
	$(begin)
	python=$$(scripts/find-python.sh sys)
	exec "$$python" scripts/counts_check.py --accept $(counts_asked) $(call typed,ARGS)

perf: build ## where one arm spends its time: CASE= ARM= (ALLOCATORS= TOOL=)
	$(begin)
	python=$$(scripts/find-python.sh sys)
	flags=()
	[[ -z $$HEAPTOLL_ALLOCATORS ]] || flags+=("--allocator=$$HEAPTOLL_ALLOCATORS")
	[[ -z $$HEAPTOLL_TOOL ]] || flags+=("--tool=$$HEAPTOLL_TOOL")
	[[ -n $$HEAPTOLL_CASE ]] || stop "which case? make perf CASE=returned_pointer/by_value/64 ARM=heap (make list: all of them)"
	exec "$$python" scripts/perf.py "$${flags[@]}" $(call typed,ARGS) -- "$$HEAPTOLL_CASE" "$${HEAPTOLL_ARM:-heap}"

escape: ## what Go moves to the heap, why, and what it costs: the classic examples, or GOPKG=./path (FORMAT=)
	$(begin)
	python=$$(scripts/find-python.sh numpy scipy pandas)
	flags=()
	[[ -z $$HEAPTOLL_FORMAT ]] || flags+=("--format=$$HEAPTOLL_FORMAT")
	[[ -z $$HEAPTOLL_RUN ]] || flags+=("--run=$$HEAPTOLL_RUN")
	exec "$$python" scripts/escape.py "$${flags[@]}" $(call typed,ARGS) $${HEAPTOLL_GOPKG:+-- "$$HEAPTOLL_GOPKG"}

test: setup lint build ## lint, then the C tests, then the Python, end-to-end and browser tests
	$(begin)
	python=$$(scripts/find-python.sh pytest xdist hypothesis yaml numpy scipy pandas matplotlib jinja2)
	ctest --test-dir "$$dir" --output-on-failure --no-tests=error -j "$$jobs"
	tests/browser/install.sh
	# What must not run beside something else says so in tests/conftest.py. More than four would not end sooner.
	exec "$$python" -m pytest -n "$$((jobs < 4 ? jobs : 4))" --dist loadgroup tests

lint: ## what CI checks: formatting, shell scripts, types
	$(begin)
	$(tracked)
	needs clang-format
	needs shellcheck
	python=$$(scripts/find-python.sh mypy numpy scipy pandas matplotlib jinja2)
	(($${#sources[@]} == 0)) || clang-format --dry-run -Werror -- "$${sources[@]}"
	(($${#shells[@]} == 0)) || shellcheck -- "$${shells[@]}"
	"$$python" -m mypy --strict scripts/heaptoll

format: ## lay out the C and C++ files as .clang-format says
	$(begin)
	$(tracked)
	needs clang-format
	(($${#sources[@]} == 0)) || clang-format -i -- "$${sources[@]}"

clean: ## remove BUILD_DIR; results and charts stay
	$(begin)
	[[ -e $$dir ]] || exit 0
	# A mistyped BUILD_DIR must not cost anybody a folder.
	[[ -e $$dir/CMakeCache.txt || -e $$dir/heaptoll-build.log ]] && [[ ! -e $$dir/CMakeLists.txt && ! -e $$dir/.git ]] ||
	    stop "$$dir does not look like a build folder, so it stays"
	rm -rf -- "$$dir"
