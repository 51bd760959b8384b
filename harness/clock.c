#include "clock.h"

#include "ticks.h"

#include <time.h>

static uint64_t raw_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}


struct ht_moment ht_now(void) {
    /* The narrowest of three readings: an interrupt between the two clocks would shift one against the other.
     */
    struct ht_moment best = {0, 0};
    uint64_t narrowest = UINT64_MAX;
    for (int i = 0; i < 3; i++) {
        uint64_t before = ht_ticks();
        uint64_t ns = raw_ns();
        uint64_t after = ht_ticks();
        if (after - before < narrowest) {
            narrowest = after - before;
            best = (struct ht_moment){before + (after - before) / 2, ns};
        }
    }
    return best;
}


double ht_ticks_per_ns(struct ht_moment from, struct ht_moment to) {
    return (double)(to.ticks - from.ticks) / (double)(to.ns - from.ns);
}


double ht_ticks_to_ns(double ticks, double ticks_per_ns) {
    return ticks / ticks_per_ns;
}


double ht_seconds_between(struct ht_moment from, struct ht_moment to) {
    return ((double)to.ns - (double)from.ns) * 1e-9;
}
