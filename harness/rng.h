/* rng.h: the run's random numbers, all drawn from its recorded seed. */
#ifndef HEAPTOLL_RNG_H
#define HEAPTOLL_RNG_H

#include <stdint.h>

/* splitmix64 (Steele, Lea, Flood 2014): 64 bits of state, passes BigCrush, and any two seeds give
 * unrelated streams, so that each launch has its own. */
struct ht_rng {
    uint64_t state;
};

static inline uint64_t ht_rng_next(struct ht_rng *rng) {
    uint64_t z = rng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}


/* Uniform in [0, bound), bound > 0 and far below 2^64 (the bias is bound / 2^64). */
static inline uint64_t ht_rng_below(struct ht_rng *rng, uint64_t bound) {
    return (uint64_t)((unsigned __int128)ht_rng_next(rng) * bound >> 64);
}


/* Fisher and Yates: each order of the `count` bytes is equally likely. */
static inline void ht_rng_shuffle(struct ht_rng *rng, uint8_t *items, uint32_t count) {
    for (uint32_t i = count; i > 1; i--) {
        uint32_t j = (uint32_t)ht_rng_below(rng, i);
        uint8_t kept = items[i - 1];
        items[i - 1] = items[j];
        items[j] = kept;
    }
}


/* FNV-1a over a string, to give every case a stream of its own. */
static inline uint64_t ht_hash(const char *text) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

#endif
