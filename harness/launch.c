#include "launch.h"

#include "addresses.h"
#include "lane_start.h"
#include "rng.h"
#include "series.h"
#include "stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The timed part of a turn: long against settling, short against what neighbours do. */
#define TURN_US 6000.0
/* After a hand-over: until the branch predictor has found its way back, as measured (docs/METHOD.md, 2). */
#define SETTLE_US 700.0
/* A census pass that says how long an operation takes. */
#define CENSUS_US 30.0
/* How many pages shared addresses move stack and heap by at most: little of an 8 MiB stack, and a block that
 * glibc still takes from its heap. */
#define STACK_PAGES 64
#define HEAP_PAGES 28

struct launch {
    struct ht_engine *engine;
    struct ht_case_state *state;
    uint32_t number;
    struct ht_layout layout;
    struct ht_rng rng;
    struct ht_moment start;
    double ticks_per_ns;
    double counting_seconds;
    uint32_t repeats; /* timed slices of each arm in a turn */
    uint32_t settle;  /* untimed slices before them */
    struct ht_series series[HT_MAX_LANES][HT_MAX_ARMS];
};

struct ht_layout ht_layout_draw(uint64_t seed, const char *case_name, uint32_t launch,
                                bool shared_addresses) {
    struct ht_rng rng = {seed ^ ht_hash(case_name) ^ (uint64_t)launch * 0x2545f4914f6cdd1du};
    struct ht_layout layout = {
        .environment_bytes = (uint32_t)ht_rng_below(&rng, 4096),
        .stack_offset_bytes = (uint32_t)ht_rng_below(&rng, 256) * 16,
        .heap_offset_bytes = (uint32_t)ht_rng_below(&rng, 256) * 16,
    };
    if (shared_addresses) { /* whole pages too, which the kernel draws otherwise */
        layout.stack_offset_bytes += (uint32_t)ht_rng_below(&rng, STACK_PAGES) * 4096;
        layout.heap_offset_bytes += (uint32_t)ht_rng_below(&rng, HEAP_PAGES) * 4096;
        layout.mapping_pages = (uint32_t)ht_rng_below(&rng, HT_MAPPING_PAGES);
    }
    return layout;
}


static void note_failure(struct launch *launch, uint32_t lane, int arm, enum ht_outcome outcome) {
    /* No arm was running: the lane itself cannot work, and none of its arms can. */
    ht_case_fail(launch->state, lane, arm, outcome == HT_TIMEOUT ? HT_STATUS_TIMEOUT : HT_STATUS_CRASHED,
                 "%.150s (launch %u; not tried again)", launch->engine->herd.last_words, launch->number);
}


static enum ht_outcome start_lane(struct launch *launch, uint32_t lane, struct ht_error *error) {
    struct ht_engine *engine = launch->engine;
    enum ht_outcome outcome = ht_lane_start(&engine->herd, &engine->lanes.lanes[lane], lane, launch->number,
                                            -1, launch->state->info->name, &launch->layout, error);
    /* What prepares the case has failed, or said no, although it had not in the audit: none of its arms can
     * run. */
    if ((outcome == HT_CRASHED || outcome == HT_TIMEOUT) && !error->text[0])
        note_failure(launch, lane, -1, outcome);
    else if (outcome == HT_DONE && engine->herd.page->lanes[lane].cannot[0])
        ht_case_fail(launch->state, lane, -1, HT_SKIPPED, "%s (launch %u)",
                     engine->herd.page->lanes[lane].cannot, launch->number);
    return outcome;
}


/* Hands the token over; when the worker fails, notes which arm it was and starts another for the rest. */
static enum ht_outcome run_lane(struct launch *launch, uint32_t lane, enum ht_command command,
                                struct ht_error *error) {
    struct ht_herd *herd = &launch->engine->herd;
    enum ht_outcome outcome = ht_herd_run(herd, lane, command);
    if (outcome == HT_DONE || outcome == HT_INTERRUPTED)
        return outcome;
    note_failure(launch, lane, herd->page->lanes[lane].current_arm, outcome);
    if (ht_case_works(launch->state, lane)) {
        enum ht_outcome again = start_lane(launch, lane, error);
        if (again != HT_DONE)
            return again;
        memcpy(herd->page->lanes[lane].ops, launch->state->ops, sizeof launch->state->ops);
    }
    return outcome;
}


/* True when the launch must stop: somebody interrupted it, or a lane is not what was asked for. */
static bool must_stop(enum ht_outcome outcome, const struct ht_error *error) {
    return outcome == HT_INTERRUPTED || error->text[0];
}


/* Gives one command for every arm that works, in every lane, one after the other; `keep` reads the answer. */
static enum ht_outcome ask_each_arm(struct launch *launch, enum ht_command command,
                                    void (*keep)(struct launch *launch, const struct ht_slot *slot,
                                                 struct ht_series *series),
                                    struct ht_error *error) {
    struct ht_engine *engine = launch->engine;
    for (uint32_t lane = 0; lane < engine->lanes.count; lane++)
        for (uint32_t arm = 0; arm < launch->state->info->arm_count; arm++) {
            struct ht_slot *slot = &engine->herd.page->lanes[lane];
            if (launch->state->failed[lane][arm].status != HT_OK)
                continue;
            slot->census_arm = arm;
            slot->census_ticks = (uint64_t)(CENSUS_US * 1000 * launch->ticks_per_ns);
            enum ht_outcome outcome = run_lane(launch, lane, command, error);
            if (must_stop(outcome, error))
                return outcome;
            if (outcome == HT_DONE)
                keep(launch, slot, &launch->series[lane][arm]);
        }
    return HT_DONE;
}


static void keep_census(struct launch *launch, const struct ht_slot *slot, struct ht_series *series) {
    double ops = (double)slot->census_ops;
    series->census_ns = ht_ticks_to_ns((double)slot->census_pass_ticks, launch->ticks_per_ns) / ops;
    series->faults_per_op = (double)slot->census_minor_faults / ops;
}


/* The middle of what an event counted per operation over the counted slices; NAN when it never ran. */
static double count_of(const struct ht_slot *slot, uint32_t counter) {
    double values[HT_COUNTED_SLICES];
    uint32_t known = 0;
    for (uint32_t slice = 0; slice < HT_COUNTED_SLICES; slice++) {
        double value = ht_counter_value(slot->counted[slice][counter], slot->counted_shorter[slice][counter]);
        if (isfinite(value))
            values[known++] = value / (double)slot->counted_ops;
    }
    ht_sort(values, known);
    return ht_quantile(values, known, 0.5);
}


static void keep_counts(struct launch *launch, const struct ht_slot *slot, struct ht_series *series) {
    series->counted = true;
    for (uint32_t i = 0; i < launch->engine->counters.count; i++)
        series->counters[i] = count_of(slot, i);
}


/* Once per case: how many operations make a slice. The geometric mean over lanes, so that neither a fast nor
 * a slow allocator gets slices too far from what was asked. */
static void choose_ops(struct launch *launch) {
    struct ht_engine *engine = launch->engine;
    for (uint32_t arm = 0; arm < launch->state->info->arm_count; arm++) {
        double log_sum = 0;
        int known = 0;
        for (uint32_t lane = 0; lane < engine->lanes.count; lane++)
            if (launch->series[lane][arm].census_ns > 0) {
                log_sum += log(launch->series[lane][arm].census_ns);
                known++;
            }
        if (launch->state->ops[arm] || !known)
            continue;
        double ops = engine->plan.slice_us * 1000 / exp(log_sum / known);
        launch->state->ops[arm] = ops < 1 ? 1 : (uint64_t)ops;
    }
}


static void plan_turns(struct launch *launch) {
    double arms = launch->state->info->arm_count, slice_us = launch->engine->plan.slice_us;
    double settle = fmin(ceil(SETTLE_US / slice_us), HT_MAX_TURN_SLICES / 4);
    double most = floor((HT_MAX_TURN_SLICES - settle) / arms);
    launch->settle = (uint32_t)settle;
    launch->repeats = (uint32_t)fmax(1, fmin(floor(TURN_US / (arms * slice_us)), most));
    for (uint32_t lane = 0; lane < launch->engine->lanes.count; lane++)
        memcpy(launch->engine->herd.page->lanes[lane].ops, launch->state->ops, sizeof launch->state->ops);
}


/* Reads a turn's slices from the page; returns how many were quiet. */
static uint32_t collect(struct launch *launch, const struct ht_slot *slot, uint32_t lane) {
    struct ht_engine *engine = launch->engine;
    double best = ht_quiet_best(&engine->quiet);
    uint32_t quiet_count = 0;
    for (uint32_t i = slot->settle_count; i < slot->slice_count; i++) {
        uint32_t arm = slot->slice_arm[i];
        double before = ht_quiet_reading(&engine->quiet, slot->readings[i]);
        double after = ht_quiet_reading(&engine->quiet, slot->readings[i + 1]);
        bool quiet = ht_is_quiet(before, best) && ht_is_quiet(after, best);
        double ticks_per_op = (double)slot->ticks[i] / (double)slot->ops[arm];
        double ticks_per_cycle = ht_ticks_per_cycle(&engine->quiet, slot->readings[i], slot->readings[i + 1]);
        ht_quiet_add(&engine->quiet, after);
        ht_series_add(&launch->series[lane][arm], ht_ticks_to_ns(ticks_per_op, launch->ticks_per_ns),
                      ticks_per_op / ticks_per_cycle, quiet);
        engine->slices++;
        engine->quiet_slices += quiet;
        engine->measured_ticks += slot->ticks[i];
        engine->ghz_sum += launch->ticks_per_ns / ticks_per_cycle;
        quiet_count += quiet;
    }
    return quiet_count;
}


/* A turn: every arm equally often, in random order, after some slices of random arms to settle with. */
static void order_slices(struct launch *launch, struct ht_slot *slot, uint32_t lane) {
    uint8_t working[HT_MAX_ARMS];
    uint32_t count = 0;
    for (uint32_t arm = 0; arm < launch->state->info->arm_count; arm++)
        if (launch->state->failed[lane][arm].status == HT_OK)
            working[count++] = (uint8_t)arm;
    slot->settle_count = launch->settle;
    slot->slice_count = launch->settle + count * launch->repeats;
    for (uint32_t i = 0; i < slot->slice_count; i++)
        slot->slice_arm[i] = working[i % count];
    ht_rng_shuffle(&launch->rng, slot->slice_arm, slot->settle_count);
    ht_rng_shuffle(&launch->rng, slot->slice_arm + slot->settle_count,
                   slot->slice_count - slot->settle_count);
}


/* One turn of every lane, in random order. */
static enum ht_outcome run_round(struct launch *launch, struct ht_error *error) {
    struct ht_engine *engine = launch->engine;
    uint8_t order[HT_MAX_LANES];
    uint32_t slices = 0, quiet = 0;
    for (uint32_t lane = 0; lane < engine->lanes.count; lane++)
        order[lane] = (uint8_t)lane;
    ht_rng_shuffle(&launch->rng, order, engine->lanes.count);
    for (uint32_t i = 0; i < engine->lanes.count; i++) {
        uint32_t lane = order[i];
        struct ht_slot *slot = &engine->herd.page->lanes[lane];
        if (!ht_case_works(launch->state, lane))
            continue;
        order_slices(launch, slot, lane);
        enum ht_outcome outcome = run_lane(launch, lane, HT_COMMAND_TURN, error);
        if (must_stop(outcome, error))
            return outcome;
        if (outcome == HT_DONE) {
            quiet += collect(launch, slot, lane);
            slices += slot->slice_count - slot->settle_count;
        }
    }
    /* A neighbour has come: perhaps another core is free. */
    if (quiet * 2 < slices)
        ht_cores_choose(&engine->cores, &engine->herd, &engine->quiet);
    return HT_DONE;
}


static bool has_enough(const struct launch *launch) {
    for (uint32_t lane = 0; lane < launch->engine->lanes.count; lane++)
        for (uint32_t arm = 0; arm < launch->state->info->arm_count; arm++)
            if (launch->state->failed[lane][arm].status == HT_OK &&
                launch->series[lane][arm].quiet_count < launch->engine->plan.quiet_slices)
                return false;
    return true;
}


/* Does every arm that works have a slice? The turn in which a neighbour crashed gave it none. */
static bool has_any(const struct launch *launch) {
    for (uint32_t lane = 0; lane < launch->engine->lanes.count; lane++)
        for (uint32_t arm = 0; arm < launch->state->info->arm_count; arm++)
            if (launch->state->failed[lane][arm].status == HT_OK && !launch->series[lane][arm].count)
                return false;
    return true;
}


static enum ht_outcome run_rounds(struct launch *launch, struct ht_error *error) {
    const struct ht_plan *plan = &launch->engine->plan;
    struct ht_moment start = ht_now();
    uint32_t left =
        plan->launches > launch->state->launches_done ? plan->launches - launch->state->launches_done : 1;
    double limit = (plan->max_seconds_per_case - launch->state->spent_seconds) / left -
                   ht_seconds_between(launch->start, start);
    for (;;) {
        enum ht_outcome outcome = run_round(launch, error);
        if (must_stop(outcome, error))
            return outcome;
        double passed = ht_seconds_between(start, ht_now());
        if ((passed >= limit && has_any(launch)) || (passed >= plan->launch_seconds && has_enough(launch)))
            return HT_DONE;
    }
}


/* The chain's core cycles and the counter's are the same thing, found in two ways. */
static void compare_cycles(struct ht_engine *engine, const struct ht_row *row) {
    for (uint32_t i = 0; i < engine->counters.count; i++) {
        double ratio = row->counters[i] / row->cycles_median;
        if (strcmp(engine->counters.all[i].name, "cycles") != 0 || !isfinite(ratio))
            continue;
        engine->cycles_counted++;
        engine->cycles_disagree += fabs(ratio - 1) > 0.05;
    }
}


static void write_row(struct ht_row *row, const struct launch *launch, uint32_t lane, uint32_t arm) {
    const struct ht_series *series = &launch->series[lane][arm];
    const struct ht_case_state *state = launch->state;
    uint32_t enough = launch->engine->plan.quiet_slices;

    *row = ht_row_begin(state, lane, arm);
    row->ops_per_slice = state->ops[arm];
    if (row->status != HT_OK)
        return;
    row->slices = series->count;
    row->quiet_slices = series->quiet_count;
    row->minor_faults_per_op = series->faults_per_op;
    if (series->counted)
        memcpy(row->counters, series->counters, sizeof row->counters);
    if (series->quiet_count < enough) {
        row->status = HT_CONTENDED;
        snprintf(row->reason, sizeof row->reason,
                 "%u of %u slices were quiet, %u wanted; times are over all slices", series->quiet_count,
                 series->count, enough);
    }
    ht_series_times(series, row->status == HT_OK, row->ns, &row->cycles_median);
    if (row->status == HT_OK)
        compare_cycles(launch->engine, row);
}


/* Is there an arm in any lane to measure? */
static bool has_work(const struct launch *launch) {
    for (uint32_t lane = 0; lane < launch->engine->lanes.count; lane++)
        if (ht_case_works(launch->state, lane))
            return true;
    return false;
}


static enum ht_outcome measure(struct launch *launch, struct ht_error *error) {
    struct ht_engine *engine = launch->engine;
    ht_cores_choose(&engine->cores, &engine->herd, &engine->quiet);
    for (uint32_t lane = 0; lane < engine->lanes.count; lane++) {
        enum ht_outcome outcome =
            ht_case_works(launch->state, lane) ? start_lane(launch, lane, error) : HT_DONE;
        if (must_stop(outcome, error))
            return outcome;
    }
    enum ht_outcome outcome = ask_each_arm(launch, HT_COMMAND_CENSUS, keep_census, error);
    if (must_stop(outcome, error))
        return outcome;
    choose_ops(launch);
    plan_turns(launch);
    outcome = run_rounds(launch, error);
    struct ht_moment timed = ht_now();
    /* Slices of their own, when all that is timed has been; and no part of the time a case may take. */
    if (!must_stop(outcome, error) && ht_counters_any(&engine->counters))
        outcome = ask_each_arm(launch, HT_COMMAND_COUNT, keep_counts, error);
    launch->counting_seconds = ht_seconds_between(timed, ht_now());
    if (must_stop(outcome, error))
        return outcome;
    for (uint32_t lane = 0; lane < engine->lanes.count; lane++)
        engine->threaded_launches +=
            engine->herd.pids[lane] && !engine->herd.page->lanes[lane].single_threaded;
    return outcome;
}


enum ht_outcome ht_launch_run(struct ht_engine *engine, struct ht_case_state *state, uint32_t number,
                              struct ht_row *rows, uint32_t *row_count, struct ht_error *error) {
    struct launch *launch = calloc(1, sizeof *launch);
    *row_count = 0;
    if (!launch) {
        ht_fail(error, "out of memory while starting a launch");
        return HT_CRASHED;
    }
    *launch = (struct launch){
        .engine = engine,
        .state = state,
        .number = number,
        .layout = ht_layout_draw(engine->seed, state->info->name, number, engine->plan.shared_addresses),
        .rng = {engine->seed ^ ~ht_hash(state->info->name) ^ number},
        .start = ht_now(),
        .ticks_per_ns = ht_engine_ticks_per_ns(engine),
    };
    enum ht_outcome outcome = has_work(launch) ? measure(launch, error) : HT_DONE;
    ht_herd_end(&engine->herd);
    if (!must_stop(outcome, error)) {
        outcome = HT_DONE;
        for (uint32_t lane = 0; lane < engine->lanes.count; lane++)
            for (uint32_t arm = 0; arm < state->info->arm_count; arm++)
                write_row(&rows[(*row_count)++], launch, lane, arm);
        state->launches_done++;
        state->spent_seconds += ht_seconds_between(launch->start, ht_now()) - launch->counting_seconds;
        engine->launches++;
    }
    for (uint32_t lane = 0; lane < HT_MAX_LANES; lane++)
        for (uint32_t arm = 0; arm < HT_MAX_ARMS; arm++)
            ht_series_free(&launch->series[lane][arm]);
    free(launch);
    return outcome;
}
