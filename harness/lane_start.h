/* lane_start.h: a lane's worker, started on the allocator it was asked for, or not at all. */
#ifndef HEAPTOLL_LANE_START_H
#define HEAPTOLL_LANE_START_H

#include "herd.h"
#include "lanes.h"

/* Starts the worker of `asked`, lane number `lane` of the herd, for launch number `launch` of a case, which
 * says what layout of its build (builds.h) it is; `interposer_fd` >= 0: with the audit's interposer from that
 * descriptor before its allocator. HT_DONE, HT_INTERRUPTED; HT_CRASHED with
 * `error` set: it could not be started, or it does not run on what was asked for. */
enum ht_outcome ht_lane_start(struct ht_herd *herd, struct ht_lane *asked, uint32_t lane, uint32_t launch,
                              int interposer_fd, const char *case_name, const struct ht_layout *layout,
                              struct ht_error *error);

#endif
