/*
 * quiet.h: was the core ours? Decided from the probes alone, never from the value measured.
 *
 * A probe's reading is alu ticks over chain ticks, scaled to core cycles per ALU
 * operation: a property of the core, the same at any clock, that grows when
 * another hyperthread takes execution slots. The best the core can do is a low
 * quantile of all readings so far, or what an earlier run on this kind of core
 * found, whichever is lower. A neighbour that never rests would make a shared
 * core the best one seen; so a best must be believable: cores execute a whole
 * number of ALU operations per cycle, and a quiet core does so most of the time.
 */
#ifndef HEAPTOLL_QUIET_H
#define HEAPTOLL_QUIET_H

#include "page.h"

#include <stdbool.h>

#define HT_QUIET_TOLERANCE 0.04 /* a reading is quiet within 4 % of the best */
#define HT_QUIET_QUANTILE                                                                                    \
    0.01 /* the best: 1 % of the readings lie below it (clock steps, interrupts in a chain) */
#define HT_QUIET_BINS 2048

/* The readings of a run, as a histogram: bins 0.2 % wide. */
struct ht_quiet {
    uint32_t alu_ops, chain_cycles; /* of one probe */
    double reading_ticks;           /* what reading the clock adds to a probe */
    double known_best;              /* from earlier runs; 0: none */
    uint64_t readings;
    uint64_t bins[HT_QUIET_BINS];
};

/* For probes of so many rounds (page.h). The caller may set reading_ticks afterwards; it begins as 0. */
void ht_quiet_init(struct ht_quiet *quiet, uint32_t alu_rounds, uint32_t chain_rounds);

/* Core cycles per ALU operation, as one probe read it. Both its parts hold reading_ticks and are about
 * equally long, so that their quotient does not. */
double ht_quiet_reading(const struct ht_quiet *quiet, struct ht_reading reading);

void ht_quiet_add(struct ht_quiet *quiet, double reading);

/* The low quantile of the readings so far; 0 while there is none. */
double ht_quiet_lowest(const struct ht_quiet *quiet);

/* Can `best` be what an unshared core does? A whole number of operations per cycle, up to 3 % fewer (the
 * loop's own instructions) or 1 % more (the clock's steps); or one narrow peak holds half of all readings. */
bool ht_quiet_believable(const struct ht_quiet *quiet, double best);

/* Is it, besides, what the core does at times, and not a few odd readings? An interrupt during the chain
 * makes a reading look better than the core can be, now and then by just a whole operation per cycle;
 * remembered, it would make every later run contended. At least 20 readings and one in 200 must be about as
 * good. */
bool ht_quiet_worth_remembering(const struct ht_quiet *quiet, double best);

/* What readings are held against: the lowest, or the known best where that is lower. While the lowest is not
 * believable, the next whole number of operations per cycle: better no quiet slice than a wrong one. */
double ht_quiet_best(const struct ht_quiet *quiet);

/* Is this reading within the tolerance of `best`? Also below it: an interrupt in the chain makes a shared
 * core look better than any core is. */
bool ht_is_quiet(double reading, double best);

/* Ticks per core cycle around a slice, from the chains before and after it, less what reading the clock took:
 * that was 0.9 % of them where the counter steps by 26. */
double ht_ticks_per_cycle(const struct ht_quiet *quiet, struct ht_reading before, struct ht_reading after);

#endif
