/*
 * array_size: where does it stop paying to keep an array on the stack?
 *
 * Arrays of 8-byte elements from 64 bytes to 1 MiB around Go's limit of 64 KiB,
 * of which the first element or all of them are used.
 */
#include "bench.h"

#include <alloca.h>
#include <stdlib.h>

#define BYTES(N) (8 * (size_t)(N))
#define USED_first(N) ((size_t)8)
#define USED_all(N) BYTES(N)

/* A size the compiler does not know. */
#define RUN_TIME_BYTES(N)                                                                                    \
    size_t bytes = BYTES(N);                                                                                 \
    HT_OPAQUE(bytes)

#define USE(POINTER, TOUCH, N) (ht_fill(POINTER, USED_##TOUCH(N), seed), ht_consume(POINTER, USED_##TOUCH(N)))

#define HEAP(POINTER, BYTES, TOUCH, N)                                                                       \
    void *POINTER = malloc(BYTES);                                                                           \
    HT_ESCAPE(POINTER);                                                                                      \
    uint64_t read = USE(POINTER, TOUCH, N);                                                                  \
    free(POINTER);                                                                                           \
    return read

/* Go's rule: at run time, small arrays in the frame and large ones on the heap. */
#define HYBRID_LIMIT_BYTES ((size_t)64 << 10)
#define OVER_LIMIT(N) (BYTES(N) > HYBRID_LIMIT_BYTES ? 1 : 0)

static HT_NOINLINE uint64_t on_stack(size_t bytes, size_t used, uint64_t seed) {
    void *array = alloca(bytes);
    HT_ESCAPE(array);
    ht_fill(array, used, seed);
    return ht_consume(array, used);
}


static HT_NOINLINE uint64_t on_heap(size_t bytes, size_t used, uint64_t seed) {
    void *array = malloc(bytes);
    HT_ESCAPE(array);
    ht_fill(array, used, seed);
    uint64_t read = ht_consume(array, used);
    free(array);
    return read;
}


static HT_NOINLINE uint64_t on_neither(size_t bytes, size_t used, uint64_t seed) {
    void *array = ht_static_memory;
    HT_ESCAPE(array);
    HT_OPAQUE(bytes);
    ht_fill(array, used, seed);
    return ht_consume(array, used);
}


#define ARRAYS(N, TOUCH)                                                                                     \
    HT_ARM(fixed_null_##N##_##TOUCH) {                                                                       \
        void *array = ht_static_memory;                                                                      \
        HT_ESCAPE(array);                                                                                    \
        return USE(array, TOUCH, N);                                                                         \
    }                                                                                                        \
    HT_ARM(fixed_stack_##N##_##TOUCH) {                                                                      \
        uint64_t mine[N];                                                                                    \
        void *array = mine;                                                                                  \
        HT_ESCAPE(array);                                                                                    \
        return USE(array, TOUCH, N);                                                                         \
    }                                                                                                        \
    HT_ARM(fixed_heap_##N##_##TOUCH) {                                                                       \
        HEAP(array, BYTES(N), TOUCH, N);                                                                     \
    }                                                                                                        \
    HT_ARM(vla_null_##N##_##TOUCH) {                                                                         \
        RUN_TIME_BYTES(N);                                                                                   \
        void *array = ht_static_memory;                                                                      \
        HT_ESCAPE(array);                                                                                    \
        return USE(array, TOUCH, N);                                                                         \
    }                                                                                                        \
    HT_ARM(vla_stack_##N##_##TOUCH) {                                                                        \
        RUN_TIME_BYTES(N);                                                                                   \
        uint64_t mine[bytes / 8];                                                                            \
        void *array = mine;                                                                                  \
        HT_ESCAPE(array);                                                                                    \
        return USE(array, TOUCH, N);                                                                         \
    }                                                                                                        \
    HT_ARM(vla_heap_##N##_##TOUCH) {                                                                         \
        RUN_TIME_BYTES(N);                                                                                   \
        HEAP(array, bytes, TOUCH, N);                                                                        \
    }                                                                                                        \
    HT_ARM(alloca_stack_##N##_##TOUCH) {                                                                     \
        RUN_TIME_BYTES(N);                                                                                   \
        void *array = alloca(bytes);                                                                         \
        HT_ESCAPE(array);                                                                                    \
        return USE(array, TOUCH, N);                                                                         \
    }                                                                                                        \
    HT_ARM(hybrid_null_##N##_##TOUCH) {                                                                      \
        RUN_TIME_BYTES(N);                                                                                   \
        return on_neither(bytes, USED_##TOUCH(N), seed);                                                     \
    }                                                                                                        \
    HT_ARM(hybrid_stack_##N##_##TOUCH) {                                                                     \
        RUN_TIME_BYTES(N);                                                                                   \
        return on_stack(bytes, USED_##TOUCH(N), seed);                                                       \
    }                                                                                                        \
    HT_ARM(hybrid_heap_##N##_##TOUCH) {                                                                      \
        RUN_TIME_BYTES(N);                                                                                   \
        return on_heap(bytes, USED_##TOUCH(N), seed);                                                        \
    }                                                                                                        \
    HT_ARM(hybrid_hybrid_##N##_##TOUCH) {                                                                    \
        RUN_TIME_BYTES(N);                                                                                   \
        return bytes <= HYBRID_LIMIT_BYTES ? on_stack(bytes, USED_##TOUCH(N), seed)                          \
                                           : on_heap(bytes, USED_##TOUCH(N), seed);                          \
    }

/* clang-format off */
#define ELEMENTS(X, TOUCH)                                                                                   \
    X(8, TOUCH) X(64, TOUCH) X(512, TOUCH) X(1024, TOUCH) X(4096, TOUCH) X(8191, TOUCH) X(8192, TOUCH)       \
    X(8193, TOUCH) X(16384, TOUCH) X(16385, TOUCH) X(32768, TOUCH) X(131072, TOUCH)
/* clang-format on */
ELEMENTS(ARRAYS, first)
ELEMENTS(ARRAYS, all)

#define ARRAY_CASE(VARIANT, N, TOUCH, PROFILE, EXPLAINS, ...)                                                \
    HT_CASE(VARIANT, #N "/" #TOUCH, "elements=" #N ";touch=" #TOUCH, BYTES(N), BYTES(N), PROFILE, EXPLAINS,  \
            __VA_ARGS__)
#define WHAT(N, TOUCH) " of " #N " 8-byte elements (used: " #TOUCH ")"
#define FIXED(N, TOUCH, PROFILE)                                                                             \
    ARRAY_CASE("fixed", N, TOUCH, PROFILE,                                                                   \
               "A local array" WHAT(N, TOUCH) " against malloc of the constant.",                            \
               HT_PAIR(fixed, N##_##TOUCH, 1, BYTES(N)))
#define VLA(N, TOUCH, PROFILE)                                                                               \
    ARRAY_CASE("vla", N, TOUCH, PROFILE,                                                                     \
               "A variable-length array" WHAT(N, TOUCH) " against malloc, the size known at run time.",      \
               HT_PAIR(vla, N##_##TOUCH, 1, BYTES(N)))
#define ALLOCA(N, TOUCH, PROFILE)                                                                            \
    ARRAY_CASE("alloca", N, TOUCH, PROFILE,                                                                  \
               "alloca" WHAT(N, TOUCH) " against malloc, the size known at run time.",                       \
               HT_EXTRA(NULL, vla_null_##N##_##TOUCH), HT_EXTRA(STACK, alloca_stack_##N##_##TOUCH),          \
               HT_ALLOCATES(HEAP, vla_heap_##N##_##TOUCH, 1, BYTES(N)))
#define HYBRID(N, TOUCH, PROFILE)                                                                            \
    ARRAY_CASE("hybrid", N, TOUCH, PROFILE,                                                                  \
               "Go's rule (frame up to 64 KiB, heap above)" WHAT(N, TOUCH) " against always one of them.",   \
               HT_PAIR(hybrid, N##_##TOUCH, 1, BYTES(N)),                                                    \
               HT_ALLOCATES(HYBRID, hybrid_hybrid_##N##_##TOUCH, OVER_LIMIT(N), OVER_LIMIT(N) * BYTES(N)))

/* The sizes of one variant and touch; which of them the quick profile takes is said by the caller. */
#define SWEEP(KIND, TOUCH, AT_64, AT_512, AT_4096, AT_8192, AT_16384, AT_131072)                             \
    KIND(8, TOUCH, AT_64), KIND(64, TOUCH, HT_FULL), KIND(512, TOUCH, AT_512), KIND(1024, TOUCH, HT_FULL),   \
        KIND(4096, TOUCH, AT_4096), KIND(8191, TOUCH, HT_FULL), KIND(8192, TOUCH, AT_8192),                  \
        KIND(8193, TOUCH, AT_8192 == HT_SMOKE ? HT_QUICK : AT_8192), KIND(16384, TOUCH, AT_16384),           \
        KIND(16385, TOUCH, HT_FULL), KIND(32768, TOUCH, HT_FULL), KIND(131072, TOUCH, AT_131072)
#define WHOLE_SWEEP HT_QUICK, HT_QUICK, HT_QUICK, HT_SMOKE, HT_QUICK, HT_QUICK
#define ONE_POINT HT_FULL, HT_FULL, HT_FULL, HT_SMOKE, HT_FULL, HT_FULL
#define FULL_ONLY HT_FULL, HT_FULL, HT_FULL, HT_FULL, HT_FULL, HT_FULL
#define SWEEP_OF(KIND, TOUCH, POINTS) SWEEP_ARGUMENTS(KIND, TOUCH, POINTS)
#define SWEEP_ARGUMENTS(...) SWEEP(__VA_ARGS__)

HT_SCENARIO(array_size, "Where does it stop paying to keep an array on the stack?",
            SWEEP_OF(FIXED, first, WHOLE_SWEEP), SWEEP_OF(FIXED, all, WHOLE_SWEEP),
            SWEEP_OF(VLA, first, ONE_POINT), SWEEP_OF(VLA, all, FULL_ONLY),
            SWEEP_OF(ALLOCA, first, ONE_POINT), SWEEP_OF(ALLOCA, all, FULL_ONLY),
            SWEEP_OF(HYBRID, first, ONE_POINT), SWEEP_OF(HYBRID, all, FULL_ONLY));
