/*
 * body.c: the work that all arms of a case share.
 *
 * Straight-line up to 64 bytes: a loop that ends after eight rounds mispredicts
 * in some slices and not in others, and would be measured instead of the memory
 * (22 against 31 cycles on one machine). Stores and loads have one width, 16
 * bytes, which is also the width compilers copy structs with: a load wider than
 * the store before it stalls until the store has left the core, and that would
 * be charged to whichever arm copies its value once more.
 */
#include "bench.h"
#include "rng.h"

_Alignas(4096) unsigned char ht_static_memory[HT_STATIC_BYTES];

/* Two words, wherever they lie. */
typedef uint64_t pair __attribute__((vector_size(16), aligned(8), may_alias));

HT_NOINLINE void ht_fill(void *memory, size_t bytes, uint64_t seed) {
    pair *at = memory;
    const pair value = {seed, seed << 32 | seed >> 32}; /* no two of it add up to a constant */
    size_t pairs = bytes / 16;
    for (; pairs >= 4; pairs -= 4, at += 4) {
        at[0] = value;
        at[1] = value;
        at[2] = value;
        at[3] = value;
    }
    if (pairs >= 2) {
        at[0] = value;
        at[1] = value;
        at += 2;
    }
    if (pairs & 1)
        *at++ = value;
    if (bytes & 8)
        *(uint64_t *)at = seed;
}


HT_NOINLINE uint64_t ht_consume(const void *memory, size_t bytes) {
    const pair *at = memory;
    pair sum = {0, 0};
    size_t pairs = bytes / 16;
    for (; pairs >= 4; pairs -= 4, at += 4)
        sum += (at[0] + at[1]) + (at[2] + at[3]);
    if (pairs >= 2) {
        sum += at[0] + at[1];
        at += 2;
    }
    if (pairs & 1)
        sum += *at++;
    uint64_t total = sum[0] + sum[1];
    if (bytes & 8)
        total += *(const uint64_t *)at;
    return total;
}


void ht_shuffle(uint16_t *order, size_t count) {
    struct ht_rng rng = {0x9e3779b97f4a7c15u};
    for (size_t left = count; left > 1; left--) {
        size_t other = ht_rng_below(&rng, left);
        uint16_t kept = order[left - 1];
        order[left - 1] = order[other];
        order[other] = kept;
    }
}


uint64_t ht_never(uint64_t operations) {
    return operations;
}
