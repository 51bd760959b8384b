/*
 * frozen_clock.c: a clock that stands still, preloaded while counting.
 *
 * Allocators give memory back to the system when so many milliseconds have passed. How many operations fit
 * into those depends on the machine, and on how much a profiler slows it down; with it, so would the counts.
 */
#include <sys/time.h>
#include <time.h>

#define FROZEN_SECONDS 1000000000 /* any moment would do */

int clock_gettime(clockid_t clock, struct timespec *now) {
    (void)clock;
    *now = (struct timespec){.tv_sec = FROZEN_SECONDS};
    return 0;
}


int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    *now = (struct timeval){.tv_sec = FROZEN_SECONDS};
    return 0;
}


time_t time(time_t *now) {
    if (now)
        *now = FROZEN_SECONDS;
    return FROZEN_SECONDS;
}
