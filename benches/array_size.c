/*
 * array_size: where does it stop paying to keep an array on the stack?
 *
 * Arrays of 8-byte elements from 16 bytes to 1 MiB, Go's limit of 64 KiB among
 * them, of which the first element or all of them are used. Fresh pages, zeroed
 * arrays and thresholds have files of their own.
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


#define FIXED_ARMS(N, TOUCH)                                                                                 \
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
    }

#define OTHER_ARMS(N, TOUCH)                                                                                 \
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
/* The sizes of the variants that differ from `fixed` in how the array is made. */
#define ELEMENTS(X, TOUCH)                                                                                   \
    X(8, TOUCH) X(64, TOUCH) X(512, TOUCH) X(1024, TOUCH) X(4096, TOUCH) X(8191, TOUCH) X(8192, TOUCH)       \
    X(8193, TOUCH) X(16384, TOUCH) X(16385, TOUCH) X(32768, TOUCH) X(131072, TOUCH)

/* Those of `fixed`, whose first element is used: dense enough to find where an allocator's cost jumps. From 16
 * bytes to 1 MiB, eight in each doubling, one element less and more at each power of two, and at two sizes
 * more where an earlier sweep had an edge between them. */
#define DENSE(X)                                                                                             \
    X(2, HT_FULL) X(3, HT_FULL) X(4, HT_FULL) X(5, HT_FULL) X(6, HT_FULL) X(7, HT_FULL) X(8, HT_QUICK) X(9, HT_FULL) X(10, HT_FULL) X(11, HT_FULL) X(12, HT_FULL) X(13, HT_FULL) X(14, HT_FULL) X(15, HT_FULL) X(16, HT_FULL) \
    X(17, HT_FULL) X(18, HT_FULL) X(20, HT_FULL) X(22, HT_FULL) X(24, HT_FULL) X(26, HT_FULL) X(28, HT_FULL) X(30, HT_FULL) X(31, HT_FULL) X(32, HT_FULL) \
    X(33, HT_FULL) X(36, HT_FULL) X(40, HT_FULL) X(44, HT_FULL) X(48, HT_FULL) X(52, HT_FULL) X(56, HT_FULL) X(60, HT_FULL) X(63, HT_FULL) X(64, HT_QUICK) \
    X(65, HT_FULL) X(72, HT_FULL) X(80, HT_FULL) X(88, HT_FULL) X(96, HT_FULL) X(104, HT_FULL) X(112, HT_FULL) X(120, HT_FULL) X(127, HT_FULL) X(128, HT_FULL) \
    X(129, HT_QUICK) X(130, HT_FULL) X(144, HT_FULL) X(160, HT_FULL) X(176, HT_FULL) X(192, HT_FULL) X(208, HT_FULL) X(224, HT_FULL) X(240, HT_FULL) X(255, HT_FULL) X(256, HT_FULL) \
    X(257, HT_FULL) X(288, HT_FULL) X(320, HT_FULL) X(352, HT_FULL) X(384, HT_FULL) X(416, HT_FULL) X(448, HT_FULL) X(480, HT_FULL) X(511, HT_FULL) X(512, HT_QUICK) \
    X(513, HT_FULL) X(576, HT_FULL) X(640, HT_FULL) X(704, HT_FULL) X(768, HT_FULL) X(832, HT_FULL) X(896, HT_FULL) X(960, HT_FULL) X(1023, HT_FULL) X(1024, HT_FULL) \
    X(1025, HT_FULL) X(1152, HT_FULL) X(1280, HT_FULL) X(1408, HT_FULL) X(1536, HT_FULL) X(1664, HT_FULL) X(1791, HT_FULL) X(1792, HT_FULL) X(1793, HT_FULL) X(1920, HT_FULL) X(2047, HT_FULL) X(2048, HT_FULL) \
    X(2049, HT_FULL) X(2304, HT_FULL) X(2560, HT_FULL) X(2816, HT_FULL) X(3072, HT_FULL) X(3328, HT_FULL) X(3584, HT_FULL) X(3840, HT_FULL) X(4095, HT_FULL) X(4096, HT_QUICK) \
    X(4097, HT_QUICK) X(4608, HT_FULL) X(5120, HT_FULL) X(5632, HT_FULL) X(6144, HT_FULL) X(6656, HT_FULL) X(7168, HT_FULL) X(7680, HT_FULL) X(8191, HT_FULL) X(8192, HT_SMOKE) \
    X(8193, HT_QUICK) X(9216, HT_FULL) X(10240, HT_FULL) X(11264, HT_FULL) X(12288, HT_FULL) X(13312, HT_FULL) X(14336, HT_FULL) X(15360, HT_FULL) X(16383, HT_FULL) X(16384, HT_QUICK) \
    X(16385, HT_FULL) X(18432, HT_FULL) X(20480, HT_FULL) X(22528, HT_FULL) X(24576, HT_FULL) X(26624, HT_FULL) X(28672, HT_FULL) X(30720, HT_FULL) X(32767, HT_FULL) X(32768, HT_QUICK) \
    X(32769, HT_FULL) X(36864, HT_FULL) X(40960, HT_FULL) X(45056, HT_FULL) X(49152, HT_FULL) X(53248, HT_FULL) X(57344, HT_FULL) X(61440, HT_FULL) X(65535, HT_FULL) X(65536, HT_FULL) \
    X(65537, HT_FULL) X(73728, HT_FULL) X(81920, HT_FULL) X(90112, HT_FULL) X(98304, HT_FULL) X(106496, HT_FULL) X(114688, HT_FULL) X(122880, HT_FULL) X(131071, HT_FULL) X(131072, HT_QUICK)
/* clang-format on */
#define FIXED_FIRST(N, PROFILE) FIXED_ARMS(N, first)
DENSE(FIXED_FIRST)
ELEMENTS(FIXED_ARMS, all)
ELEMENTS(OTHER_ARMS, first)
ELEMENTS(OTHER_ARMS, all)

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
#define FIXED_FIRST_CASE(N, PROFILE) FIXED(N, first, PROFILE),
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

/* The same arms as `fixed`: the other half of these pairs is in array_size_stack_clash.c. */
#define WITHOUT_PROBES(N, PROFILE)                                                                           \
    HT_CASE("stack_clash", #N "/off", "elements=" #N ";touch=first;stack_clash=off", BYTES(N), BYTES(N),     \
            PROFILE,                                                                                         \
            "A local array" WHAT(N, first) ", frames not probed for stack clashes, against malloc.",         \
            HT_PAIR(fixed, N##_first, 1, BYTES(N)))

HT_SCENARIO(array_size, "Where does it stop paying to keep an array on the stack?",
            DENSE(FIXED_FIRST_CASE) SWEEP_OF(FIXED, all, WHOLE_SWEEP), SWEEP_OF(VLA, first, ONE_POINT),
            SWEEP_OF(VLA, all, FULL_ONLY), SWEEP_OF(ALLOCA, first, ONE_POINT),
            SWEEP_OF(ALLOCA, all, FULL_ONLY), SWEEP_OF(HYBRID, first, ONE_POINT),
            SWEEP_OF(HYBRID, all, FULL_ONLY),
            HT_CASE("fixed", "64/first/dependent", "elements=64;touch=first;" HT_DEPENDENT, BYTES(64),
                    BYTES(64), HT_FULL,
                    "A local array" WHAT(64, first) " against malloc." HT_EACH_NEEDS_THE_LAST,
                    HT_PAIR(fixed, 64_first_dependent, 1, BYTES(64))),
            WITHOUT_PROBES(512, HT_FULL), WITHOUT_PROBES(8192, HT_QUICK), WITHOUT_PROBES(131072, HT_FULL));
