/*
 * array_size, continued: what is a rule worth that keeps small arrays in the frame and sends large ones to
 * the heap?
 *
 * The lengths come in sixteen steps, half of them up to the threshold and half
 * above it: one after the other, so that the processor learns the way, or at
 * random, so that every other decision is mispredicted. Same lengths, same
 * number of each.
 */
#include "bench.h"

#include <alloca.h>
#include <stdbool.h>
#include <stdlib.h>

#define STEPS 16

static inline uint64_t random_step(uint64_t seed) {
    return ht_mixed(seed) >> 40 & (STEPS - 1);
}


static inline uint64_t predictable_step(uint64_t seed) {
    return seed & (STEPS - 1);
}


/* From half the threshold to one and a half of it. */
static inline size_t length(uint64_t step, size_t threshold) {
    return threshold / 2 + (2 * (size_t)step + 1) * (threshold / (2 * STEPS));
}


static HT_NOINLINE uint64_t in_frame(size_t bytes, uint64_t seed) {
    void *array = alloca(bytes);
    HT_ESCAPE(array);
    ht_fill(array, 8, seed);
    return ht_consume(array, 8);
}


static HT_NOINLINE uint64_t on_heap(size_t bytes, uint64_t seed) {
    void *array = malloc(bytes);
    HT_ESCAPE(array);
    ht_fill(array, 8, seed);
    uint64_t read = ht_consume(array, 8);
    free(array);
    return read;
}


static HT_NOINLINE uint64_t in_static(size_t bytes, uint64_t seed) {
    void *array = ht_static_memory;
    HT_ESCAPE(array);
    HT_OPAQUE(bytes);
    ht_fill(array, 8, seed);
    return ht_consume(array, 8);
}


#define SPILL(KIB, ORDER)                                                                                    \
    static struct ht_allocation always_##KIB##_##ORDER(uint64_t seed) {                                      \
        return (struct ht_allocation){1, length(ORDER##_step(seed), (size_t)KIB << 10)};                     \
    } static struct ht_allocation above_##KIB##_##ORDER(uint64_t seed) {                                     \
        size_t bytes = length(ORDER##_step(seed), (size_t)KIB << 10);                                        \
        bool above = bytes > (size_t)KIB << 10;                                                              \
        return (struct ht_allocation){above, above *bytes};                                                  \
    } HT_ARM(spill_null_##KIB##_##ORDER) {                                                                   \
        return in_static(length(ORDER##_step(seed), (size_t)KIB << 10), seed);                               \
    }                                                                                                        \
    HT_ARM(spill_stack_##KIB##_##ORDER) {                                                                    \
        return in_frame(length(ORDER##_step(seed), (size_t)KIB << 10), seed);                                \
    }                                                                                                        \
    HT_ARM(spill_heap_##KIB##_##ORDER) {                                                                     \
        return on_heap(length(ORDER##_step(seed), (size_t)KIB << 10), seed);                                 \
    }                                                                                                        \
    HT_ARM(spill_hybrid_##KIB##_##ORDER) {                                                                   \
        size_t bytes = length(ORDER##_step(seed), (size_t)KIB << 10);                                        \
        return bytes <= (size_t)KIB << 10 ? in_frame(bytes, seed) : on_heap(bytes, seed);                    \
    }

/* clang-format off */
#define THRESHOLDS(X, ORDER) X(1, ORDER) X(4, ORDER) X(16, ORDER) X(64, ORDER) X(256, ORDER)
/* clang-format on */
THRESHOLDS(SPILL, predictable)
THRESHOLDS(SPILL, random)

#define SPILL_CASE(KIB, ORDER, PROFILE)                                                                      \
    HT_CASE("spill", #KIB "KiB/" #ORDER, "threshold_kib=" #KIB ";lengths=" #ORDER, HT_NO_SIZE,               \
            (size_t)KIB << 11, PROFILE,                                                                      \
            "Arrays around " #KIB " KiB, half of them longer, their lengths " #ORDER                         \
            ": longer ones on the heap (hybrid), or always in one place.",                                   \
            HT_EXTRA(NULL, spill_null_##KIB##_##ORDER), HT_EXTRA(STACK, spill_stack_##KIB##_##ORDER),        \
            HT_ALLOCATES_BY(HEAP, spill_heap_##KIB##_##ORDER, always_##KIB##_##ORDER),                       \
            HT_ALLOCATES_BY(HYBRID, spill_hybrid_##KIB##_##ORDER, above_##KIB##_##ORDER))

HT_SCENARIO(array_size, NULL, SPILL_CASE(1, predictable, HT_QUICK), SPILL_CASE(1, random, HT_QUICK),
            SPILL_CASE(4, predictable, HT_FULL), SPILL_CASE(4, random, HT_FULL),
            SPILL_CASE(16, predictable, HT_FULL), SPILL_CASE(16, random, HT_FULL),
            SPILL_CASE(64, predictable, HT_QUICK), SPILL_CASE(64, random, HT_SMOKE),
            SPILL_CASE(256, predictable, HT_FULL), SPILL_CASE(256, random, HT_FULL));
