/* slice.h: the worker's side of measuring: how an arm is timed and counted. */
#ifndef HEAPTOLL_SLICE_H
#define HEAPTOLL_SLICE_H

#include "page.h"

/* Runs the slices of one turn as `slot` orders them and writes their times. No system call from the first
 * slice to the last. */
void ht_run_turn(const struct ht_page *page, struct ht_slot *slot, const struct ht_arm *arms);

/* Runs slot->census_arm with growing operation counts until a pass takes slot->census_ticks; writes that
 * pass's operations, ticks and minor page faults. */
void ht_run_census(struct ht_slot *slot, const struct ht_arm *arms);

#endif
