#include "case_state.h"

#include <stdarg.h>
#include <stdio.h>

const char *ht_status_name(enum ht_status status) {
    static const char *const names[] = {"ok", "contended", "skipped", "crashed", "timeout", "dishonest"};
    return names[status];
}


void ht_case_fail(struct ht_case_state *state, uint32_t lane, int arm, enum ht_status status,
                  const char *format, ...) {
    for (uint32_t a = 0; a < state->info->arm_count; a++) {
        if (arm >= 0 ? a != (uint32_t)arm : state->failed[lane][a].status != HT_OK)
            continue;
        va_list values;
        va_start(values, format);
        vsnprintf(state->failed[lane][a].reason, HT_REASON_MAX, format, values);
        va_end(values);
        state->failed[lane][a].status = status;
    }
}


bool ht_case_works(const struct ht_case_state *state, uint32_t lane) {
    for (uint32_t arm = 0; arm < state->info->arm_count; arm++)
        if (state->failed[lane][arm].status == HT_OK)
            return true;
    return false;
}


bool ht_case_cannot_run(struct ht_case_state *state, const struct ht_lanes *lanes, size_t stack_limit_bytes) {
    char reason[HT_REASON_MAX];
    bool too_small =
        ht_stack_is_too_small(state->info->stack_bytes, stack_limit_bytes, reason, sizeof reason);
    uint32_t skipped = 0;
    for (uint32_t lane = 0; lane < lanes->count; lane++) {
        const struct ht_build *build = lanes->lanes[lane].build;
        const char *unavailable = state->info->unavailable[build ? build->number : 0];
        if (unavailable && unavailable[0])
            ht_case_fail(state, lane, -1, HT_SKIPPED, "%s", unavailable);
        else if (too_small)
            ht_case_fail(state, lane, -1, HT_SKIPPED, "%s", reason);
        else
            continue;
        skipped++;
    }
    return skipped == lanes->count;
}
