/*
 * launch.h: one launch of one case: fresh workers in a fresh layout, rounds of turns until there are enough
 * quiet slices, and the rows that come of it.
 */
#ifndef HEAPTOLL_LAUNCH_H
#define HEAPTOLL_LAUNCH_H

#include "engine.h"
#include "row.h"

/* Runs launch number `launch` of the case and fills `rows` (room for HT_MAX_ROWS). HT_DONE, or HT_INTERRUPTED
 * with no rows. HT_CRASHED: a lane is not what was asked for; `error` says why, the run must end. */
enum ht_outcome ht_launch_run(struct ht_engine *engine, struct ht_case_state *state, uint32_t launch,
                              struct ht_row *rows, uint32_t *row_count, struct ht_error *error);

/* The layout of a launch: the same for every lane, drawn from the run's seed. */
struct ht_layout ht_layout_draw(uint64_t seed, const char *case_name, uint32_t launch, bool shared_addresses);

#endif
