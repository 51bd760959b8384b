#include "summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool ht_summary_init(struct ht_summary *summary, const struct ht_catalogue *catalogue,
                     const struct ht_lanes *lanes) {
    *summary = (struct ht_summary){.catalogue = catalogue, .lanes = lanes};
    summary->pairs = calloc(catalogue->count * lanes->count, sizeof *summary->pairs);
    return summary->pairs != NULL;
}


static struct ht_pair_series *series_of(const struct ht_summary *summary, size_t case_index, uint32_t lane) {
    return &summary->pairs[case_index * summary->lanes->count + lane];
}


const struct ht_pair_series *ht_summary_series(const struct ht_summary *summary, size_t case_index,
                                               uint32_t lane) {
    return series_of(summary, case_index, lane);
}


static bool make_room(struct ht_pair_series *series) {
    struct ht_launch_time **arms[] = {&series->stack, &series->heap};
    if (series->count < series->room)
        return true;
    uint32_t room = series->room ? 2 * series->room : 16;
    for (size_t i = 0; i < 2; i++) {
        struct ht_launch_time *more = reallocarray(*arms[i], room, sizeof *more);
        if (!more)
            return false;
        *arms[i] = more;
    }
    series->room = room;
    return true;
}


static struct ht_launch_time time_of(const struct ht_row *row) {
    return (struct ht_launch_time){row->ns[2], row->cycles_median, row->status};
}


bool ht_summary_add(struct ht_summary *summary, size_t case_index, const struct ht_row *rows,
                    uint32_t row_count) {
    static const struct ht_launch_time not_timed = {NAN, NAN, HT_OK};
    const struct ht_case_info *info = &summary->catalogue->cases[case_index];
    for (uint32_t lane = 0; lane < summary->lanes->count; lane++) {
        struct ht_pair_series *series = series_of(summary, case_index, lane);
        struct ht_launch_time stack = not_timed, heap = not_timed;
        bool any = false;
        for (uint32_t i = 0; i < row_count; i++) {
            if (rows[i].lane != lane)
                continue;
            any = true;
            if (rows[i].status > series->worst || (rows[i].status == series->worst && !series->reason[0])) {
                series->worst = rows[i].status;
                memcpy(series->reason, rows[i].reason, sizeof series->reason);
            }
            if (info->arms[rows[i].arm] == HT_ARM_STACK)
                stack = time_of(&rows[i]);
            if (info->arms[rows[i].arm] == HT_ARM_HEAP)
                heap = time_of(&rows[i]);
        }
        if (!any)
            continue;
        if (!make_room(series))
            return false;
        series->stack[series->count] = stack;
        series->heap[series->count++] = heap;
    }
    return true;
}


static bool is_timed(const struct ht_launch_time *one, enum ht_status status) {
    return one->status == status && isfinite(one->ns);
}


/* Are fewer of an arm's launches ok than contended? */
static bool is_crowded(const struct ht_launch_time *arm, uint32_t count) {
    uint32_t ok = 0, contended = 0;
    for (uint32_t i = 0; i < count; i++) {
        ok += is_timed(&arm[i], HT_OK);
        contended += is_timed(&arm[i], HT_CONTENDED);
    }
    return ok < contended;
}


static bool counts(const struct ht_launch_time *one, bool crowded) {
    return is_timed(one, HT_OK) || (crowded && is_timed(one, HT_CONTENDED));
}


static double median_of(double *values, uint32_t count) {
    if (count)
        ht_sort(values, count);
    return ht_quantile(values, count, 0.5);
}


/* An arm's median over its launches that count, in ns; `scratch` has room for all of them. */
static double arm_median(const struct ht_launch_time *arm, uint32_t count, bool crowded, double *scratch) {
    uint32_t chosen = 0;
    for (uint32_t i = 0; i < count; i++)
        if (counts(&arm[i], crowded))
            scratch[chosen++] = arm[i].ns;
    return median_of(scratch, chosen);
}


enum paired { TOLL_NS, TOLL_CYCLES, RATIO };

/* Gathers, sorted, what `what` says of the launches in which both arms count; returns how many. */
static uint32_t choose(const struct ht_pair_series *series, const bool crowded[2], enum paired what,
                       double *chosen) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < series->count; i++) {
        const struct ht_launch_time *stack = &series->stack[i], *heap = &series->heap[i];
        if (!counts(stack, crowded[0]) || !counts(heap, crowded[1]))
            continue;
        chosen[count++] = what == RATIO     ? (stack->ns > 0 ? heap->ns / stack->ns : NAN)
                          : what == TOLL_NS ? heap->ns - stack->ns
                                            : heap->cycles - stack->cycles;
        /* One that is not known would leave the others to stand for all. */
        if (isnan(chosen[count - 1]))
            return 0;
    }
    if (count)
        ht_sort(chosen, count);
    return count;
}


bool ht_summary_pair(const struct ht_summary *summary, size_t case_index, uint32_t lane,
                     struct ht_pair *pair) {
    const struct ht_pair_series *series = series_of(summary, case_index, lane);
    double *scratch = series->count ? malloc(series->count * sizeof *scratch) : NULL;
    *pair = (struct ht_pair){.stack_ns = NAN,
                             .heap_ns = NAN,
                             .toll_ns = NAN,
                             .ratio = NAN,
                             .toll_cycles = NAN,
                             .toll_interval = {NAN, NAN, 0}};
    if (!scratch)
        return false;
    const bool crowded[2] = {is_crowded(series->stack, series->count),
                             is_crowded(series->heap, series->count)};
    pair->contended = crowded[0] || crowded[1];
    pair->stack_ns = arm_median(series->stack, series->count, crowded[0], scratch);
    pair->heap_ns = arm_median(series->heap, series->count, crowded[1], scratch);
    pair->toll_cycles = ht_quantile(scratch, choose(series, crowded, TOLL_CYCLES, scratch), 0.5);
    pair->ratio = ht_quantile(scratch, choose(series, crowded, RATIO, scratch), 0.5);
    pair->launches = choose(series, crowded, TOLL_NS, scratch);
    pair->toll_ns = ht_quantile(scratch, pair->launches, 0.5);
    pair->toll_interval = ht_median_interval(scratch, pair->launches, 0.95);
    free(scratch);
    return pair->launches > 0;
}


double ht_summary_stack_across(const struct ht_summary *summary, size_t case_index) {
    bool crowded[HT_MAX_LANES];
    uint32_t most = 0, chosen = 0;
    for (uint32_t lane = 0; lane < summary->lanes->count; lane++) {
        const struct ht_pair_series *series = series_of(summary, case_index, lane);
        crowded[lane] = is_crowded(series->stack, series->count);
        most = series->count > most ? series->count : most;
    }
    double *medians = most ? malloc(most * sizeof *medians) : NULL;
    for (uint32_t i = 0; medians && i < most; i++) {
        double of_lanes[HT_MAX_LANES];
        uint32_t lanes = 0;
        for (uint32_t lane = 0; lane < summary->lanes->count; lane++) {
            const struct ht_pair_series *series = series_of(summary, case_index, lane);
            if (i < series->count && counts(&series->stack[i], crowded[lane]))
                of_lanes[lanes++] = series->stack[i].ns;
        }
        if (lanes)
            medians[chosen++] = median_of(of_lanes, lanes);
    }
    double median = median_of(medians, chosen);
    free(medians);
    return median;
}


struct ht_losses ht_summary_losses(const struct ht_summary *summary) {
    struct ht_losses losses = {.pairs = (uint32_t)summary->catalogue->count * summary->lanes->count};
    for (size_t i = 0; i < losses.pairs; i++) {
        const struct ht_pair_series *series = &summary->pairs[i];
        losses.failed += series->worst > HT_SKIPPED;
        losses.skipped += series->worst == HT_SKIPPED;
        losses.contended +=
            is_crowded(series->stack, series->count) || is_crowded(series->heap, series->count);
    }
    return losses;
}


void ht_summary_free(struct ht_summary *summary) {
    size_t count = summary->pairs ? summary->catalogue->count * summary->lanes->count : 0;
    for (size_t i = 0; i < count; i++) {
        free(summary->pairs[i].stack);
        free(summary->pairs[i].heap);
    }
    free(summary->pairs);
    summary->pairs = NULL;
}
