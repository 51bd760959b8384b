#include "run.h"

#include "run_json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int ht_complain(const struct ht_error *error) {
    fprintf(stderr, "heaptoll: %s\n", error->text);
    return HT_EXIT_BAD;
}


void ht_print_lines(FILE *out, const char *before, json_t *lines) {
    json_t *each;
    size_t i;
    json_array_foreach(lines, i, each) fprintf(out, "%s%s\n", before, json_string_value(each));
}


/* What a reader of the results must know before believing them. */
static void warn_about_run(struct ht_run *run) {
    const struct ht_engine *engine = &run->engine;
    struct ht_losses losses = ht_summary_losses(&run->summary);
    double best = ht_quiet_best(&engine->quiet);
    if (losses.contended)
        ht_run_json_warn(run->json,
                         "%u of %u %s pairs are contended: most of their launches had too few quiet slices",
                         losses.contended, losses.pairs, run->builds.named ? "case-lane" : "case-allocator");
    if (engine->slices && best > 0 && engine->best_first / best > 1.02)
        ht_run_json_warn(
            run->json,
            "the best probe reading fell by %.1f %% during the run: its first launches were judged "
            "too leniently",
            100 * (engine->best_first / best - 1));
    if (engine->herd.addresses_refused)
        ht_run_json_warn(run->json,
                         "this kernel or sandbox lets no process choose its addresses: the lanes of a launch "
                         "had them at random, and differ by a little more");
    if (engine->threaded_launches)
        ht_run_json_warn(run->json,
                         "in %llu launches an allocator started a thread: glibc takes slower paths then",
                         (unsigned long long)engine->threaded_launches);
    if (engine->cycles_disagree * 2 > engine->cycles_counted)
        ht_run_json_warn(run->json,
                         "the cycles counted by hardware differ by more than 5 %% from cycles_median in %llu "
                         "of %llu rows",
                         (unsigned long long)engine->cycles_disagree,
                         (unsigned long long)engine->cycles_counted);
    if (json_array_size(json_object_get(run->json, "allocator_environment")))
        ht_run_json_warn(run->json, "the environment sets allocator options (see allocator_environment)");
}


static void print_table(const struct ht_run *run, const char *status) {
    const struct ht_engine *engine = &run->engine;
    bool lockstep = run->options.engine == HT_LOCKSTEP;
    json_t *warnings = json_object_get(run->json, "warnings"), *each;
    const char **lines = calloc(json_array_size(warnings) + 1, sizeof *lines);
    size_t i;
    if (lines)
        json_array_foreach(warnings, i, each) lines[i] = json_string_value(each);
    const struct ht_table_facts facts = {
        .status = status,
        .cpu_model = engine->cpu_model,
        .csv_path = run->folder.csv_path,
        .launch_word = lockstep ? "launch" : "repetition",
        .launches = run->options.plan.launches,
        .quiet_share = engine->slices ? (double)engine->quiet_slices / (double)engine->slices : NAN,
        .warnings = lines,
        .warning_count = lines ? json_array_size(warnings) : 0};
    ht_table_print(&run->summary, &facts, run->options.table,
                   ht_colour_wanted(run->options.colour, run->table), run->table);
    free(lines);
}


/* Of the table that was asked for by name. */
static bool table_is_written(const struct ht_run *run, struct ht_error *error) {
    if (run->options.table != HT_TABLE_MARKDOWN || (fflush(run->table) == 0 && !ferror(run->table)))
        return true;
    return ht_fail(error, "cannot write the table: %s", strerror(errno));
}


static void print_end(const struct ht_run *run, const char *status) {
    const struct ht_engine *engine = &run->engine;
    fprintf(run->human, "\n");
    if (engine->slices)
        fprintf(run->human, "quiet: %.0f %% of %llu %s; core at %.2f GHz\n",
                100.0 * (double)engine->quiet_slices / (double)engine->slices,
                (unsigned long long)engine->slices,
                run->options.engine == HT_LOCKSTEP ? "slices" : "repetitions",
                engine->ghz_sum / (double)engine->slices);
    ht_print_lines(run->human, "warning: ", json_object_get(run->json, "warnings"));
    fprintf(run->human, "%s: %s\n", status, run->folder.csv_path);
    if (strcmp(status, "complete") != 0 && run->options.engine == HT_LOCKSTEP)
        fprintf(run->human, "to go on with it: heaptoll --resume=%s%s%s\n", run->folder.path,
                run->options.worker ? " --worker=" : "", run->options.worker ? run->options.worker : "");
    fflush(run->human); /* before anything goes to stderr: the two often share a file */
}


/* Says which pairs were lost, and why. True when there are any but skipped ones. */
static bool report_losses(const struct ht_run *run) {
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
            char title[HT_LANE_TITLE_MAX];
            if (pair->worst > HT_SKIPPED)
                fprintf(stderr, "  %s, %s: %s: %s\n", run->catalogue.cases[c].name,
                        ht_lane_title(&run->engine.lanes.lanes[lane], title), ht_status_name(pair->worst),
                        pair->reason);
        }
    return true;
}


int ht_finish(struct ht_run *run) {
    struct ht_error later = {""};
    const char *status = ht_stop_signal ? "interrupted" : run->error.text[0] ? "failed" : "complete";
    ht_progress_end(&run->progress);
    warn_about_run(run);
    ht_run_health_end(&run->health, run->json, &run->engine);
    if (run->engine.launches)
        print_table(run, status);
    bool told = table_is_written(run, &later);
    bool written = ht_run_json_put(run->json, &run->folder, &run->engine, status, &later);
    if (written && strcmp(status, "complete") == 0)
        written = ht_run_folder_make_latest(&run->folder, &later);
    print_end(run, status);
    bool lost = report_losses(run);
    if (run->error.text[0])
        ht_complain(&run->error);
    if (!written || !told)
        ht_complain(&later);
    if (ht_stop_signal)
        return 128 + ht_stop_signal;
    return lost || !written || !told || run->error.text[0] ? HT_EXIT_BAD : 0;
}
