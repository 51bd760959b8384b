/*
 * misbehaving: what becomes of a run when an arm does what no bench should?
 *
 * Not for measuring. Only heaptoll-test-worker holds these cases; the end-to-end
 * tests run them to see that the rest of the run goes on, and that what happened
 * is named.
 */
#include "bench.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BYTES ((size_t)64)

static HT_NOINLINE uint64_t work(void *memory, size_t bytes, uint64_t seed) {
    HT_ESCAPE(memory);
    ht_fill(memory, bytes, seed);
    return ht_consume(memory, bytes);
}


/* -- Arms that behave ------------------------------------------------------ */

HT_ARM(fine_null) {
    return work(ht_static_memory, BYTES, seed);
}

HT_ARM(fine_stack) {
    uint64_t mine[BYTES / 8];
    return work(mine, BYTES, seed);
}

static HT_NOINLINE uint64_t on_heap(size_t bytes, uint64_t seed) {
    void *mine = malloc(bytes);
    uint64_t read = work(mine, bytes, seed);
    free(mine);
    return read;
}

HT_ARM(fine_heap) {
    return on_heap(BYTES, seed);
}

#define MIB ((size_t)1 << 20)
HT_ARM(big_null) {
    return work(ht_static_memory, MIB, seed);
}

HT_ARM(big_stack) {
    uint64_t mine[MIB / 8];
    return work(mine, MIB, seed);
}

HT_ARM(big_heap) {
    return on_heap(MIB, seed);
}

/* -- Arms that do not ------------------------------------------------------ */

static HT_NOINLINE uint64_t read_null(uint64_t seed) {
    uint64_t *nowhere = NULL;
    HT_OPAQUE(nowhere);
    return *nowhere + seed;
}

HT_ARM(dereferences_null) {
    return read_null(seed);
}

HT_ARM(aborts) {
    HT_OPAQUE(seed);
    abort();
}

/* Only under a preloaded allocator, so that one lane of two crashes. */
HT_ARM(crashes_when_preloaded) {
    const char *preload = getenv("LD_PRELOAD"); /* the audit has one in every lane */
    return preload && strstr(preload, "allocator") ? read_null(seed) : on_heap(BYTES, seed);
}

/* Not in the census, which calls a loop some twenty times, but in one of the turns after it. */
HT_ARM(crashes_late) {
    static unsigned loops_begun;
    loops_begun += seed == 0;
    return loops_begun > 40 ? read_null(seed) : on_heap(BYTES, seed);
}

HT_ARM(hangs) {
    while (seed > 3)
        HT_OPAQUE(seed);
    return seed;
}

/* Only where its instructions are counted, with a clock that stands still. */
HT_ARM(hangs_when_counted) {
    const char *preload = getenv("LD_PRELOAD");
    while (preload && strstr(preload, "frozen-clock"))
        HT_OPAQUE(seed);
    return on_heap(BYTES, seed);
}

static HT_NOINLINE uint64_t descend(uint64_t depth) {
    uint64_t frame[512];
    uint64_t read = work(frame, sizeof frame, depth);
    return depth ? read + descend(depth + 1) : read;
}

HT_ARM(recurses_for_ever) {
    return descend(seed + 1);
}

/* A frame larger than any stack, entered at once: the fault is not where the stack ended before. */
HT_ARM(has_a_giant_frame) {
    uint64_t mine[64 * MIB / 8];
    return work(mine, BYTES, seed);
}

HT_ARM(exits) {
    HT_OPAQUE(seed);
    _exit(3);
}

/* Harmless, unless somebody watches. */
HT_ARM(reads_past_its_block) {
    size_t past = BYTES / 8;
    volatile uint64_t *mine = malloc(BYTES);
    HT_OPAQUE(past);
    uint64_t read = mine[past] + seed;
    free((void *)mine);
    return read;
}

static void *sleep_for_ever(void *nothing) {
    for (;;)
        pause();
    return nothing;
}

HT_ARM(starts_a_thread) {
    static bool started;
    pthread_t thread;
    if (!started)
        started = pthread_create(&thread, NULL, sleep_for_ever, NULL) == 0;
    return on_heap(BYTES, seed);
}

/* Gives a page back and takes it again: one fault in every operation. */
HT_ARM(faults) {
    static unsigned char room[2 << 16]; /* a page of any size somewhere in it */
    unsigned char *page = (unsigned char *)(((uintptr_t)room | 0xffff) + 1);
    HT_OPAQUE(page);
    madvise(page, 4096, MADV_DONTNEED);
    *page = 1;
    HT_ESCAPE(page);
    return on_heap(BYTES, seed);
}

/* -- Cases ----------------------------------------------------------------- */

#define SMALL(VARIANT, POINT, PROFILE, EXPLAINS, NULL_ARM, STACK_ARM, HEAP_ARM)                              \
    HT_CASE(VARIANT, POINT, "", BYTES, 0, PROFILE, EXPLAINS, HT_EXTRA(NULL, NULL_ARM),                       \
            HT_EXTRA(STACK, STACK_ARM), HT_ALLOCATES(HEAP, HEAP_ARM, 1, BYTES))
#define CRASH(POINT, EXPLAINS, HEAP_ARM)                                                                     \
    SMALL("crash", POINT, HT_SMOKE, EXPLAINS, fine_null, fine_stack, HEAP_ARM)

HT_SCENARIO(misbehaving, "What becomes of a run when an arm does what no bench should?",
            SMALL("fine", "64", HT_SMOKE, "Nothing is wrong here.", fine_null, fine_stack, fine_heap),
            CRASH("null_pointer", "The heap arm reads through a null pointer.", dereferences_null),
            CRASH("abort", "The heap arm calls abort.", aborts),
            CRASH("one_lane", "The heap arm crashes under a preloaded allocator.", crashes_when_preloaded),
            CRASH("late", "The heap arm crashes after its first turns began.", crashes_late),
            SMALL("crash", "all_arms", HT_SMOKE, "Every arm crashes.", dereferences_null, dereferences_null,
                  dereferences_null),
            SMALL("hang", "heap", HT_SMOKE, "The heap arm never ends.", fine_null, fine_stack, hangs),
            SMALL("counted", "hang", HT_FULL, "The heap arm never ends where it is counted.", fine_null,
                  fine_stack, hangs_when_counted),
            SMALL("overflow", "stack", HT_SMOKE, "The stack arm recurses until the stack is gone.", fine_null,
                  recurses_for_ever, fine_heap),
            SMALL("overflow", "frame", HT_SMOKE, "The stack arm's frame is larger than the stack.", fine_null,
                  has_a_giant_frame, fine_heap),
            SMALL("overflow", "heap", HT_FULL, "The heap arm reads past the end of its block.", fine_null,
                  fine_stack, reads_past_its_block),
            SMALL("exit", "heap", HT_SMOKE, "The heap arm ends the process.", fine_null, fine_stack, exits),
            SMALL("thread", "heap", HT_SMOKE, "The heap arm starts a thread.", fine_null, fine_stack,
                  starts_a_thread),
            SMALL("fault", "heap", HT_FULL, "The heap arm faults a page in.", fine_null, fine_stack, faults),
            HT_CASE("big_frame", "1mib", "", MIB, MIB, HT_SMOKE, "A 1 MiB array, in the frame or malloc'd.",
                    HT_EXTRA(NULL, big_null), HT_EXTRA(STACK, big_stack),
                    HT_ALLOCATES(HEAP, big_heap, 1, MIB)));
