/*
 * array_size, continued: what do the pages cost below an array?
 *
 * Whether the kernel has to find pages for it first, on the stack as on the heap;
 * whether it must be all zeros; and whether glibc asks the kernel for every large
 * block anew.
 */
#include "bench.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BYTES(N) (8 * (size_t)(N))
#define PAGE_BYTES ((size_t)4096)

/* -- first_touch: every element is written and read, with the pages there already or not. */

static const char *need_small_pages(void) {
    return sysconf(_SC_PAGESIZE) == (long)PAGE_BYTES ? NULL : "it counts on pages of 4096 bytes";
}
static const struct ht_preparation small_pages = {need_small_pages, 0};

/* Gives pages within the array back to the kernel, which finds others at the next touch: always so many,
 * wherever the array begins. */
static HT_NOINLINE void make_cold(void *array, size_t bytes) {
    uintptr_t first = ((uintptr_t)array + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    madvise((void *)first, bytes - PAGE_BYTES, MADV_DONTNEED);
}


static HT_NOINLINE void leave_warm(void *array, size_t bytes) {
    HT_ESCAPE(array);
    HT_OPAQUE(bytes);
}


#define FIRST_TOUCH(N, HOW, MAKE)                                                                            \
    HT_ARM(touch_null_##N##_##HOW) {                                                                         \
        void *array = ht_static_memory;                                                                      \
        HT_ESCAPE(array);                                                                                    \
        MAKE(array, BYTES(N));                                                                               \
        ht_fill(array, BYTES(N), seed);                                                                      \
        return ht_consume(array, BYTES(N));                                                                  \
    }                                                                                                        \
    HT_ARM(touch_stack_##N##_##HOW) {                                                                        \
        uint64_t mine[N];                                                                                    \
        void *array = mine;                                                                                  \
        HT_ESCAPE(array);                                                                                    \
        MAKE(array, BYTES(N));                                                                               \
        ht_fill(array, BYTES(N), seed);                                                                      \
        return ht_consume(array, BYTES(N));                                                                  \
    }                                                                                                        \
    HT_ARM(touch_heap_##N##_##HOW) {                                                                         \
        void *array = malloc(BYTES(N));                                                                      \
        HT_ESCAPE(array);                                                                                    \
        MAKE(array, BYTES(N));                                                                               \
        ht_fill(array, BYTES(N), seed);                                                                      \
        uint64_t read = ht_consume(array, BYTES(N));                                                         \
        free(array);                                                                                         \
        return read;                                                                                         \
    }

FIRST_TOUCH(2048, cold, make_cold)
FIRST_TOUCH(2048, warm, leave_warm)
FIRST_TOUCH(8192, cold, make_cold)
FIRST_TOUCH(8192, warm, leave_warm)
FIRST_TOUCH(32768, cold, make_cold)
FIRST_TOUCH(32768, warm, leave_warm)

/* -- zeroed: calloc against memset of a local; one element is written, and it or all of them are read. */

#define READ_first(N) ((size_t)8)
#define READ_all(N) BYTES(N)

/* A size the compiler does not know: the C library's memset, as below calloc. */
#define ZERO(ARRAY, N)                                                                                       \
    do {                                                                                                     \
        size_t bytes = BYTES(N);                                                                             \
        HT_OPAQUE(bytes);                                                                                    \
        memset(ARRAY, 0, bytes);                                                                             \
    } while (0)

#define ZEROED(N, READ)                                                                                      \
    HT_ARM(zeroed_null_##N##_##READ) {                                                                       \
        void *array = ht_static_memory;                                                                      \
        HT_ESCAPE(array);                                                                                    \
        ZERO(array, N);                                                                                      \
        ht_fill(array, 8, seed);                                                                             \
        return ht_consume(array, READ_##READ(N));                                                            \
    }                                                                                                        \
    HT_ARM(zeroed_stack_##N##_##READ) {                                                                      \
        uint64_t mine[N];                                                                                    \
        void *array = mine;                                                                                  \
        HT_ESCAPE(array);                                                                                    \
        ZERO(array, N);                                                                                      \
        ht_fill(array, 8, seed);                                                                             \
        return ht_consume(array, READ_##READ(N));                                                            \
    }                                                                                                        \
    HT_ARM(zeroed_heap_##N##_##READ) {                                                                       \
        void *array = calloc(N, 8);                                                                          \
        HT_ESCAPE(array);                                                                                    \
        ht_fill(array, 8, seed);                                                                             \
        uint64_t read = ht_consume(array, READ_##READ(N));                                                   \
        free(array);                                                                                         \
        return read;                                                                                         \
    }

ZEROED(8, first)
ZEROED(512, first)
ZEROED(8192, first)
ZEROED(131072, first)
ZEROED(512, all)
ZEROED(8192, all)
ZEROED(131072, all)

/* -- mmap_threshold: glibc maps blocks above a threshold of 128 KiB anew each time, and raises the threshold
 * when the first of them is freed, unless somebody has fixed it. */

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
#define HAS_MALLINFO2 true
#define MAPPED_BLOCKS ((size_t)mallinfo2().hblks)
#else
#define HAS_MALLINFO2 false
#define MAPPED_BLOCKS ((size_t)0)
#endif

/* Does glibc's malloc answer here? Then it says that it has mapped a block as large as this, which is above
 * all that its threshold can slide to and does not make it slide. */
static const char *need_glibc(void) {
    if (!HAS_MALLINFO2)
        return "only glibc from 2.33 on tells which blocks it maps";
    size_t before = MAPPED_BLOCKS;
    void *large = malloc((size_t)64 << 20);
    HT_ESCAPE(large);
    size_t mapped = MAPPED_BLOCKS - before;
    free(large);
    return mapped == 1 ? NULL : "only glibc has this threshold";
}


static const char *fix_threshold(void) {
    const char *cannot = need_glibc();
    if (cannot)
        return cannot;
    return mallopt(M_MMAP_THRESHOLD, 128 << 10) == 1 ? NULL : "mallopt(M_MMAP_THRESHOLD) is refused";
}


static const struct ht_preparation prepare_sliding = {need_glibc, 0};
static const struct ht_preparation prepare_fixed = {fix_threshold, 0};

#define USED_first(N) ((size_t)8)
#define USED_all(N) BYTES(N)

#define MAPPED(N, TOUCH)                                                                                     \
    HT_ARM(mapped_null_##N##_##TOUCH) {                                                                      \
        void *array = ht_static_memory;                                                                      \
        HT_ESCAPE(array);                                                                                    \
        ht_fill(array, USED_##TOUCH(N), seed);                                                               \
        return ht_consume(array, USED_##TOUCH(N));                                                           \
    }                                                                                                        \
    HT_ARM(mapped_stack_##N##_##TOUCH) {                                                                     \
        uint64_t mine[N];                                                                                    \
        void *array = mine;                                                                                  \
        HT_ESCAPE(array);                                                                                    \
        ht_fill(array, USED_##TOUCH(N), seed);                                                               \
        return ht_consume(array, USED_##TOUCH(N));                                                           \
    }                                                                                                        \
    HT_ARM(mapped_heap_##N##_##TOUCH) {                                                                      \
        void *array = malloc(BYTES(N));                                                                      \
        HT_ESCAPE(array);                                                                                    \
        ht_fill(array, USED_##TOUCH(N), seed);                                                               \
        uint64_t read = ht_consume(array, USED_##TOUCH(N));                                                  \
        free(array);                                                                                         \
        return read;                                                                                         \
    }

MAPPED(12800, first)
MAPPED(25000, first)
MAPPED(131072, first)
MAPPED(12800, all)
MAPPED(25000, all)
MAPPED(131072, all)

#define FIRST_TOUCH_CASE(N, HOW, PROFILE)                                                                    \
    HT_CASE_PREPARED("first_touch", #N "/" #HOW, "elements=" #N ";touch=all;pages=" #HOW, BYTES(N),          \
                     BYTES(N), PROFILE, &small_pages,                                                        \
                     "A local array of " #N                                                                  \
                     " 8-byte elements, all used, against malloc; its pages are " #HOW ".",                  \
                     HT_PAIR(touch, N##_##HOW, 1, BYTES(N)))
#define ZEROED_CASE(N, READ, PROFILE)                                                                        \
    HT_CASE("zeroed", #N "/" #READ, "elements=" #N ";read=" #READ, BYTES(N), BYTES(N), PROFILE,              \
            "A local array of " #N " 8-byte elements set to zero (read: " #READ "), against calloc.",        \
            HT_PAIR(zeroed, N##_##READ, 1, BYTES(N)))
#define MAPPED_CASE(N, TOUCH, HOW, PROFILE)                                                                  \
    HT_CASE_PREPARED("mmap_threshold", #N "/" #TOUCH "/" #HOW,                                               \
                     "elements=" #N ";touch=" #TOUCH ";threshold=" #HOW, BYTES(N), BYTES(N), PROFILE,        \
                     &prepare_##HOW,                                                                         \
                     "A local array of " #N " 8-byte elements (used: " #TOUCH                                \
                     ") against malloc, glibc's mmap threshold " #HOW ".",                                   \
                     HT_PAIR(mapped, N##_##TOUCH, 1, BYTES(N)))
#define MAPPED_CASES(N, TOUCH, FIXED, SLIDING)                                                               \
    MAPPED_CASE(N, TOUCH, fixed, FIXED), MAPPED_CASE(N, TOUCH, sliding, SLIDING)

HT_SCENARIO(array_size, NULL, FIRST_TOUCH_CASE(2048, cold, HT_FULL), FIRST_TOUCH_CASE(2048, warm, HT_FULL),
            FIRST_TOUCH_CASE(8192, cold, HT_SMOKE), FIRST_TOUCH_CASE(8192, warm, HT_QUICK),
            FIRST_TOUCH_CASE(32768, cold, HT_FULL), FIRST_TOUCH_CASE(32768, warm, HT_FULL),
            ZEROED_CASE(8, first, HT_QUICK), ZEROED_CASE(512, first, HT_SMOKE),
            ZEROED_CASE(512, all, HT_FULL), ZEROED_CASE(8192, first, HT_QUICK),
            ZEROED_CASE(8192, all, HT_FULL), ZEROED_CASE(131072, first, HT_FULL),
            ZEROED_CASE(131072, all, HT_FULL), MAPPED_CASES(12800, first, HT_FULL, HT_FULL),
            MAPPED_CASES(25000, first, HT_SMOKE, HT_QUICK), MAPPED_CASES(131072, first, HT_FULL, HT_FULL),
            MAPPED_CASES(12800, all, HT_FULL, HT_FULL), MAPPED_CASES(25000, all, HT_QUICK, HT_FULL),
            MAPPED_CASES(131072, all, HT_FULL, HT_FULL));
