/* progress.h: what a person sees while a run goes on. */
#ifndef HEAPTOLL_PROGRESS_H
#define HEAPTOLL_PROGRESS_H

#include "clock.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct ht_progress {
    FILE *out;
    bool live;              /* a terminal: one line rewritten; otherwise plain lines, some seconds apart */
    uint64_t total, done;   /* launches */
    double planned_seconds; /* of the whole run, before anything is known better */
    struct ht_moment start, shown;
};

void ht_progress_begin(struct ht_progress *progress, FILE *out, uint64_t total, double planned_seconds);

/* A launch of `case_name` is done: number `launch` of `launches`; `quiet_share` in [0, 1] is the run's. */
void ht_progress_step(struct ht_progress *progress, const char *case_name, uint32_t launch, uint32_t launches,
                      double quiet_share);

/* Clears a live line. */
void ht_progress_end(struct ht_progress *progress);

#endif
