/* row.h: one line of measurements.csv: an arm in a lane in a launch. */
#ifndef HEAPTOLL_ROW_H
#define HEAPTOLL_ROW_H

#include "case_state.h"

/* Numbers are NAN where there is nothing to tell. */
struct ht_row {
    uint32_t lane;
    uint32_t arm; /* index into the case's arms */
    enum ht_status status;
    char reason[HT_REASON_MAX];
    uint64_t ops_per_slice;
    uint32_t slices, quiet_slices;
    double ns[5]; /* per operation: p05, p25, median, p75, p95 */
    double cycles_median;
    double allocs_per_op, alloc_bytes_per_op; /* as the audit counted them */
    double minor_faults_per_op;
    double counters[HT_MAX_COUNTERS]; /* per operation, in the order of the run's counters */
};

#define HT_MAX_ROWS (HT_MAX_LANES * HT_MAX_ARMS)

/* What is known of the arm before it is timed: status and reason, the audit's counts. */
struct ht_row ht_row_begin(const struct ht_case_state *state, uint32_t lane, uint32_t arm);

#endif
