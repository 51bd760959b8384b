/*
 * plant: is code that does a little more found out?
 *
 * Not about memory. Compiled three times, into heaptoll-plant-worker, -plant-malloc-worker and
 * -plant-instruction-worker: as it stands; with one more block taken and given back in every operation of the
 * heap arm; with one more instruction there. The gate is shown one of the latter two as the new build, and
 * its counts have to tell.
 */
#include "bench.h"

#include <stdlib.h>

#ifdef PLANT_MALLOC
#define PLANT                                                                                                \
    void *another = malloc(64);                                                                              \
    HT_ESCAPE(another);                                                                                      \
    free(another);
#define PLANTED_BLOCKS 1
#elif defined(PLANT_INSTRUCTION)
#define PLANT __asm__ volatile("nop");
#define PLANTED_BLOCKS 0
#else
#define PLANT
#define PLANTED_BLOCKS 0
#endif

#define ARMS(BYTES)                                                                                          \
    HT_ARM(one_block_null_##BYTES) {                                                                         \
        void *value = ht_static_memory;                                                                      \
        HT_ESCAPE(value);                                                                                    \
        ht_fill(value, BYTES, seed);                                                                         \
        return ht_consume(value, BYTES);                                                                     \
    }                                                                                                        \
    HT_ARM(one_block_stack_##BYTES) {                                                                        \
        uint64_t mine[BYTES / 8];                                                                            \
        void *value = mine;                                                                                  \
        HT_ESCAPE(value);                                                                                    \
        ht_fill(value, BYTES, seed);                                                                         \
        return ht_consume(value, BYTES);                                                                     \
    }                                                                                                        \
    HT_ARM(one_block_heap_##BYTES) {                                                                         \
        void *value = malloc(BYTES);                                                                         \
        HT_ESCAPE(value);                                                                                    \
        PLANT                                                                                                \
        ht_fill(value, BYTES, seed);                                                                         \
        uint64_t read = ht_consume(value, BYTES);                                                            \
        free(value);                                                                                         \
        return read;                                                                                         \
    }

ARMS(16)
ARMS(64)
ARMS(256)

#define ONE_BLOCK(BYTES)                                                                                     \
    HT_CASE("one_block", #BYTES, "", BYTES, BYTES, HT_SMOKE,                                                 \
            "A block of " #BYTES " bytes, or an array of it.",                                               \
            HT_PAIR(one_block, BYTES, 1 + PLANTED_BLOCKS, BYTES + 64 * PLANTED_BLOCKS))

HT_SCENARIO(plant, "Is code that does a little more found out?", ONE_BLOCK(16), ONE_BLOCK(64),
            ONE_BLOCK(256));
