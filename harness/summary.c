#include "summary.h"

#include "describe.h"

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


static bool make_room(struct ht_pair_series *series) {
    double **arrays[] = {&series->stack_ns, &series->heap_ns, &series->stack_cycles, &series->heap_cycles};
    if (series->count < series->room)
        return true;
    uint32_t room = series->room ? 2 * series->room : 16;
    for (size_t i = 0; i < 4; i++) {
        double *more = reallocarray(*arrays[i], room, sizeof *more);
        if (!more)
            return false;
        *arrays[i] = more;
    }
    bool *more = reallocarray(series->noisy, room, sizeof *more);
    if (!more)
        return false;
    series->noisy = more;
    series->room = room;
    return true;
}


bool ht_summary_add(struct ht_summary *summary, size_t case_index, const struct ht_row *rows,
                    uint32_t row_count) {
    const struct ht_case_info *info = &summary->catalogue->cases[case_index];
    for (uint32_t lane = 0; lane < summary->lanes->count; lane++) {
        struct ht_pair_series *series = series_of(summary, case_index, lane);
        const struct ht_row *stack = NULL, *heap = NULL;
        for (uint32_t i = 0; i < row_count; i++) {
            if (rows[i].lane != lane)
                continue;
            if (rows[i].status > series->worst || (rows[i].status == series->worst && !series->reason[0])) {
                series->worst = rows[i].status;
                memcpy(series->reason, rows[i].reason, sizeof series->reason);
            }
            if (info->arms[rows[i].arm] == HT_ARM_STACK)
                stack = &rows[i];
            if (info->arms[rows[i].arm] == HT_ARM_HEAP)
                heap = &rows[i];
        }
        if (!stack || !heap || !isfinite(stack->ns[2]) || !isfinite(heap->ns[2]))
            continue;
        if (!make_room(series))
            return false;
        series->stack_ns[series->count] = stack->ns[2];
        series->heap_ns[series->count] = heap->ns[2];
        series->stack_cycles[series->count] = stack->cycles_median;
        series->heap_cycles[series->count] = heap->cycles_median;
        bool noisy = stack->status == HT_CONTENDED || heap->status == HT_CONTENDED;
        series->noisy[series->count++] = noisy;
        series->contended += noisy;
    }
    return true;
}


static bool mostly_contended(const struct ht_pair_series *series) {
    return 2 * series->contended > series->count;
}


/* Gathers left[i] - right[i] (left[i] / right[i] when `divide`; left[i] alone without `right`) of the
 * launches that count, sorted, into `chosen`; returns how many. */
static uint32_t choose(const struct ht_pair_series *series, const double *left, const double *right,
                       bool divide, double *chosen) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < series->count; i++) {
        if (series->noisy[i] && !mostly_contended(series))
            continue;
        double other = right ? right[i] : 0;
        chosen[count++] = divide ? left[i] / other : left[i] - other;
    }
    ht_sort(chosen, count);
    return count;
}


bool ht_summary_pair(const struct ht_summary *summary, size_t case_index, uint32_t lane,
                     struct ht_pair *pair) {
    const struct ht_pair_series *series = series_of(summary, case_index, lane);
    double *chosen = series->count ? malloc(series->count * sizeof *chosen) : NULL;
    *pair = (struct ht_pair){.launches = series->count, .contended = series->contended};
    if (!chosen)
        return false;
    uint32_t count = choose(series, series->stack_ns, NULL, false, chosen);
    pair->stack_ns = ht_quantile(chosen, count, 0.5);
    choose(series, series->heap_ns, NULL, false, chosen);
    pair->heap_ns = ht_quantile(chosen, count, 0.5);
    choose(series, series->heap_cycles, series->stack_cycles, false, chosen);
    pair->toll_cycles = ht_quantile(chosen, count, 0.5);
    choose(series, series->heap_ns, series->stack_ns, true, chosen);
    pair->ratio = ht_quantile(chosen, count, 0.5);
    choose(series, series->heap_ns, series->stack_ns, false, chosen);
    pair->toll_ns = ht_quantile(chosen, count, 0.5);
    pair->toll_interval = ht_median_interval(chosen, count, 0.95);
    free(chosen);
    return true;
}


/* Three significant digits, in the fewest characters, whatever the magnitude. */
static const char *short_number(char *text, size_t size, double value) {
    double magnitude = fabs(value);
    if (!isfinite(value)) { /* not known */
        snprintf(text, size, "-");
        return text;
    }
    int decimals = magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
    snprintf(text, size, "%.*f", decimals, value);
    return text;
}


/* Of the column with the lanes' titles. An allocator's name may be cut; what tells two builds apart may not.
 */
static int lane_width(const struct ht_lanes *lanes) {
    char title[HT_LANE_TITLE_MAX];
    size_t width = 14;
    for (uint32_t lane = 0; lane < lanes->count; lane++) {
        size_t length = strlen(ht_lane_title(&lanes->lanes[lane], title));
        if (lanes->lanes[lane].build && !lanes->lanes[lane].build->alone && length > width)
            width = length;
    }
    return (int)width;
}


static void print_pair(const struct ht_summary *summary, size_t case_index, uint32_t lane, FILE *out) {
    const struct ht_pair_series *series = series_of(summary, case_index, lane);
    char stack[32], heap[32], toll[32], low[32], high[32], range[72], cycles[32];
    char title[HT_LANE_TITLE_MAX];
    int width = lane_width(summary->lanes);
    struct ht_pair pair;
    ht_lane_title(&summary->lanes->lanes[lane], title);
    if (!ht_summary_pair(summary, case_index, lane, &pair)) {
        fprintf(out, "  %-*.*s %s: %s\n", width, width, title, ht_status_name(series->worst),
                series->reason[0] ? series->reason : "nothing was measured");
        return;
    }
    snprintf(range, sizeof range, "[%s, %s]", short_number(low, sizeof low, pair.toll_interval.low),
             short_number(high, sizeof high, pair.toll_interval.high));
    fprintf(out, "  %-*.*s %8s %8s %8s %-18s %6.2f %8s%s\n", width, width, title,
            short_number(stack, sizeof stack, pair.stack_ns), short_number(heap, sizeof heap, pair.heap_ns),
            short_number(toll, sizeof toll, pair.toll_ns), range, pair.ratio,
            short_number(cycles, sizeof cycles, pair.toll_cycles), mostly_contended(series) ? " ~" : "");
}


void ht_summary_print(const struct ht_summary *summary, FILE *out) {
    struct ht_losses losses = ht_summary_losses(summary);
    double coverage = 0;
    fprintf(out, "\n  %-*s %8s %8s %8s %-18s %6s %8s\n", lane_width(summary->lanes), "allocator", "stack ns",
            "heap ns", "toll ns", "[interval]", "ratio", "cycles");
    for (size_t c = 0; c < summary->catalogue->count; c++) {
        fprintf(out, "%s\n", summary->catalogue->cases[c].name);
        for (uint32_t lane = 0; lane < summary->lanes->count; lane++) {
            struct ht_pair pair;
            print_pair(summary, c, lane, out);
            if (ht_summary_pair(summary, c, lane, &pair) &&
                (coverage == 0 || pair.toll_interval.coverage < coverage))
                coverage = pair.toll_interval.coverage;
        }
    }
    fprintf(out,
            "\nPer operation. toll = heap - stack, paired in each launch; its interval holds the median over "
            "launches with\n%.0f %% confidence or more; ratio = heap / stack; cycles = the toll in core "
            "cycles.\n",
            100 * coverage);
    if (losses.contended)
        fprintf(
            out,
            "~ %u of %u pairs: most launches had too few quiet slices (contended); their times are over all "
            "slices.\n",
            losses.contended, losses.pairs);
}


struct ht_losses ht_summary_losses(const struct ht_summary *summary) {
    struct ht_losses losses = {.pairs = (uint32_t)summary->catalogue->count * summary->lanes->count};
    for (size_t i = 0; i < losses.pairs; i++) {
        const struct ht_pair_series *series = &summary->pairs[i];
        losses.failed += series->worst > HT_SKIPPED;
        losses.skipped += series->worst == HT_SKIPPED;
        losses.contended += mostly_contended(&summary->pairs[i]);
    }
    return losses;
}


void ht_summary_free(struct ht_summary *summary) {
    size_t count = summary->pairs ? summary->catalogue->count * summary->lanes->count : 0;
    for (size_t i = 0; i < count; i++) {
        free(summary->pairs[i].stack_ns);
        free(summary->pairs[i].heap_ns);
        free(summary->pairs[i].stack_cycles);
        free(summary->pairs[i].heap_cycles);
        free(summary->pairs[i].noisy);
    }
    free(summary->pairs);
    summary->pairs = NULL;
}
