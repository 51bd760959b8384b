/* clock.h: ticks to time: the one conversion, and where its rate comes from. */
#ifndef HEAPTOLL_CLOCK_H
#define HEAPTOLL_CLOCK_H

#include <stdint.h>

/* One moment on both clocks. */
struct ht_moment {
    uint64_t ticks;
    uint64_t ns; /* CLOCK_MONOTONIC_RAW */
};

struct ht_moment ht_now(void);

/* Ticks per nanosecond between two moments: exact to the reading error (about 50 ns) over their distance. */
double ht_ticks_per_ns(struct ht_moment from, struct ht_moment to);

/* Nanoseconds of `ticks` ticks at `ticks_per_ns`. Every time in this program goes through here. */
double ht_ticks_to_ns(double ticks, double ticks_per_ns);

/* Seconds from `from` to `to`. */
double ht_seconds_between(struct ht_moment from, struct ht_moment to);

#endif
