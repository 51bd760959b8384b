#include "row.h"

#include <math.h>
#include <string.h>

struct ht_row ht_row_begin(const struct ht_case_state *state, uint32_t lane, uint32_t arm) {
    struct ht_row row = {.lane = lane,
                         .arm = arm,
                         .status = state->failed[lane][arm].status,
                         .ns = {NAN, NAN, NAN, NAN, NAN},
                         .cycles_median = NAN,
                         .allocs_per_op = NAN,
                         .alloc_bytes_per_op = NAN,
                         .minor_faults_per_op = NAN};
    for (uint32_t i = 0; i < HT_MAX_COUNTERS; i++)
        row.counters[i] = NAN;
    if (row.status != HT_OK)
        memcpy(row.reason, state->failed[lane][arm].reason, sizeof row.reason);
    if (state->counted[lane][arm].known) {
        row.allocs_per_op = state->counted[lane][arm].allocs_per_op;
        row.alloc_bytes_per_op = state->counted[lane][arm].alloc_bytes_per_op;
    }
    return row;
}
