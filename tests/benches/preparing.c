/*
 * preparing: what becomes of a case whose preparation says no, lies, crashes or hangs?
 *
 * Not for measuring. Only heaptoll-test-worker holds these cases. Their arms are
 * all right.
 */
#include "bench.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BYTES ((size_t)64)

static HT_NOINLINE uint64_t work(void *memory, uint64_t seed) {
    HT_ESCAPE(memory);
    ht_fill(memory, BYTES, seed);
    return ht_consume(memory, BYTES);
}

HT_ARM(prepared_null) {
    return work(ht_static_memory, seed);
}

HT_ARM(prepared_stack) {
    uint64_t mine[BYTES / 8];
    return work(mine, seed);
}

HT_ARM(prepared_heap) {
    void *mine = malloc(BYTES);
    uint64_t read = work(mine, seed);
    free(mine);
    return read;
}

/* -- Preparations ---------------------------------------------------------- */

static bool preloaded(const char *part) {
    const char *preload = getenv("LD_PRELOAD");
    return preload && strstr(preload, part);
}

/* The audit's workers load the interposer from a file descriptor; those that are timed have none. */
static bool in_the_audit(void) {
    return preloaded("/proc/self/fd/");
}

static const char *does_nothing(void) {
    return NULL;
}

static const char *says_no(void) {
    return "nobody may have this";
}

static const char *says_no_when_preloaded(void) {
    return preloaded("allocator") ? "not under this allocator" : NULL;
}

static const char *says_no_when_timed(void) {
    return in_the_audit() ? NULL : "only the audit may have this";
}

/* Three are taken, one of them goes back. */
static const char *keeps_two(void) {
    static void *kept[3];
    for (int i = 0; i < 3; i++)
        kept[i] = malloc(BYTES);
    free(kept[2]);
    return NULL;
}

static const char *crashes(void) {
    abort();
}

static const char *crashes_when_timed(void) {
    return in_the_audit() ? NULL : crashes();
}

static const char *hangs(void) {
    uint64_t more = 1;
    while (more)
        HT_OPAQUE(more);
    return NULL;
}

/* -- Cases ----------------------------------------------------------------- */

#define PREPARED(VARIANT, POINT, PREPARE, KEEPS, EXPLAINS)                                                   \
    HT_CASE_PREPARED(VARIANT, POINT, "", BYTES, 0, HT_FULL,                                                  \
                     (&(const struct ht_preparation){.prepare = PREPARE, .blocks = KEEPS}), EXPLAINS,        \
                     HT_EXTRA(NULL, prepared_null), HT_EXTRA(STACK, prepared_stack),                         \
                     HT_ALLOCATES(HEAP, prepared_heap, 1, BYTES))

HT_SCENARIO(preparing, "What becomes of a case whose preparation says no, lies, crashes or hangs?",
            PREPARED("fine", "nothing", does_nothing, 0, "There is nothing to prepare."),
            PREPARED("fine", "kept", keeps_two, 2, "Two blocks are kept, as declared."),
            PREPARED("refused", "everywhere", says_no, 0, "The preparation always says no."),
            PREPARED("refused", "one_lane", says_no_when_preloaded, 0, "It says no in one lane."),
            PREPARED("refused", "when_timed", says_no_when_timed, 0, "It says no where it is timed."),
            PREPARED("lies", "more", keeps_two, 1, "Two blocks are kept, and one is declared."),
            PREPARED("lies", "fewer", does_nothing, 1, "None is kept, and one is declared."),
            PREPARED("crash", "audit", crashes, 0, "The preparation crashes."),
            PREPARED("crash", "when_timed", crashes_when_timed, 0, "It crashes where it is timed."),
            PREPARED("hang", "audit", hangs, 0, "The preparation never ends."));
