/*
 * probe.h: two short runs of known work that tell what the core is doing right now.
 *
 * `alu` is work without dependences: it takes every execution port the core has,
 * so that another hyperthread on the same core slows it at once, by up to half.
 * `chain` is one long dependence: it takes a fixed number of core cycles whatever
 * the other hyperthread does. So chain tells the core's clock, and alu against
 * chain tells whether the core was ours, at any clock.
 */
#ifndef HEAPTOLL_PROBE_H
#define HEAPTOLL_PROBE_H

#include <stdint.h>

#define HT_ALU_OPS_PER_ROUND 64

/* Cycles of one chain round, by the instruction set's implementations: eight imul of 3 cycles on x86-64
 * (every core since Nehalem and Zen; Agner Fog's tables), 32 dependent adds of 1 cycle elsewhere. */
#if defined(__x86_64__)
#define HT_CHAIN_CYCLES_PER_ROUND 24
#else
#define HT_CHAIN_CYCLES_PER_ROUND 32
#endif

/* Each runs `rounds` rounds (> 0) and returns the ticks they took. */
uint64_t ht_probe_alu(uint32_t rounds);
uint64_t ht_probe_chain(uint32_t rounds);

/* The smallest step the tick counter is seen to make. Some cores advance theirs by 26 at a time. */
uint64_t ht_ticks_granularity(void);

/* Ticks that reading the counter takes, which every probe's ticks hold once. */
double ht_ticks_of_reading(void);

#endif
