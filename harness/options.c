#include "options.h"

#include "nearest.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef HEAPTOLL_VERSION
#define HEAPTOLL_VERSION "unknown"
#endif

const char *argp_program_version = "heaptoll " HEAPTOLL_VERSION;

enum {
    KEY_PROFILE = 0x100,
    KEY_ALLOCATORS,
    KEY_BUILDS,
    KEY_ENGINE,
    KEY_LAUNCHES,
    KEY_LAUNCH_SECONDS,
    KEY_SLICE_US,
    KEY_MAX_SECONDS,
    KEY_CPU,
    KEY_SEED,
    KEY_RESULTS_DIR,
    KEY_TABLE,
    KEY_LIST,
    KEY_AUDIT,
    KEY_DOCTOR,
    KEY_COUNTERS,
    KEY_RESUME,
    KEY_LIST_LANES,
    KEY_WORKER,
    KEY_HANG_SECONDS,
    KEY_ADDRESSES,
};

static const struct argp_option accepted[] = {
    {NULL, 0, NULL, 0, "What to measure", 1},
    {"profile", KEY_PROFILE, "smoke|quick|full", 0, "How many cases and launches (quick)", 0},
    {"--benchmark_filter=REGEX", 0, NULL, OPTION_DOC,
     "Only cases whose name matches; -REGEX: only the others. A full name takes that case in any profile", 0},
    {"allocators", KEY_ALLOCATORS, "A,B=/path/lib.so", 0,
     "glibc, jemalloc, mimalloc, tcmalloc, or NAME=LIBRARY (glibc and all of these that are installed)", 0},
    {"builds", KEY_BUILDS, "A=WORKER,B=WORKER", 0,
     "Measure these builds of heaptoll-worker side by side, each under every allocator, by the cases they "
     "share. "
     "A=W0:W1:…: the same code linked to other places, which launches take in turn",
     0},
    {"list", KEY_LIST, NULL, 0, "List the profile's cases with what each compares, and stop", 0},
    {"doctor", KEY_DOCTOR, "json", OPTION_ARG_OPTIONAL,
     "Say in less than 10 s whether this machine can measure well and what would help, and stop", 0},
    {"audit", KEY_AUDIT, NULL, 0,
     "Measure nothing: count what every arm takes from the heap, hold it to what it declares, print both", 0},
    {NULL, 0, NULL, 0, "How to measure", 2},
    {"engine", KEY_ENGINE, "lockstep|gbench", 0,
     "lockstep: all lanes together, quiet slices only (default). gbench: Google Benchmark times the same "
     "benches the "
     "ordinary way, one after the other",
     0},
    {"launches", KEY_LAUNCHES, "N", 0, "Fresh processes per case; also --benchmark_repetitions (by profile)",
     0},
    {"launch-seconds", KEY_LAUNCH_SECONDS, "S", 0, "Timed rounds per launch on a quiet machine (by profile)",
     0},
    {"max-seconds-per-case", KEY_MAX_SECONDS, "S", 0, "Noise may stretch a case to this (by profile)", 0},
    {"slice-us", KEY_SLICE_US, "US", 0, "Length of one timed slice (75)", 0},
    {"cpu", KEY_CPU, "N|auto", 0, "Measure on this CPU; auto moves to the quietest (auto)", 0},
    {"addresses", KEY_ADDRESSES, "random|shared", 0,
     "shared: all lanes of a launch lie at the same addresses, drawn anew for each launch; the best there is "
     "for "
     "comparing two builds or two versions of an allocator (random)",
     0},
    {"seed", KEY_SEED, "N", 0, "Seed of orders and layouts (drawn, and recorded in run.json)", 0},
    {"counters", KEY_COUNTERS, "A,B", 0,
     "Count these events too, per operation, in slices of their own: cycles, instructions, branch-misses, "
     "L1-dcache-load-misses, page-faults, … as libpfm4 names them",
     0},
    {NULL, 0, NULL, 0, "Where to", 3},
    {"results-dir", KEY_RESULTS_DIR, "DIR", 0,
     "Runs go to DIR/runs/ID, DIR/latest points at the newest (results)", 0},
    {"resume", KEY_RESUME, "RUN", 0,
     "Go on with this interrupted run (its folder or id) with the options, seed and libraries it had", 0},
    {"table", KEY_TABLE, "terminal|markdown|none", 0,
     "The table at the end: in 80 columns; or alone on stdout, to be copied into an issue, all else on "
     "stderr; "
     "or not at all (terminal). Colours: on a terminal, unless NO_COLOR is set or --benchmark_color says "
     "otherwise",
     0},
    {"--benchmark_format=json", 0, NULL, OPTION_DOC,
     "Google Benchmark's report on stdout, the table on stderr", 0},
    {"--benchmark_out=FILE", 0, NULL, OPTION_DOC,
     "The same into FILE. Other --benchmark_* flags go to Google Benchmark as they are", 0},
    {NULL, 0, NULL, 0, "For tests and tools", 4},
    {"worker", KEY_WORKER, "FILE", 0,
     "The worker to run (heaptoll-worker beside this program); gbench: X-gbench for X-worker", 0},
    {"list-lanes", KEY_LIST_LANES, NULL, 0,
     "Print the lanes as lines NAME TAB LIBRARY (no library: the C library's own malloc), and stop", 0},
    {"hang-seconds", KEY_HANG_SECONDS, "S", 0, "A worker that takes longer for a turn is killed (10)", 0},
    {NULL, 0, NULL, 0, "Help", -1},
    {0},
};

static const char before_options[] = "Measures what the heap costs against the stack: the same work with its "
                                     "memory in both places, side by side, for "
                                     "every allocator, on this machine.\v";
static const char after_options[] =
    "Examples:\n"
    "  heaptoll --profile=smoke\n"
    "  heaptoll --benchmark_filter='by_value/64$' --allocators=glibc,jemalloc\n"
    "  heaptoll --allocators=old=/a/libmalloc.so,new=/b/libmalloc.so\n"
    "  heaptoll --builds=base=/old/build/heaptoll-worker,head=build/heaptoll-worker\n"
    "  heaptoll --benchmark_format=json > run.json\n"
    "  heaptoll --table=markdown > table.md\n\n"
    "Files: measurements.csv and run.json in the run's folder, described in docs/FORMATS.md.\n"
    "Exit status: 0 fine; 2 something could not be measured, or bad input; 3 (--doctor) the machine is too "
    "noisy to measure; 130, 143 stopped by a signal.";

static bool read_number(const char *text, double least, double most, double *value) {
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    return *text && !*end && !errno && isfinite(*value) && *value >= least && *value <= most;
}


static bool read_seed(const char *text, uint64_t *seed) {
    char *end;
    errno = 0;
    *seed = strtoull(text, &end, 0);
    return *text >= '0' && *text <= '9' && !*end && !errno;
}


/* A number option out of its range, in words. */
static error_t bad_number(struct ht_error *error, const char *option, const char *text,
                          const char *expected) {
    ht_fail(error, "--%s=%s: expected %s", option, text, expected);
    return EINVAL;
}


static error_t bad_word(struct ht_error *error, const char *option, const char *word,
                        const char *const *valid, size_t count) {
    char nearest[256];
    ht_nearest_names(word, valid, count, count, nearest, sizeof nearest);
    ht_fail(error, "unknown %s '%s'\nvalid: %s", option, word, nearest);
    return EINVAL;
}


struct parsing {
    struct ht_options *options;
    struct ht_error *error;
    double launches, launch_seconds, max_seconds, slice_us; /* 0: by profile */
    bool shared_addresses;
    const char *fixed; /* an option that a resumed run has already, if one was given */
};

static error_t accept_numbers(int key, const char *text, struct parsing *parsing) {
    struct ht_error *error = parsing->error;
    double number;
    switch (key) {
    case KEY_LAUNCHES:
        if (!read_number(text, 1, 10000, &parsing->launches) || parsing->launches != floor(parsing->launches))
            return bad_number(error, "launches", text, "a whole number from 1 to 10000");
        return 0;
    case KEY_LAUNCH_SECONDS:
        if (!read_number(text, 0.001, 3600, &parsing->launch_seconds))
            return bad_number(error, "launch-seconds", text, "seconds from 0.001 to 3600");
        return 0;
    case KEY_MAX_SECONDS:
        if (!read_number(text, 0.001, 86400, &parsing->max_seconds))
            return bad_number(error, "max-seconds-per-case", text, "seconds from 0.001 to 86400");
        return 0;
    case KEY_SLICE_US:
        if (!read_number(text, 1, 10000, &parsing->slice_us))
            return bad_number(error, "slice-us", text, "microseconds from 1 to 10000");
        return 0;
    case KEY_HANG_SECONDS:
        if (!read_number(text, 0.1, 3600, &parsing->options->hang_seconds))
            return bad_number(error, "hang-seconds", text, "seconds from 0.1 to 3600");
        return 0;
    case KEY_CPU:
        parsing->options->cpu = -1;
        if (strcmp(text, "auto") == 0)
            return 0;
        if (!read_number(text, 0, 65535, &number) || number != floor(number))
            return bad_number(error, "cpu", text, "the number of a CPU, or auto");
        parsing->options->cpu = (int)number;
        return 0;
    case KEY_SEED:
        parsing->options->seed_given = true;
        if (!read_seed(text, &parsing->options->seed))
            return bad_number(error, "seed", text, "a whole number from 0 to 2^64-1");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}


/* The name of an option that decides what is measured or how; NULL for the others. */
static const char *fixes_the_run(int key) {
    static const int others[] = {KEY_RESUME, KEY_RESULTS_DIR, KEY_WORKER, KEY_HANG_SECONDS, KEY_TABLE};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (key == others[i])
            return NULL;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++)
        if (key >= KEY_PROFILE && accepted[i].key == key)
            return accepted[i].name;
    return NULL;
}


static error_t accept(int key, char *text, struct argp_state *state) {
    static const char *const profile_names[] = {"smoke", "quick", "full"};
    static const char *const engine_names[] = {"lockstep", "gbench"};
    static const char *const address_names[] = {"random", "shared"};
    static const char *const doctor_formats[] = {"json"};
    static const char *const table_formats[] = {"terminal", "markdown", "none"};
    struct parsing *parsing = state->input;
    struct ht_options *options = parsing->options;
    const char *fixing = fixes_the_run(key);
    parsing->fixed = fixing ? fixing : parsing->fixed;
    switch (key) {
    case KEY_PROFILE:
        if (!ht_profile_of(text, &options->profile))
            return bad_word(parsing->error, "profile", text, profile_names, 3);
        return 0;
    case KEY_ENGINE:
        if (strcmp(text, "lockstep") != 0 && strcmp(text, "gbench") != 0)
            return bad_word(parsing->error, "engine", text, engine_names, 2);
        options->engine = strcmp(text, "gbench") == 0 ? HT_GBENCH : HT_LOCKSTEP;
        return 0;
    case KEY_ALLOCATORS:
        options->allocators = text;
        return 0;
    case KEY_BUILDS:
        options->builds = text;
        return 0;
    case KEY_ADDRESSES:
        if (strcmp(text, "random") != 0 && strcmp(text, "shared") != 0)
            return bad_word(parsing->error, "addresses", text, address_names, 2);
        parsing->shared_addresses = strcmp(text, "shared") == 0;
        return 0;
    case KEY_RESULTS_DIR:
        if (!*text)
            return bad_number(parsing->error, "results-dir", text, "a folder");
        options->results_dir = text;
        return 0;
    case KEY_COUNTERS:
        options->counters = *text ? text : NULL;
        return 0;
    case KEY_RESUME:
        options->resume = text;
        return 0;
    case KEY_DOCTOR:
        if (text && strcmp(text, "json") != 0)
            return bad_word(parsing->error, "--doctor format", text, doctor_formats, 1);
        options->action = text ? HT_DOCTOR_JSON : HT_DOCTOR;
        return 0;
    case KEY_TABLE:
        for (int i = HT_TABLE_TERMINAL; i <= HT_TABLE_NONE; i++)
            if (strcmp(text, table_formats[i]) == 0) {
                options->table = (enum ht_table_format)i;
                return 0;
            }
        return bad_word(parsing->error, "--table format", text, table_formats, 3);
    case KEY_AUDIT:
        options->action = HT_AUDIT;
        return 0;
    case KEY_WORKER:
        options->worker = text;
        return 0;
    case KEY_LIST:
        options->list = HT_LIST_EXPLAINED;
        return 0;
    case KEY_LIST_LANES:
        options->list = HT_LIST_LANES;
        return 0;
    case ARGP_KEY_ARG:
        ht_fail(parsing->error, "'%s' is no option; all options are listed by --help", text);
        return EINVAL;
    default:
        return accept_numbers(key, text, parsing);
    }
}


/* Google Benchmark's flags that mean something to us. Returns true when the flag needs to go no further. */
static bool take_benchmark_flag(struct ht_options *options, const char *flag, const char **launches) {
    static const char filter[] = "--benchmark_filter=", repetitions[] = "--benchmark_repetitions=";
    static const char format[] = "--benchmark_format=", out[] = "--benchmark_out=";
    static const char colour[] = "--benchmark_color=";
    static const char min_time[] = "--benchmark_min_time=", list[] = "--benchmark_list_tests";
    if (strncmp(flag, filter, sizeof filter - 1) == 0) {
        options->filter = flag + sizeof filter - 1;
        return true;
    }
    if (strncmp(flag, repetitions, sizeof repetitions - 1) == 0) {
        *launches = flag + sizeof repetitions - 1;
        return true;
    }
    if (strncmp(flag, min_time, sizeof min_time - 1) == 0) {
        options->min_time = flag + sizeof min_time - 1;
        return true;
    }
    if (strncmp(flag, list, sizeof list - 1) == 0) {
        const char *value = flag + sizeof list - 1;
        options->list =
            *value == '=' && strchr("0fFnN", value[1]) && value[1] ? HT_LIST_NOTHING : HT_LIST_NAMES;
        return true;
    }
    if (strncmp(flag, colour, sizeof colour - 1) == 0)
        options->colour = ht_colour_of(flag + sizeof colour - 1);
    if (strncmp(flag, format, sizeof format - 1) == 0)
        options->format_on_stdout = strcmp(flag + sizeof format - 1, "console") != 0;
    if (strncmp(flag, out, sizeof out - 1) == 0)
        options->out = flag[sizeof out - 1] ? flag + sizeof out - 1 : NULL;
    return false;
}


/* Google Benchmark ends the process over a format or a file that it does not like, in the middle of things
 * and with codes of its own: found out here, before anything is measured. */
static bool check_report(const struct ht_options *options, struct ht_error *error) {
    static const char *const formats[] = {"console", "json", "csv"};
    static const char *const flags[] = {"--benchmark_format=", "--benchmark_out_format="};
    for (int i = 1; i < options->benchmark_flag_count; i++)
        for (size_t f = 0; f < 2; f++) {
            const char *value = options->benchmark_flags[i] + strlen(flags[f]);
            bool known = strncmp(options->benchmark_flags[i], flags[f], strlen(flags[f])) != 0;
            for (size_t n = 0; n < 3 && !known; n++)
                known = strcmp(value, formats[n]) == 0;
            if (!known)
                return bad_word(error, f ? "--benchmark_out_format" : "--benchmark_format", value, formats,
                                3) == 0;
        }
    FILE *file = options->out ? fopen(options->out, "ae") : NULL;
    if (options->out && !file)
        return ht_fail(error, "--benchmark_out=%s: cannot write there: %s", options->out, strerror(errno));
    if (file)
        fclose(file);
    return true;
}


/* Options that --builds cannot stand beside. */
static bool check_builds(const struct ht_options *options, struct ht_error *error) {
    if (!options->builds)
        return true;
    if (options->worker)
        return ht_fail(error, "--builds names the workers; leave out --worker, or make it one of the builds");
    if (options->engine == HT_GBENCH)
        return ht_fail(error, "--builds: only the lockstep engine measures builds side by side; leave out "
                              "--engine=gbench");
    if (options->action == HT_DOCTOR || options->action == HT_DOCTOR_JSON)
        return ht_fail(error,
                       "--builds: --doctor tries the machine with one build; leave out one of the two");
    if (options->list == HT_LIST_LANES)
        return ht_fail(error, "--builds: --list-lanes lists allocators; leave out one of the two");
    return true;
}


bool ht_options_parse(struct ht_options *options, int argc, char **argv, struct ht_error *error) {
    static const struct argp parser = {accepted, accept, NULL, NULL, NULL, NULL, NULL};
    struct parsing parsing = {.options = options, .error = error};
    struct argp with_doc = parser;
    char doc[sizeof before_options + sizeof after_options];
    const char *launches = NULL;
    char **ours = calloc((size_t)argc + 1, sizeof *ours);
    int our_count = 0;

    *options = (struct ht_options){
        .profile = HT_QUICK, .cpu = -1, .filter = "", .results_dir = "results", .hang_seconds = 10};
    if (!ours)
        return ht_fail(error, "out of memory while reading the command line");
    options->benchmark_flags[options->benchmark_flag_count++] = argv[0];
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "--benchmark_", 12) != 0)
            ours[our_count++] = argv[i];
        else if (!take_benchmark_flag(options, argv[i], &launches)) {
            if (options->benchmark_flag_count == HT_MAX_BENCHMARK_FLAGS - 1) {
                free(ours);
                return ht_fail(error, "more than %d --benchmark_ flags", HT_MAX_BENCHMARK_FLAGS - 2);
            }
            options->benchmark_flags[options->benchmark_flag_count++] = argv[i];
        }
    }
    snprintf(doc, sizeof doc, "%s%s", before_options, after_options);
    with_doc.doc = doc;
    argp_err_exit_status = 2;
    bool ok = true;
    if (launches && accept_numbers(KEY_LAUNCHES, launches, &parsing) != 0)
        ok = bad_number(error, "benchmark_repetitions", launches, "a whole number from 1 to 10000") == 0;
    ok = ok && argp_parse(&with_doc, our_count, ours, 0, NULL, &parsing) == 0;
    free(ours);
    ok = ok && check_report(options, error) && check_builds(options, error);
    if (ok && options->counters && options->engine == HT_GBENCH)
        ok = ht_fail(error, "--counters: only the lockstep engine counts events; leave out --engine=gbench");
    if (ok && options->resume && (parsing.fixed || launches || *options->filter))
        ok = ht_fail(error, "--resume goes on with the options the run had; leave out --%s",
                     parsing.fixed ? parsing.fixed
                     : launches    ? "benchmark_repetitions"
                                   : "benchmark_filter");
    if (ok && parsing.shared_addresses && options->engine == HT_GBENCH)
        ok = ht_fail(error, "--addresses=shared is for lanes side by side; leave out --engine=gbench");
    options->plan = ht_plan_of(options->profile);
    options->plan.shared_addresses = parsing.shared_addresses;
    if (parsing.launches > 0)
        options->plan.launches = (uint32_t)parsing.launches;
    if (parsing.launch_seconds > 0)
        options->plan.launch_seconds = parsing.launch_seconds;
    if (parsing.slice_us > 0)
        options->plan.slice_us = parsing.slice_us;
    if (parsing.launches > 0 || parsing.launch_seconds > 0 || parsing.max_seconds > 0)
        options->plan.max_seconds = 0; /* who asks for more gets more */
    if (parsing.max_seconds > 0)
        options->plan.max_seconds_per_case = parsing.max_seconds;
    else if (parsing.launches > 0 || parsing.launch_seconds > 0) /* noise may still stretch it twofold */
        options->plan.max_seconds_per_case =
            2.5 * options->plan.launches * (options->plan.launch_seconds + 0.02);
    if (!ok && !error->text[0])
        ht_fail(error, "cannot read the command line");
    return ok;
}
