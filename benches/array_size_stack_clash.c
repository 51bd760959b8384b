/*
 * array_size, continued: what do frames cost that are probed for stack clashes?
 *
 * This file alone is compiled with -fstack-clash-protection, which many
 * distributions make the default: a frame of more than a page is touched page by
 * page before it is used, so that it cannot jump over the guard page below the
 * stack. The same arrays without it are `stack_clash/N/off` in array_size.c.
 */
#include "bench.h"

#include <stdlib.h>

#define BYTES(N) (8 * (size_t)(N))

#define PROBED(N)                                                                                            \
    HT_ARM(probed_null_##N) {                                                                                \
        void *array = ht_static_memory;                                                                      \
        HT_ESCAPE(array);                                                                                    \
        ht_fill(array, 8, seed);                                                                             \
        return ht_consume(array, 8);                                                                         \
    }                                                                                                        \
    HT_ARM(probed_stack_##N) {                                                                               \
        uint64_t mine[N];                                                                                    \
        void *array = mine;                                                                                  \
        HT_ESCAPE(array);                                                                                    \
        ht_fill(array, 8, seed);                                                                             \
        return ht_consume(array, 8);                                                                         \
    }                                                                                                        \
    HT_ARM(probed_heap_##N) {                                                                                \
        void *array = malloc(BYTES(N));                                                                      \
        HT_ESCAPE(array);                                                                                    \
        ht_fill(array, 8, seed);                                                                             \
        uint64_t read = ht_consume(array, 8);                                                                \
        free(array);                                                                                         \
        return read;                                                                                         \
    }

#define EXPLAINS(N) "A local array of " #N " 8-byte elements (used: first), its frame probed, against malloc."

#ifndef HT_UNAVAILABLE
PROBED(512)
PROBED(8192)
PROBED(131072)

#define WITH_PROBES(N, PROFILE)                                                                              \
    HT_CASE("stack_clash", #N "/on", "elements=" #N ";touch=first;stack_clash=on", BYTES(N), BYTES(N),       \
            PROFILE, EXPLAINS(N), HT_PAIR(probed, N, 1, BYTES(N)))
#else
#define WITH_PROBES(N, PROFILE)                                                                              \
    HT_CASE_UNAVAILABLE("stack_clash", #N "/on", "elements=" #N ";touch=first;stack_clash=on", BYTES(N),     \
                        PROFILE, EXPLAINS(N), HT_UNAVAILABLE)
#endif

HT_SCENARIO(array_size, NULL, WITH_PROBES(512, HT_FULL), WITH_PROBES(8192, HT_SMOKE),
            WITH_PROBES(131072, HT_FULL));
