#include "doctor.h"

#include "health_run.h"
#include "launch.h"
#include "machine.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CASE "returned_pointer/by_value/64"
#define LANES "one=glibc,two=glibc"
#define HANG_SECONDS 1.5 /* a turn takes 7 ms */

struct ht_plan ht_doctor_plan(void) {
    return (struct ht_plan){.launches = HT_DOCTOR_LAUNCHES,
                            .launch_seconds = 0.18,
                            .max_seconds_per_case = 5.5,
                            .quiet_slices = 12,
                            .slice_us = 75};
}


/* -- Judging ------------------------------------------------------------- */

static void judge_launches(const struct ht_samples *samples, struct ht_finding *finding) {
    double share = samples->count ? (double)samples->contended / samples->count : 1;
    *finding = (struct ht_finding){.name = "contended"};
    ht_found(finding, "%u of %u launches", samples->contended, samples->count);
    if (share <= 0.1)
        ht_judged(finding, HT_GOOD, "launches find enough quiet slices");
    else if (share <= 0.5)
        ht_judged(
            finding, HT_FAIR,
            "some launches find too few quiet slices; results rest on the others, with wider intervals");
    else
        ht_judged(finding, HT_POOR,
                  "most launches find too few quiet slices, so their times are over disturbed ones too");
    if (share > 0.1)
        ht_advise(finding, "",
                  "heaptoll --profile=full   # longer launches find more; see also quiet slices");
}


/* How far from 1 the ratio of two identical lanes may lie, at 95 % confidence. */
static double spread_of(const struct ht_samples *samples, struct ht_interval *interval, double *median) {
    double sorted[HT_DOCTOR_LAUNCHES];
    memcpy(sorted, samples->ratio, samples->count * sizeof *sorted);
    ht_sort(sorted, samples->count);
    *interval = ht_median_interval(sorted, samples->count, 0.95);
    *median = ht_quantile(sorted, samples->count, 0.5);
    return fmax(fabs(interval->low - 1), fabs(interval->high - 1));
}


/* Two per cent are one core cycle of so small an arm, by which whole processes differ on a quiet machine too
 * (docs/METHOD.md, 5). */
static void judge_spread(const struct ht_samples *samples, struct ht_finding *finding) {
    struct ht_interval interval;
    double median, spread = spread_of(samples, &interval, &median);
    *finding = (struct ht_finding){.name = "A/A spread"};
    ht_found(finding, "%.2f %%: two identical lanes differ by %+.2f %%, interval %+.2f to %+.2f %%",
             100 * spread, 100 * (median - 1), 100 * (interval.low - 1), 100 * (interval.high - 1));
    if (spread <= 0.02)
        ht_judged(
            finding, HT_GOOD,
            "two identical lanes (A against A) give the same, but for this; smaller differences between "
            "allocators do not show in so few launches");
    else if (spread <= 0.05)
        ht_judged(
            finding, HT_FAIR,
            "two identical lanes (A against A) should give the same; smaller differences between allocators "
            "than this do not show in so few launches");
    else
        ht_judged(
            finding, HT_POOR,
            "two identical lanes (A against A) should give the same; whatever differs less than this may be "
            "noise");
    if (spread > 0.02)
        ht_advise(finding, "", "heaptoll --profile=full   # more launches narrow it");
}


static void judge_drift(const struct ht_samples *samples, struct ht_finding *finding) {
    double low = INFINITY, high = 0;
    for (unsigned i = 0; i < samples->count; i++) {
        low = fmin(low, samples->ghz[i]);
        high = fmax(high, samples->ghz[i]);
    }
    double drift = high / low - 1;
    *finding = (struct ht_finding){.name = "clock drift"};
    ht_found(finding, "%.1f %%: the core ran at %.2f to %.2f GHz", 100 * drift, low, high);
    if (drift <= 0.02)
        ht_judged(finding, HT_GOOD, "the clock was steady, so nanoseconds and core cycles tell the same");
    else if (drift <= 0.1)
        ht_judged(finding, HT_FAIR, "nanoseconds of different minutes differ this much; core cycles do not");
    else
        ht_judged(finding, HT_POOR,
                  "nanoseconds are those of the clock of the moment; trust core cycles and ratios here");
    if (drift > 0.02)
        ht_advise(finding, "", "see governor and turbo below; where they cannot be set, compare core cycles");
}


/* "load, A/A spread": the first `count` findings of that verdict; "" when there are none. */
static void name_those(const struct ht_report *report, int count, enum ht_verdict verdict, char *text,
                       size_t size) {
    size_t length = 0;
    text[0] = '\0';
    for (int i = 0; i < count && length < size; i++)
        if (report->findings[i].verdict == verdict)
            length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "",
                                       report->findings[i].name);
}


/* Quiet slices, launches and spread decide; what else is poor can spoil results only in part. */
static void sum_up(struct ht_report *report, const struct ht_samples *samples) {
    struct ht_interval interval;
    char poor[192], fair[96], contended[64];
    double median, spread = 100 * spread_of(samples, &interval, &median);
    name_those(report, HT_DOCTOR_FINDINGS, HT_POOR, poor, sizeof poor);
    name_those(report, HT_DOCTOR_DECIDING, HT_FAIR, fair, sizeof fair);
    report->verdict = poor[0] || fair[0] ? HT_FAIR : HT_GOOD;
    for (int i = 0; i < HT_DOCTOR_DECIDING; i++)
        if (report->findings[i].verdict == HT_POOR)
            report->verdict = HT_POOR;
    snprintf(contended, sizeof contended, "%u in %u launches", samples->contended, samples->count);
    if (!samples->contended)
        snprintf(contended, sizeof contended, "hardly a launch");
    static const char *const says[] = {
        [HT_GOOD] =
            "this machine measures well. Expect %s to be contended, and differences above %.1f %% to show in "
            "a short run.",
        [HT_FAIR] =
            "this machine is usable, with patience. Expect %s to be contended, and differences above %.1f %% "
            "to show in a short run.",
        [HT_POOR] =
            "this machine measures poorly just now. Expect %s to be contended, and believe no difference "
            "below %.1f %%."};
    snprintf(report->sentence, sizeof report->sentence, says[report->verdict], contended, spread);
    size_t length = strlen(report->sentence), room = sizeof report->sentence - length;
    if (poor[0])
        snprintf(report->sentence + length, room, " Look at what is poor: %s.", poor);
    else if (fair[0])
        snprintf(report->sentence + length, room, " It could be better at: %s.", fair);
}


void ht_doctor_judge(struct ht_report *report, const struct ht_samples *samples,
                     const struct ht_state *state) {
    struct ht_finding *measured = report->findings;
    ht_judge_quiet(samples->quiet_slices, samples->slices, &measured[0]);
    judge_launches(samples, &measured[1]);
    judge_spread(samples, &measured[2]);
    judge_drift(samples, &measured[3]);
    ht_health_judge(state, report->findings + HT_DOCTOR_MEASURED);
    report->seconds = samples->seconds;
    sum_up(report, samples);
}


/* -- Measuring ----------------------------------------------------------- */

/* The heap arm's time in `lane`; NAN when there is none. */
static double heap_ns(const struct ht_case_info *info, const struct ht_row *rows, uint32_t count,
                      uint32_t lane) {
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].lane == lane && info->arms[rows[i].arm] == HT_ARM_HEAP)
            return rows[i].ns[2];
    return NAN;
}


static bool measure(struct ht_engine *engine, const struct ht_case_info *info, struct ht_samples *samples,
                    struct ht_error *error) {
    struct ht_case_state state = {.info = info};
    struct ht_row rows[HT_MAX_ROWS];
    while (samples->count < HT_DOCTOR_LAUNCHES) {
        uint32_t row_count;
        uint64_t slices = engine->slices;
        double ghz_sum = engine->ghz_sum;
        if (ht_launch_run(engine, &state, samples->count, rows, &row_count, error) != HT_DONE)
            return error->text[0] ? false : ht_fail(error, "stopped before there was enough to judge by");
        double one = heap_ns(info, rows, row_count, 0), two = heap_ns(info, rows, row_count, 1);
        if (!isfinite(one) || !isfinite(two))
            return ht_fail(error, "%s cannot be measured here: %s", info->name,
                           rows[0].reason[0] ? rows[0].reason : "a worker failed");
        bool contended = false;
        for (uint32_t i = 0; i < row_count; i++)
            contended |= rows[i].status == HT_CONTENDED;
        samples->ratio[samples->count] = one / two;
        samples->ghz[samples->count] = (engine->ghz_sum - ghz_sum) / (double)(engine->slices - slices);
        samples->contended += contended;
        samples->count++;
    }
    samples->slices = engine->slices;
    samples->quiet_slices = engine->quiet_slices;
    return true;
}


static const struct ht_case_info *find_case(const struct ht_catalogue *catalogue) {
    for (size_t i = 0; i < catalogue->count; i++)
        if (strcmp(catalogue->cases[i].name, CASE) == 0)
            return &catalogue->cases[i];
    return NULL;
}


static const char *text_of(const json_t *facts, const char *key) {
    const char *text = json_string_value(json_object_get(facts, key));
    return text ? text : "";
}


/* Reads, measures and judges, with an engine that the caller closes. */
static bool examine(struct ht_engine *engine, const struct ht_options *options,
                    const struct ht_catalogue *catalogue, const struct ht_builds *builds,
                    const volatile sig_atomic_t *stop, struct ht_report *report, struct ht_error *error) {
    const struct ht_case_info *info = find_case(catalogue);
    struct ht_samples samples = {.count = 0};
    struct ht_moment start = ht_now();
    struct ht_state state;
    struct ht_mark from, to;
    if (!info)
        return ht_fail(error, "the worker %s has no case %s to try the machine with",
                       builds->all[0].workers[0], CASE);
    json_t *facts = ht_machine_facts();
    snprintf(report->machine, sizeof report->machine, "%s, %s", text_of(facts, "cpu_model"),
             text_of(facts, "kernel"));
    snprintf(engine->cpu_model, sizeof engine->cpu_model, "%s",
             text_of(facts, "cpu_model")[0] ? text_of(facts, "cpu_model") : "unknown");
    snprintf(engine->core_file, sizeof engine->core_file, "%s/known-cores.tsv", options->results_dir);
    ht_state_read(&state, ht_state_root());
    snprintf(state.hypervisor, sizeof state.hypervisor, "%s", text_of(facts, "hypervisor"));
    json_decref(facts);
    state.stack_needed_bytes = ht_stack_needed(catalogue);
    engine->plan = ht_doctor_plan();
    engine->seed = options->seed_given ? options->seed : start.ticks;
    if (!ht_lanes_parse(&engine->lanes, LANES, error) || !ht_lanes_across(&engine->lanes, builds, error) ||
        !ht_engine_open(engine, options->cpu, fmin(options->hang_seconds, HANG_SECONDS), stop, error))
        return false;
    ht_mark_read(&from, ht_state_root(), &state);
    if (!measure(engine, info, &samples, error))
        return false;
    ht_mark_read(&to, ht_state_root(), &state);
    ht_state_between(&state, &from, &to, engine->cores.current, ht_state_root());
    samples.seconds = ht_seconds_between(start, ht_now());
    ht_doctor_judge(report, &samples, &state);
    return true;
}


int ht_doctor(const struct ht_options *options, const struct ht_catalogue *catalogue,
              const struct ht_builds *builds, const volatile sig_atomic_t *stop, FILE *out,
              struct ht_error *error) {
    struct ht_engine *engine = calloc(1, sizeof *engine);
    struct ht_report report = {.seconds = 0};
    if (!engine) {
        ht_fail(error, "out of memory");
        return 2;
    }
    engine->herd.page_fd = -1;
    fprintf(stderr, "heaptoll: looking at this machine and measuring on it, for less than %.0f s\n",
            HT_DOCTOR_MOST_SECONDS);
    bool told = examine(engine, options, catalogue, builds, stop, &report, error);
    ht_engine_close(engine);
    free(engine);
    if (!told)
        return *stop ? 128 + *stop : 2;
    (options->action == HT_DOCTOR_JSON ? ht_report_print_json : ht_report_print)(&report, out);
    return report.verdict == HT_POOR ? 3 : 0;
}
