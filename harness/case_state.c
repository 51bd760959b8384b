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


bool ht_case_cannot_run(struct ht_case_state *state, uint32_t lanes, size_t stack_limit_bytes) {
    char reason[HT_REASON_MAX];
    const char *unavailable = state->info->unavailable;
    if (unavailable && unavailable[0])
        snprintf(reason, sizeof reason, "%s", unavailable);
    else if (!ht_stack_is_too_small(state->info->stack_bytes, stack_limit_bytes, reason, sizeof reason))
        return false;
    for (uint32_t lane = 0; lane < lanes; lane++)
        ht_case_fail(state, lane, -1, HT_SKIPPED, "%s", reason);
    return true;
}
