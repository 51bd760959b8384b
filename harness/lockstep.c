#include "run.h"

#include "gbench_shim.h"
#include "run_json.h"

#include <stdio.h>
#include <stdlib.h>

#define WRITE_SECONDS 5.0

static void add_counter(struct ht_shim_result *result, const char *what, const char *lane, double value) {
    if (result->counter_count == HT_SHIM_MAX_COUNTERS)
        return;
    snprintf(result->counters[result->counter_count].name, sizeof result->counters[0].name, "%s:%s", what,
             lane);
    result->counters[result->counter_count++].value = value;
}


/* What Google Benchmark's report gets of a launch: the heap arm of the first lane as its time, and each
 * lane's stack, heap and toll as counters. */
static void report_launch(const struct ht_run *run, const struct ht_case_info *info,
                          const struct ht_row *rows, uint32_t count, struct ht_shim_result *result) {
    result->skipped = "not measured; see status and reason in measurements.csv";
    for (uint32_t lane = 0; lane < run->engine.lanes.count; lane++) {
        char title[HT_LANE_TITLE_MAX];
        ht_lane_title(&run->engine.lanes.lanes[lane], title);
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
        add_counter(result, "stack_ns", title, stack);
        add_counter(result, "heap_ns", title, heap);
        add_counter(result, "toll_ns", title, heap - stack);
    }
}


/* A launch that an earlier process of this run has measured, for the report alone. */
static bool replay(struct ht_run *run, size_t index, struct ht_shim_result *result) {
    struct ht_recorded_case *kept = index < run->resume.case_count ? &run->resume.cases[index] : NULL;
    struct ht_row rows[HT_MAX_ROWS];
    if (!kept || kept->replayed == kept->launches)
        return false;
    const struct ht_recorded_row *from = &kept->rows[kept->replayed++ * kept->rows_per_launch];
    for (uint32_t i = 0; i < kept->rows_per_launch; i++) {
        rows[i] = ht_row_begin(&run->states[index], from[i].lane, from[i].arm);
        rows[i].status = from[i].status;
        rows[i].ns[2] = from[i].ns_median;
    }
    report_launch(run, run->states[index].info, rows, kept->rows_per_launch, result);
    return true;
}


/* Should the process die, the file knows the lanes and, nearly, how long it took. */
static void write_json_now_and_then(struct ht_run *run) {
    struct ht_moment now = ht_now();
    if (run->written_once && ht_seconds_between(run->written, now) < WRITE_SECONDS)
        return;
    run->written_once = true;
    run->written = now;
    ht_run_json_put(run->json, &run->folder, &run->engine, "running", &run->error);
}


/* Google Benchmark calls this for every launch of every case. */
static void run_launch(void *context, size_t index, struct ht_shim_result *result) {
    struct ht_run *run = context;
    struct ht_case_state *state = &run->states[index];
    struct ht_row rows[HT_MAX_ROWS];
    uint32_t row_count, launch = state->launches_done;

    result->skipped = "the run was stopped";
    if (ht_stop_signal || run->error.text[0] || replay(run, index, result))
        return;
    enum ht_outcome outcome = ht_launch_run(&run->engine, state, launch, rows, &row_count, &run->error);
    if (outcome != HT_DONE)
        return;
    if (!ht_run_folder_append(&run->folder, state->info, &run->engine.lanes, run->engine.cores.current,
                              launch, rows, row_count, &run->error))
        return;
    write_json_now_and_then(run);
    if (!ht_summary_add(&run->summary, index, rows, row_count))
        ht_fail(&run->error, "out of memory while adding up the launches");
    report_launch(run, state->info, rows, row_count, result);
    ht_progress_step(&run->progress, state->info->name, launch, run->options.plan.launches,
                     (double)run->engine.quiet_slices /
                         (double)(run->engine.slices ? run->engine.slices : 1));
}


bool ht_measure_lockstep(struct ht_run *run) {
    const char **names = calloc(run->catalogue.count, sizeof *names);
    char repetitions[64];
    struct ht_options *options = &run->options;

    if (!names)
        return ht_fail(&run->error, "out of memory");
    for (size_t i = 0; i < run->catalogue.count; i++)
        names[i] = run->catalogue.cases[i].name;
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
