/* counting.h: the worker's side of the counters: slices that are counted instead of timed. */
#ifndef HEAPTOLL_COUNTING_H
#define HEAPTOLL_COUNTING_H

#include "page.h"

/*
 * Runs slot->census_arm with the page's events read around it, HT_COUNTED_SLICES times n operations and as
 * often 2n, n being HT_COUNTED_LENGTH timed slices; slot->counted - slot->counted_shorter is then what n
 * operations take once the core has settled. The readings are system calls, after which a small loop runs
 * slower for half a millisecond: that is in both, and cancels. Nothing here is timed. An event that cannot
 * be opened in this process reads as never running.
 */
void ht_run_counted(const struct ht_page *page, struct ht_slot *slot, const struct ht_arm *arms);

#endif
