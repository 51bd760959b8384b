/*
 * dishonest: does the audit see when an arm does not do what it says?
 *
 * Not for measuring. Only heaptoll-test-worker holds these cases, and none is in
 * the smoke profile: the end-to-end tests ask for them by name.
 */
#include "bench.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES ((size_t)64)

static HT_NOINLINE uint64_t work(void *memory, uint64_t seed) {
    HT_ESCAPE(memory);
    ht_fill(memory, BYTES, seed);
    return ht_consume(memory, BYTES);
}


static HT_NOINLINE uint64_t on_heap(size_t bytes, uint64_t seed) {
    void *mine = malloc(bytes);
    uint64_t read = work(mine, seed);
    free(mine);
    return read;
}


/* Under the audit's interposer? Nothing else is preloaded from there. */
static HT_NOINLINE bool is_counted(void) {
    const char *preload = getenv("LD_PRELOAD");
    return preload && strncmp(preload, "/proc/self/fd/", 14) == 0;
}


/* -- Arms that keep their word --------------------------------------------- */

HT_ARM(true_null) {
    return work(ht_static_memory, seed);
}

HT_ARM(true_stack) {
    uint64_t mine[BYTES / 8];
    return work(mine, seed);
}

HT_ARM(true_heap) {
    return on_heap(BYTES, seed);
}

/* -- Other blocks or bytes than declared ----------------------------------- */

HT_ARM(allocates) {
    return on_heap(BYTES, seed);
}

/* The C library takes the text's memory, not the bench. */
HT_ARM(has_libc_allocate) {
    char *text = NULL;
    if (asprintf(&text, "%64d", 1) < 0)
        return 0;
    HT_ESCAPE(text);
    free(text);
    return work(ht_static_memory, seed);
}

static void *take_and_give_back(void *nothing) {
    void *block = malloc(BYTES);
    HT_ESCAPE(block);
    free(block);
    return nothing;
}

/* In a thread of its own, where nobody might look. */
HT_ARM(has_a_thread_allocate) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, take_and_give_back, NULL) == 0)
        pthread_join(thread, NULL);
    return work(ht_static_memory, seed);
}

HT_ARM(takes_nothing) {
    return work(ht_static_memory, seed);
}

HT_ARM(takes_two) {
    void *another = malloc(BYTES);
    HT_ESCAPE(another);
    uint64_t read = on_heap(BYTES, seed);
    free(another);
    return read;
}

HT_ARM(takes_more_bytes) {
    return on_heap(BYTES + 8, seed);
}

HT_ARM(takes_one_every_other_time) {
    return seed % 2 ? on_heap(BYTES, seed) : work(ht_static_memory, seed);
}

HT_ARM(takes_two_in_the_last_operation) {
    if (seed == 511)
        free(calloc(1, 8));
    return on_heap(BYTES, seed);
}

/* Only under a library that the user preloads, so that one lane of two is dishonest. */
HT_ARM(takes_two_when_preloaded) {
    const char *preload = getenv("LD_PRELOAD");
    if (preload && strstr(preload, "allocator")) {
        void *another = malloc(BYTES);
        HT_ESCAPE(another);
        free(another);
    }
    return on_heap(BYTES, seed);
}

/* -- Blocks that are not given back ---------------------------------------- */

static HT_NOINLINE uint64_t take(uint64_t seed, void **block) {
    *block = malloc(BYTES);
    return work(*block, seed);
}

HT_ARM(leaks) {
    void *mine;
    return take(seed, &mine);
}

HT_ARM(leaks_one_in_a_hundred) {
    void *mine;
    uint64_t read = take(seed, &mine);
    if (seed % 100 != 99)
        free(mine);
    return read;
}

/* Nothing is lost, and every operation takes one block and gives one back. */
HT_ARM(gives_back_one_operation_later) {
    static void *before;
    free(before);
    return take(seed, &before);
}

#define BATCH 64
HT_ARM(gives_back_in_batches) {
    static void *taken[BATCH];
    uint64_t read = take(seed, &taken[seed % BATCH]);
    for (unsigned i = 0; i < BATCH && seed % BATCH == BATCH - 1; i++)
        free(taken[i]);
    return read;
}

/* -- Other work ------------------------------------------------------------ */

HT_ARM(fills_half) {
    void *memory = ht_static_memory;
    HT_ESCAPE(memory);
    ht_fill(memory, BYTES / 2, seed);
    return ht_consume(memory, BYTES / 2);
}

HT_ARM(fills_with_another_seed) {
    return on_heap(BYTES, seed + 1);
}

/* -- Trouble in the audit only --------------------------------------------- */

HT_ARM(crashes_when_counted) {
    if (is_counted())
        abort();
    return on_heap(BYTES, seed);
}

HT_ARM(hangs_when_counted) {
    while (is_counted())
        HT_OPAQUE(seed);
    return on_heap(BYTES, seed);
}

/* -- Cases ----------------------------------------------------------------- */

#define TELLS(VARIANT, POINT, EXPLAINS, NULL_ARM, STACK_ARM, HEAP_ARM)                                       \
    HT_CASE(VARIANT, POINT, "", BYTES, 0, HT_FULL, EXPLAINS, HT_EXTRA(NULL, NULL_ARM),                       \
            HT_EXTRA(STACK, STACK_ARM), HT_ALLOCATES(HEAP, HEAP_ARM, 1, BYTES))
#define HEAP_TELLS(VARIANT, POINT, EXPLAINS, HEAP_ARM)                                                       \
    TELLS(VARIANT, POINT, EXPLAINS, true_null, true_stack, HEAP_ARM)

HT_SCENARIO(
    dishonest, "Does the audit see when an arm does not do what it says?",
    HEAP_TELLS("truth", "64", "Everything is as declared.", true_heap),
    TELLS("stack", "malloc", "The stack arm allocates.", true_null, allocates, true_heap),
    TELLS("stack", "libc", "The stack arm has the C library allocate.", true_null, has_libc_allocate,
          true_heap),
    TELLS("stack", "thread", "The stack arm allocates in another thread.", true_null, has_a_thread_allocate,
          true_heap),
    TELLS("null", "malloc", "The null arm allocates.", allocates, true_stack, true_heap),
    HEAP_TELLS("heap", "nothing", "The heap arm does not allocate.", takes_nothing),
    HEAP_TELLS("heap", "two", "The heap arm takes two blocks.", takes_two),
    HEAP_TELLS("heap", "bytes", "The heap arm takes more bytes.", takes_more_bytes),
    HEAP_TELLS("heap", "half", "The heap arm allocates every other time.", takes_one_every_other_time),
    HEAP_TELLS("heap", "last", "The heap arm takes one block more, once.", takes_two_in_the_last_operation),
    HEAP_TELLS("heap", "one_lane", "The heap arm takes two blocks under a preloaded allocator.",
               takes_two_when_preloaded),
    HEAP_TELLS("leak", "every", "The heap arm keeps every block.", leaks),
    HEAP_TELLS("leak", "hundredth", "The heap arm keeps one block in a hundred.", leaks_one_in_a_hundred),
    HEAP_TELLS("late", "one", "The heap arm gives each block back in the next operation.",
               gives_back_one_operation_later),
    HEAP_TELLS("late", "batch", "The heap arm gives its blocks back 64 at a time.", gives_back_in_batches),
    TELLS("work", "less", "The null arm uses half of its memory.", fills_half, true_stack, true_heap),
    HEAP_TELLS("work", "other", "The heap arm writes something else.", fills_with_another_seed),
    HEAP_TELLS("counted", "crash", "The heap arm crashes under the audit.", crashes_when_counted),
    HEAP_TELLS("counted", "hang", "The heap arm hangs in the audit.", hangs_when_counted));
