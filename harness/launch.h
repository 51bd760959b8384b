/*
 * launch.h: one launch of one case: fresh workers in a fresh layout, rounds of turns until there are enough
 * quiet slices, and the rows that come of it.
 */
#ifndef HEAPTOLL_LAUNCH_H
#define HEAPTOLL_LAUNCH_H

#include "catalogue.h"
#include "engine.h"

enum ht_status { HT_OK, HT_CONTENDED, HT_SKIPPED, HT_STATUS_CRASHED, HT_STATUS_TIMEOUT, HT_DISHONEST };
const char *ht_status_name(enum ht_status status);

#define HT_REASON_MAX 224

/* One line of measurements.csv: an arm in a lane in a launch. Times are NAN where nothing was measured. */
struct ht_row {
    uint32_t lane;
    uint32_t arm; /* index into the case's arms */
    enum ht_status status;
    char reason[HT_REASON_MAX];
    uint64_t ops_per_slice;
    uint32_t slices, quiet_slices;
    double ns[5]; /* per operation: p05, p25, median, p75, p95 */
    double cycles_median;
    double minor_faults_per_op;
};

#define HT_MAX_ROWS (HT_MAX_LANES * HT_MAX_ARMS)

/* What a case keeps from launch to launch. */
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
};

/* Runs launch number `launch` of the case and fills `rows` (room for HT_MAX_ROWS). HT_DONE, or HT_INTERRUPTED
 * with no rows. HT_CRASHED: a lane is not what was asked for; `error` says why, the run must end. */
enum ht_outcome ht_launch_run(struct ht_engine *engine, struct ht_case_state *state, uint32_t launch,
                              struct ht_row *rows, uint32_t *row_count, struct ht_error *error);

/* The layout of a launch: the same for every lane, drawn from the run's seed. */
struct ht_layout ht_layout_draw(uint64_t seed, const char *case_name, uint32_t launch);

#endif
