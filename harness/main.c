/*
 * main.c: heaptoll, the coordinator. Reads the command line, finds out what there is to measure, and leads
 * the run; everything that measures, writes or prints lives in a file of its own.
 */
#include "catalogue.h"
#include "describe.h"
#include "gbench_engine.h"
#include "gbench_shim.h"
#include "launch.h"
#include "options.h"
#include "progress.h"
#include "run_folder.h"
#include "run_json.h"
#include "summary.h"

#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define EXIT_BAD 2

/* The signal that asked us to stop; 0: none. */
static volatile sig_atomic_t stop_signal;

static void on_stop(int number) {
    stop_signal = number;
}

/* Everything a run needs, with one owner: main. */
struct run {
    struct ht_options options;
    struct ht_catalogue catalogue;
    struct ht_engine engine;
    struct ht_run_folder folder;
    struct ht_summary summary;
    struct ht_progress progress;
    struct ht_case_state *states;
    json_t *json;
    FILE *human;           /* where table and progress go */
    struct ht_error error; /* what ended the run early; "" while nothing did */
};

static int complain(const struct ht_error *error) {
    fprintf(stderr, "heaptoll: %s\n", error->text);
    return EXIT_BAD;
}


static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_stop}; /* no SA_RESTART: a waiting coordinator wakes up */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a file-size limit is an error of write(), like a full disk */
    signal(SIGPIPE, SIG_IGN);
}


/* The program `name` in the folder of this one. */
static bool beside_us(const char *name, char *path, size_t size, struct ht_error *error) {
    char self[3072];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0)
        return ht_fail(error, "cannot find out where heaptoll itself is: %s", strerror(errno));
    self[length] = '\0';
    snprintf(path, size, "%s/%s", dirname(self), name);
    return true;
}


/* The program with a worker's benches under Google Benchmark: X-gbench for X-worker. */
static bool gbench_twin(const char *worker, char *path, size_t size, struct ht_error *error) {
    static const char ending[] = "-worker";
    size_t length = strlen(worker), stem = length - (sizeof ending - 1);
    if (length < sizeof ending || strcmp(worker + stem, ending) != 0)
        return ht_fail(
            error, "--engine=gbench: the program that goes with X-worker is X-gbench, and %s ends otherwise",
            worker);
    snprintf(path, size, "%.*s-gbench", (int)stem, worker);
    return true;
}


static void list_cases(const struct ht_catalogue *catalogue, enum ht_list_kind kind) {
    const char *scenario = "";
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct ht_case_info *one = &catalogue->cases[i];
        if (kind == HT_LIST_NAMES) {
            puts(one->name);
            continue;
        }
        if (strcmp(scenario, one->scenario) != 0)
            printf("%s%s: %s\n", *scenario ? "\n" : "", one->scenario, one->question);
        scenario = one->scenario;
        printf("  %s  (", one->name);
        for (uint32_t arm = 0; arm < one->arm_count; arm++)
            printf("%s%s", arm ? ", " : "", ht_arm_name(one->arms[arm]));
        printf(")\n      %s\n", one->explains);
    }
}


static uint64_t choose_seed(const struct ht_options *options) {
    uint64_t seed = options->seed;
    if (!options->seed_given && getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint64_t)getpid() * 0x9e3779b97f4a7c15u;
    return seed;
}


static void add_counter(struct ht_shim_result *result, const char *what, const char *allocator,
                        double value) {
    if (result->counter_count == HT_SHIM_MAX_COUNTERS)
        return;
    snprintf(result->counters[result->counter_count].name, sizeof result->counters[0].name, "%s:%s", what,
             allocator);
    result->counters[result->counter_count++].value = value;
}


/* What Google Benchmark's report gets of a launch: the heap arm of the first lane as its time, and each
 * lane's stack, heap and toll as counters. */
static void report_launch(const struct run *run, const struct ht_case_info *info, const struct ht_row *rows,
                          uint32_t count, struct ht_shim_result *result) {
    result->skipped = "not measured; see status and reason in measurements.csv";
    for (uint32_t lane = 0; lane < run->engine.lanes.count; lane++) {
        const char *allocator = run->engine.lanes.lanes[lane].allocator;
        double stack = 0, heap = 0;
        for (uint32_t i = 0; i < count; i++) {
            bool measured = rows[i].status == HT_OK || rows[i].status == HT_CONTENDED;
            if (rows[i].lane != lane || !measured)
                continue;
            stack = info->arms[rows[i].arm] == HT_ARM_STACK ? rows[i].ns[2] : stack;
            heap = info->arms[rows[i].arm] == HT_ARM_HEAP ? rows[i].ns[2] : heap;
        }
        if (!(stack > 0) || !(heap > 0))
            continue;
        if (lane == 0) {
            result->skipped = NULL;
            result->seconds = heap * 1e-9;
        }
        add_counter(result, "stack_ns", allocator, stack);
        add_counter(result, "heap_ns", allocator, heap);
        add_counter(result, "toll_ns", allocator, heap - stack);
    }
}


/* Google Benchmark calls this for every launch of every case. */
static void run_launch(void *context, size_t index, struct ht_shim_result *result) {
    struct run *run = context;
    struct ht_case_state *state = &run->states[index];
    struct ht_row rows[HT_MAX_ROWS];
    uint32_t row_count, launch = state->launches_done;

    result->skipped = "the run was stopped";
    if (stop_signal || run->error.text[0])
        return;
    enum ht_outcome outcome = ht_launch_run(&run->engine, state, launch, rows, &row_count, &run->error);
    if (outcome != HT_DONE)
        return;
    if (!ht_run_folder_append(&run->folder, state->info, &run->engine.lanes, run->catalogue.build,
                              run->engine.cores.current, launch, rows, row_count, &run->error))
        return;
    if (run->engine.launches == 1) /* the lanes are known now; should the process die, the file has them */
        ht_run_json_put(run->json, &run->folder, &run->engine, "running", &run->error);
    if (!ht_summary_add(&run->summary, index, rows, row_count))
        ht_fail(&run->error, "out of memory while adding up the launches");
    report_launch(run, state->info, rows, row_count, result);
    ht_progress_step(&run->progress, state->info->name, launch, run->options.plan.launches,
                     (double)run->engine.quiet_slices /
                         (double)(run->engine.slices ? run->engine.slices : 1));
}


static bool measure_lockstep(struct run *run) {
    const char **names = calloc(run->catalogue.count, sizeof *names);
    char repetitions[64];
    struct ht_options *options = &run->options;

    if (!names)
        return ht_fail(&run->error, "out of memory");
    for (size_t i = 0; i < run->catalogue.count; i++) {
        names[i] = run->catalogue.cases[i].name;
        run->states[i].info = &run->catalogue.cases[i];
    }
    snprintf(repetitions, sizeof repetitions, "--benchmark_repetitions=%u", options->plan.launches);
    options->benchmark_flags[options->benchmark_flag_count++] = repetitions;
    struct ht_shim_shell shell = {.argc = options->benchmark_flag_count,
                                  .argv = options->benchmark_flags,
                                  .names = names,
                                  .count = run->catalogue.count,
                                  .launch = run_launch,
                                  .context = run,
                                  .format_on_stdout = options->format_on_stdout};
    bool known = ht_shim_run_shell(&shell);
    free(names);
    if (!known)
        return ht_fail(&run->error,
                       "Google Benchmark does not know a flag (see above); ours are listed by --help");
    return run->error.text[0] == '\0';
}


/* What a reader of the results must know before believing them. */
static void warn_about_run(struct run *run) {
    const struct ht_engine *engine = &run->engine;
    struct ht_losses losses = ht_summary_losses(&run->summary);
    double best = ht_quiet_best(&engine->quiet);
    if (losses.contended)
        ht_run_json_warn(
            run->json,
            "%u of %u case-allocator pairs are contended: most of their launches had too few quiet slices",
            losses.contended, losses.pairs);
    if (engine->slices && best > 0 && engine->best_first / best > 1.02)
        ht_run_json_warn(
            run->json,
            "the best probe reading fell by %.1f %% during the run: its first launches were judged "
            "too leniently",
            100 * (engine->best_first / best - 1));
    if (engine->threaded_launches)
        ht_run_json_warn(run->json,
                         "in %llu launches an allocator started a thread: glibc takes slower paths then",
                         (unsigned long long)engine->threaded_launches);
    if (json_array_size(json_object_get(run->json, "allocator_environment")))
        ht_run_json_warn(run->json, "the environment sets allocator options (see allocator_environment)");
}


static void print_end(const struct run *run, const char *status) {
    const struct ht_engine *engine = &run->engine;
    const char *text;
    json_t *each;
    size_t i;
    fprintf(run->human, "\n");
    if (engine->slices)
        fprintf(run->human, "quiet: %.0f %% of %llu %s; core at %.2f GHz\n",
                100.0 * (double)engine->quiet_slices / (double)engine->slices,
                (unsigned long long)engine->slices,
                run->options.engine == HT_LOCKSTEP ? "slices" : "repetitions",
                engine->ghz_sum / (double)engine->slices);
    json_array_foreach(json_object_get(run->json, "warnings"), i, each) {
        text = json_string_value(each);
        fprintf(run->human, "warning: %s\n", text);
    }
    fprintf(run->human, "%s: %s\n", status, run->folder.csv_path);
}


/* Says which pairs were lost, and why. True when there are any but skipped ones. */
static bool report_losses(const struct run *run) {
    struct ht_losses losses = ht_summary_losses(&run->summary);
    if (losses.skipped)
        fprintf(stderr, "heaptoll: %u of %u pairs skipped; the table says why\n", losses.skipped,
                losses.pairs);
    if (!losses.failed)
        return false;
    fprintf(stderr, "heaptoll: %u of %u pairs could not be measured:\n", losses.failed, losses.pairs);
    for (size_t c = 0; c < run->catalogue.count; c++)
        for (uint32_t lane = 0; lane < run->engine.lanes.count; lane++) {
            const struct ht_pair_series *pair = &run->summary.pairs[c * run->engine.lanes.count + lane];
            if (pair->worst > HT_SKIPPED)
                fprintf(stderr, "  %s, %s: %s: %s\n", run->catalogue.cases[c].name,
                        run->engine.lanes.lanes[lane].allocator, ht_status_name(pair->worst), pair->reason);
        }
    return true;
}


static int finish(struct run *run) {
    struct ht_error later = {""};
    const char *status = stop_signal ? "interrupted" : run->error.text[0] ? "failed" : "complete";
    ht_progress_end(&run->progress);
    warn_about_run(run);
    if (run->engine.launches)
        ht_summary_print(&run->summary, run->human);
    bool written = ht_run_json_put(run->json, &run->folder, &run->engine, status, &later);
    if (written && strcmp(status, "complete") == 0)
        written = ht_run_folder_make_latest(&run->folder, &later);
    print_end(run, status);
    bool lost = report_losses(run);
    if (run->error.text[0])
        complain(&run->error);
    if (!written)
        complain(&later);
    if (stop_signal)
        return 128 + stop_signal;
    return lost || !written || run->error.text[0] ? EXIT_BAD : 0;
}


/* Finds the worker and the cases; true when there is something to measure or list. */
static bool prepare(struct run *run, char *worker, size_t size) {
    struct ht_options *options = &run->options;
    if (options->worker)
        snprintf(worker, size, "%s", options->worker);
    else if (!beside_us("heaptoll-worker", worker, size, &run->error))
        return false;
    return ht_catalogue_read(&run->catalogue, worker, &run->error) &&
           ht_catalogue_choose(&run->catalogue, options->profile, options->filter, &run->error);
}


static bool begin(struct run *run, const char *worker, int argc, char **argv) {
    struct ht_options *options = &run->options;
    uint64_t seed = choose_seed(options);
    if (!ht_lanes_parse(&run->engine.lanes, options->allocators, &run->error))
        return false;
    run->engine.plan = options->plan;
    run->engine.seed = seed;
    run->states = calloc(run->catalogue.count, sizeof *run->states);
    if (!run->states || !ht_summary_init(&run->summary, &run->catalogue, &run->engine.lanes))
        return ht_fail(&run->error, "out of memory");
    if (!ht_run_folder_make(&run->folder, options->results_dir, seed, &run->error))
        return false;
    size_t cases = run->catalogue.count;
    uint32_t lanes = run->engine.lanes.count;
    double planned = ht_plan_seconds(&options->plan, cases, lanes);
    fprintf(run->human, "%zu cases, %u allocators (", cases, lanes);
    for (uint32_t i = 0; i < lanes; i++)
        fprintf(run->human, "%s%s", i ? ", " : "", run->engine.lanes.lanes[i].allocator);
    if (options->engine == HT_LOCKSTEP)
        fprintf(run->human, "), %u launches: about %.0f s, at most %.0f s on a noisy machine\n",
                options->plan.launches, planned, ht_plan_max_seconds(&options->plan, cases));
    else
        fprintf(run->human, "), Google Benchmark's own timing, %u repetitions\n", options->plan.launches);
    fflush(run->human);
    run->json =
        ht_run_json_begin(&run->folder, options, &run->catalogue, seed, argc, argv, ht_shim_version());
    const char *model =
        json_string_value(json_object_get(json_object_get(run->json, "machine"), "cpu_model"));
    snprintf(run->engine.cpu_model, sizeof run->engine.cpu_model, "%s", model ? model : "unknown");
    snprintf(run->engine.core_file, sizeof run->engine.core_file, "%s/known-cores.tsv", options->results_dir);
    if (!ht_engine_open(&run->engine, worker, options->cpu, options->hang_seconds, &stop_signal, &run->error))
        return false;
    if (!ht_run_json_put(run->json, &run->folder, &run->engine, "running", &run->error))
        return false;
    ht_progress_begin(&run->progress, stderr, (uint64_t)cases * options->plan.launches, planned);
    return true;
}


static int lead(struct run *run, const char *worker, int argc, char **argv) {
    char gbench[4096];
    if (!begin(run, worker, argc, argv)) {
        struct ht_error later = {""};
        if (run->json)
            ht_run_json_put(run->json, &run->folder, &run->engine, "failed", &later);
        return complain(&run->error);
    }
    if (run->options.engine == HT_LOCKSTEP)
        measure_lockstep(run);
    else if (gbench_twin(worker, gbench, sizeof gbench, &run->error))
        ht_gbench_measure(&(struct ht_gbench_run){.program = gbench,
                                                  .options = &run->options,
                                                  .catalogue = &run->catalogue,
                                                  .engine = &run->engine,
                                                  .folder = &run->folder,
                                                  .summary = &run->summary,
                                                  .stop = &stop_signal},
                          &run->error);
    return finish(run);
}


int main(int argc, char **argv) {
    static struct run run; /* zero: every part of it can be let go at any time */
    char worker[4096];
    run.folder.csv_fd = -1;
    run.engine.herd.page_fd = -1;
    if (!ht_options_parse(&run.options, argc, argv, &run.error))
        return complain(&run.error);
    run.human = run.options.format_on_stdout ? stderr : stdout;
    catch_signals();
    int code;
    if (!prepare(&run, worker, sizeof worker))
        code = complain(&run.error);
    else if (run.options.list != HT_LIST_NOTHING) {
        list_cases(&run.catalogue, run.options.list);
        code = 0;
    } else
        code = lead(&run, worker, argc, argv);
    ht_engine_close(&run.engine);
    ht_run_folder_close(&run.folder);
    ht_summary_free(&run.summary);
    ht_catalogue_free(&run.catalogue);
    json_decref(run.json);
    free(run.states);
    return code;
}
