/*
 * weather: what would make counts differ from run to run?
 *
 * Not for measuring. Each arm does as much work as something tells it that has nothing to do with the arm: an
 * address, the clock, the CPU's features, chance. The counts repeat only where that is held still.
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>

#define BYTES ((size_t)64)
#define COPIED_BYTES ((size_t)4096)
#define PAGE_BYTES ((size_t)4096)
#define PAGES ((size_t)256)
#define MANY_BYTES (PAGES * PAGE_BYTES)

static HT_NOINLINE void work(uint64_t rounds) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < rounds; i++) {
        HT_OPAQUE(sum);
        sum += i;
    }
    HT_OPAQUE(sum);
}

/* How much was done must not show in the results: the audit holds them to be the same in all arms. */

HT_ARM(nothing) {
    work(seed & 1);
    return seed;
}

/* So long that few operations are counted. */
HT_ARM(much) {
    work(40000 + (seed & 1));
    return seed;
}

/* Where in its page does the stack begin? */
HT_ARM(obeys_its_frame) {
    uint64_t mine[BYTES / 8];
    void *frame = mine;
    HT_ESCAPE(frame);
    work((uintptr_t)frame % 4096 / 16 + (seed & 1));
    return seed;
}

/* What was on the heap before? */
HT_ARM(obeys_its_block) {
    void *block = malloc(BYTES);
    HT_ESCAPE(block);
    work((uintptr_t)block / 16 % 1021 + (seed & 1));
    free(block);
    return seed;
}

/* Gives everything back, but in an order that has the next block come from elsewhere. */
HT_ARM(leaves_a_trace) {
    void *first = malloc(BYTES), *second = malloc(BYTES), *third = malloc(BYTES);
    HT_ESCAPE(first);
    HT_ESCAPE(second);
    HT_ESCAPE(third);
    free(first);
    free(third);
    free(second);
    return seed;
}

HT_ARM(obeys_the_clock) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    work((uint64_t)now.tv_nsec % 1000 + (seed & 1));
    return seed;
}

HT_ARM(copies) {
    static unsigned char to[COPIED_BYTES];
    size_t bytes = COPIED_BYTES;
    HT_OPAQUE(bytes);
    memcpy(to, ht_static_memory, bytes);
    void *copied = to;
    HT_ESCAPE(copied);
    return seed;
}

HT_ARM(obeys_chance) {
    unsigned char byte = 0;
    if (getrandom(&byte, 1, 0) == 1)
        work(byte + (seed & 1));
    return seed;
}

/* Touches as many fresh pages as the address says. */
static HT_NOINLINE void touch_pages(uintptr_t address) {
    size_t count = (address >> 12) * 0x9e3779b1u % PAGES;
    unsigned char *pages = mmap(NULL, MANY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; pages != MAP_FAILED && i < count; i++)
        pages[i * PAGE_BYTES] = 1;
    munmap(pages, MANY_BYTES);
}

HT_ARM(faults_by_its_frame) {
    uint64_t mine[BYTES / 8];
    void *frame = mine;
    HT_ESCAPE(frame);
    touch_pages((uintptr_t)frame);
    return seed;
}

HT_ARM(faults_by_its_block) {
    void *block = malloc(BYTES);
    HT_ESCAPE(block);
    touch_pages((uintptr_t)block);
    free(block);
    return seed;
}

HT_SCENARIO(weather, "What would make counts differ from run to run?",
            HT_CASE("trace", "heap", "", BYTES, 0, HT_FULL, "The heap arm shuffles the free blocks.",
                    HT_EXTRA(NULL, nothing), HT_EXTRA(STACK, nothing),
                    HT_ALLOCATES(HEAP, leaves_a_trace, 3, 3 * BYTES)),
            HT_CASE("addresses", "work", "", BYTES, 0, HT_FULL,
                    "Frame and block say by their addresses how much there is to do.",
                    HT_EXTRA(NULL, nothing), HT_EXTRA(STACK, obeys_its_frame),
                    HT_ALLOCATES(HEAP, obeys_its_block, 1, BYTES)),
            HT_CASE("addresses", "faults", "", MANY_BYTES, 0, HT_FULL,
                    "Frame and block say by their addresses how many pages to touch.", HT_EXTRA(NULL, much),
                    HT_EXTRA(STACK, faults_by_its_frame), HT_ALLOCATES(HEAP, faults_by_its_block, 1, BYTES)),
            HT_CASE("clock", "ns", "", BYTES, 0, HT_FULL, "The heap arm does what the clock says.",
                    HT_EXTRA(NULL, nothing), HT_EXTRA(STACK, nothing), HT_EXTRA(HEAP, obeys_the_clock)),
            HT_CASE("copy", "4096", "", COPIED_BYTES, 0, HT_FULL,
                    "The heap arm copies as the C library sees fit.", HT_EXTRA(NULL, nothing),
                    HT_EXTRA(STACK, nothing), HT_EXTRA(HEAP, copies)),
            HT_CASE("chance", "byte", "", BYTES, 0, HT_FULL, "The heap arm throws a die.",
                    HT_EXTRA(NULL, nothing), HT_EXTRA(STACK, nothing), HT_EXTRA(HEAP, obeys_chance)));
