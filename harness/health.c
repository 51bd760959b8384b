#include "health.h"

#include <stdarg.h>
#include <stdio.h>

const char *ht_verdict_name(enum ht_verdict verdict) {
    static const char *const names[] = {"good", "fair", "poor", "unknown"};
    return names[verdict];
}


void ht_found(struct ht_finding *finding, const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(finding->value, sizeof finding->value, format, values);
    va_end(values);
}


void ht_judged(struct ht_finding *finding, enum ht_verdict verdict, const char *means) {
    finding->verdict = verdict;
    snprintf(finding->means, sizeof finding->means, "%s", means);
}


void ht_advise(struct ht_finding *finding, const char *undo, const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(finding->advice, sizeof finding->advice, format, values);
    va_end(values);
    snprintf(finding->undo, sizeof finding->undo, "%s", undo);
}


void ht_health_judge(const struct ht_state *state, struct ht_finding findings[HT_STATE_FINDINGS]) {
    static const struct {
        const char *name;
        void (*judge)(const struct ht_state *state, struct ht_finding *finding);
    } matters[HT_STATE_FINDINGS] = {
        {"load", ht_judge_load},         {"steal", ht_judge_steal},    {"CPUs", ht_judge_cpus},
        {"CPU quota", ht_judge_quota},   {"memory", ht_judge_memory},  {"virtual machine", ht_judge_virtual},
        {"governor", ht_judge_governor}, {"turbo", ht_judge_turbo},    {"SMT", ht_judge_smt},
        {"battery", ht_judge_battery},   {"heat", ht_judge_heat},      {"clock", ht_judge_clock},
        {"PMU", ht_judge_pmu},           {"huge pages", ht_judge_thp}, {"ASLR", ht_judge_aslr},
        {"stack limit", ht_judge_stack},
    };
    for (int i = 0; i < HT_STATE_FINDINGS; i++) {
        findings[i] = (struct ht_finding){.name = matters[i].name, .verdict = HT_UNKNOWN};
        matters[i].judge(state, &findings[i]);
    }
}


void ht_judge_quiet(uint64_t quiet_slices, uint64_t slices, struct ht_finding *finding) {
    double share = slices ? (double)quiet_slices / (double)slices : 0;
    *finding = (struct ht_finding){.name = "quiet slices", .verdict = HT_UNKNOWN};
    if (slices < HT_FEWEST_SLICES) {
        ht_judged(finding, HT_UNKNOWN, "too little was measured to tell how often the core was ours");
        return;
    }
    ht_found(finding, "%.0f %% of %llu", 100 * share, (unsigned long long)slices);
    if (share >= 0.8)
        ht_judged(finding, HT_GOOD,
                  "during nearly all slices nobody else used the core that was measured on");
    else if (share >= 0.5)
        ht_judged(finding, HT_FAIR,
                  "others share the core now and then; those slices are left out, so launches take longer");
    else
        ht_judged(finding, HT_POOR,
                  "others shared the core during most slices, so many launches find too few quiet ones and "
                  "end as contended");
    if (share < 0.8)
        ht_advise(finding, "", "top -o %%CPU   # shows who works here; as a guest, try another hour or host");
}
