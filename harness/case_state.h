/* case_state.h: what a run knows of a case: kept from launch to launch, one for each case. */
#ifndef HEAPTOLL_CASE_STATE_H
#define HEAPTOLL_CASE_STATE_H

#include "catalogue.h"
#include "lanes.h"
#include "stack_limit.h"

enum ht_status { HT_OK, HT_CONTENDED, HT_SKIPPED, HT_STATUS_CRASHED, HT_STATUS_TIMEOUT, HT_DISHONEST };
const char *ht_status_name(enum ht_status status);

#define HT_REASON_MAX 224

struct ht_case_state {
    const struct ht_case_info *info;
    uint64_t
        ops[HT_MAX_ARMS]; /* operations per slice, the same in all lanes and launches; 0: not yet known */
    double spent_seconds;
    uint32_t launches_done;
    struct {
        enum ht_status status; /* HT_OK while the arm works in the lane */
        char reason[HT_REASON_MAX];
    } failed[HT_MAX_LANES][HT_MAX_ARMS];
    struct {
        bool known; /* the audit has counted it */
        double allocs_per_op, alloc_bytes_per_op;
    } counted[HT_MAX_LANES][HT_MAX_ARMS];
};

/* Gives up an arm in a lane; `arm` < 0: all its arms that still work. printf style reason. */
void ht_case_fail(struct ht_case_state *state, uint32_t lane, int arm, enum ht_status status,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Does any arm still work in this lane? */
bool ht_case_works(const struct ht_case_state *state, uint32_t lane);

/* Skips the case in the lanes whose build cannot have it, and in all when `stack_limit_bytes` is too little
 * for it; true when it is skipped in all. */
bool ht_case_cannot_run(struct ht_case_state *state, const struct ht_lanes *lanes, size_t stack_limit_bytes);

#endif
