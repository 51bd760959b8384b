/*
 * ticks.h: the clock of slices and probes.
 *
 * The CPU's own constant-rate counter, read so that neither earlier nor later
 * instructions cross the reading. Its rate is found by the coordinator against
 * CLOCK_MONOTONIC_RAW; ht_ticks_to_ns (clock.h) is the only conversion to time.
 */
#ifndef HEAPTOLL_TICKS_H
#define HEAPTOLL_TICKS_H

#include <stdint.h>

#if defined(__x86_64__)
#include <x86intrin.h>
static inline uint64_t ht_ticks(void) {
    _mm_lfence();
    uint64_t now = __rdtsc();
    _mm_lfence();
    return now;
}
#define HT_TICKS_SOURCE "tsc"
#elif defined(__aarch64__)
static inline uint64_t ht_ticks(void) {
    uint64_t now;
    __asm__ volatile("isb\n mrs %0, cntvct_el0\n isb" : "=r"(now) : : "memory");
    return now;
}
#define HT_TICKS_SOURCE "cntvct"
#else
#include <time.h>
static inline uint64_t ht_ticks(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
#define HT_TICKS_SOURCE "clock_monotonic_raw"
#endif

#endif
