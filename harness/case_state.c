#include "case_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>

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


size_t ht_stack_limit_bytes(void) {
    struct rlimit stack;
    if (getrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    return (size_t)stack.rlim_cur;
}


bool ht_case_needs_more_stack(struct ht_case_state *state, uint32_t lanes, size_t stack_limit_bytes) {
    size_t needed = state->info->stack_bytes + HT_STACK_RESERVE;
    if (needed <= stack_limit_bytes)
        return false;
    for (uint32_t lane = 0; lane < lanes; lane++)
        ht_case_fail(state, lane, -1, HT_SKIPPED,
                     "the stack limit is %zu KiB and this case needs %zu KiB; raise it: ulimit -s %zu",
                     stack_limit_bytes >> 10, needed >> 10, (needed >> 10) + 1);
    return true;
}
