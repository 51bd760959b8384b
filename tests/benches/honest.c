/*
 * honest: does the audit believe an arm that takes memory in an unusual way?
 *
 * Not for measuring: what the audit must count and must not, one function of the
 * malloc family after the other. None is in the smoke profile.
 */
#include "bench.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define BYTES ((size_t)64)

static HT_NOINLINE uint64_t work(void *memory, uint64_t seed) {
    HT_ESCAPE(memory);
    ht_fill(memory, BYTES, seed);
    return ht_consume(memory, BYTES);
}


HT_ARM(usual_null) {
    return work(ht_static_memory, seed);
}

HT_ARM(usual_stack) {
    uint64_t mine[BYTES / 8];
    return work(mine, seed);
}

/* NAME: works in the block TAKEN, and gives it back. */
#define TAKING(NAME, TAKEN)                                                                                  \
    HT_ARM(NAME) {                                                                                           \
        void *mine = TAKEN;                                                                                  \
        uint64_t read = work(mine, seed);                                                                    \
        free(mine);                                                                                          \
        return read;                                                                                         \
    }

TAKING(by_calloc, calloc(4, BYTES / 4))
TAKING(by_realloc, realloc(NULL, BYTES))
TAKING(by_reallocarray, reallocarray(NULL, 4, BYTES / 4))
TAKING(by_aligned_alloc, aligned_alloc(BYTES, BYTES))
TAKING(by_memalign, memalign(256, BYTES))
TAKING(by_valloc, valloc(BYTES))
TAKING(by_pvalloc, pvalloc(BYTES))

HT_ARM(by_posix_memalign) {
    void *mine = NULL;
    if (posix_memalign(&mine, 128, BYTES) != 0)
        abort();
    uint64_t read = work(mine, seed);
    free(mine);
    return read;
}

static HT_NOINLINE uint64_t resize(size_t from, size_t to, uint64_t seed) {
    void *mine = malloc(from);
    HT_ESCAPE(mine);
    mine = realloc(mine, to);
    uint64_t read = work(mine, seed);
    free(mine);
    return read;
}

/* To where it cannot stay, and to where it certainly may: either way a new block for an old one. */
HT_ARM(grows) {
    return resize(16, 4096, seed);
}

HT_ARM(stays) {
    return resize(72, 64, seed);
}

/* Refused: there is nothing taken, and nothing given back either. */
HT_ARM(asks_too_much) {
    size_t far_too_many = PTRDIFF_MAX, half_of_them = SIZE_MAX / 2;
    HT_OPAQUE(far_too_many);
    HT_OPAQUE(half_of_them);
    void *mine = malloc(BYTES), *again = mine; /* still there after a refusal, which gcc does not believe */
    HT_ESCAPE(mine);
    HT_ESCAPE(again);
    void *refused[] = {malloc(far_too_many), calloc(half_of_them, 3), realloc(again, far_too_many),
                       reallocarray(again, half_of_them, 3)};
    for (unsigned i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (refused[i])
            abort();
    uint64_t read = work(mine, seed);
    free(mine);
    return read;
}

/* What comes back is up to the allocator: nothing, or a block of no bytes. */
HT_ARM(shrinks_to_nothing) {
    size_t none = 0;
    HT_OPAQUE(none);
    void *mine = malloc(BYTES);
    uint64_t read = work(mine, seed);
    void *rest = realloc(mine, none);
    free(rest);
    return read;
}

HT_ARM(takes_no_bytes) {
    size_t none = 0;
    HT_OPAQUE(none);
    void *empty = malloc(none);
    HT_ESCAPE(empty);
    free(empty);
    free(NULL);
    return work(ht_static_memory, seed);
}

/* The C library allocates on our behalf. */
HT_ARM(by_strdup) {
    char text[BYTES];
    memset(text, 'x', BYTES - 1);
    text[BYTES - 1] = '\0';
    HT_OPAQUE(seed);
    void *mine = strdup(text);
    uint64_t read = work(mine, seed);
    free(mine);
    return read;
}

static struct ht_allocation every_third(uint64_t seed) {
    uint64_t takes = seed % 3 == 0;
    return (struct ht_allocation){takes, takes * BYTES * (seed + 1)};
}

HT_ARM(takes_every_third_time) {
    if (seed % 3)
        return work(ht_static_memory, seed);
    void *mine = malloc(BYTES * (seed + 1));
    uint64_t read = work(mine, seed);
    free(mine);
    return read;
}

/* A pool is filled once, and kept. */
HT_ARM(from_a_pool) {
    static void *slot;
    if (!slot)
        slot = malloc(BYTES);
    return work(slot, seed);
}

#define TAKES(POINT, EXPLAINS, BLOCKS, ALL_BYTES, HEAP_ARM)                                                  \
    HT_CASE("takes", POINT, "", BYTES, 0, HT_FULL, EXPLAINS, HT_EXTRA(NULL, usual_null),                     \
            HT_EXTRA(STACK, usual_stack), HT_ALLOCATES(HEAP, HEAP_ARM, BLOCKS, ALL_BYTES))

HT_SCENARIO(honest, "Does the audit believe an arm that takes memory in an unusual way?",
            TAKES("calloc", "By calloc.", 1, BYTES, by_calloc),
            TAKES("realloc", "By realloc of nothing.", 1, BYTES, by_realloc),
            TAKES("reallocarray", "By reallocarray of nothing.", 1, BYTES, by_reallocarray),
            TAKES("aligned_alloc", "By aligned_alloc.", 1, BYTES, by_aligned_alloc),
            TAKES("posix_memalign", "By posix_memalign.", 1, BYTES, by_posix_memalign),
            TAKES("memalign", "By memalign.", 1, BYTES, by_memalign),
            TAKES("valloc", "By valloc.", 1, BYTES, by_valloc),
            TAKES("pvalloc", "By pvalloc.", 1, BYTES, by_pvalloc),
            TAKES("grown", "A block that grows is two.", 2, 16 + 4096, grows),
            TAKES("in_place", "A block that shrinks is two.", 2, 72 + 64, stays),
            TAKES("refused", "What is refused is not taken.", 1, BYTES, asks_too_much),
            TAKES("shrunk_to_nothing", "A block shrinks to nothing.", 1, BYTES, shrinks_to_nothing),
            TAKES("no_bytes", "A block of no bytes is one.", 1, 0, takes_no_bytes),
            TAKES("strdup", "The C library takes it.", 1, BYTES, by_strdup),
            HT_CASE("takes", "by_function", "", BYTES, 0, HT_FULL,
                    "Every third operation, and more each time.", HT_EXTRA(NULL, usual_null),
                    HT_EXTRA(STACK, usual_stack), HT_ALLOCATES_BY(HEAP, takes_every_third_time, every_third)),
            HT_CASE("takes", "pool", "", BYTES, 0, HT_FULL, "Once and for all, in the first operation.",
                    HT_EXTRA(NULL, usual_null), HT_EXTRA(STACK, usual_stack), HT_EXTRA(POOL, from_a_pool)));
