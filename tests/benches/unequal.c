/*
 * unequal: what must a look at the machine code find?
 *
 * Not for measuring. In each case one arm is not what it says; the others are
 * as they should be. Only the check of the machine code looks at them.
 */
#include "bench.h"

#include <stdlib.h>

#define BYTES ((size_t)64)

static HT_NOINLINE uint64_t read_all(const void *memory) {
    return ht_consume(memory, BYTES);
}


static HT_NOINLINE uint64_t read_all_otherwise(const void *memory) {
    return ht_consume(memory, BYTES) ^ 1;
}


/* -- Arms that are what they say -------------------------------------------- */

HT_ARM(equal_null) {
    void *value = ht_static_memory;
    HT_ESCAPE(value);
    ht_fill(value, BYTES, seed);
    return read_all(value);
}

HT_ARM(equal_stack) {
    uint64_t mine[BYTES / 8];
    void *value = mine;
    HT_ESCAPE(value);
    ht_fill(value, BYTES, seed);
    return read_all(value);
}

HT_ARM(equal_heap) {
    void *value = malloc(BYTES);
    HT_ESCAPE(value);
    ht_fill(value, BYTES, seed);
    uint64_t read = read_all(value);
    free(value);
    return read;
}

/* -- Arms that are not ------------------------------------------------------ */

HT_ARM(allocating_stack) {
    uint64_t mine[BYTES / 8];
    void *value = mine, *more = malloc(BYTES);
    HT_ESCAPE(value);
    HT_ESCAPE(more);
    ht_fill(value, BYTES, seed);
    free(more);
    return read_all(value);
}

HT_ARM(leaking_heap) {
    void *value = malloc(BYTES);
    HT_ESCAPE(value);
    ht_fill(value, BYTES, seed);
    return read_all(value);
}

HT_ARM(too_small_stack) {
    uint64_t mine[BYTES / 16];
    void *value = mine;
    HT_ESCAPE(value);
    value = ht_static_memory;
    HT_ESCAPE(value);
    ht_fill(value, BYTES, seed);
    return read_all(value);
}

HT_ARM(unfilled_heap) {
    uint64_t *value = malloc(BYTES);
    HT_ESCAPE(value);
    for (size_t i = 0; i < BYTES / 8; i++)
        value[i] = seed;
    uint64_t read = read_all(value);
    free(value);
    return read;
}

HT_ARM(half_filled_heap) {
    void *value = malloc(BYTES);
    HT_ESCAPE(value);
    ht_fill(value, BYTES / 2, seed);
    uint64_t read = read_all(value);
    free(value);
    return read;
}

HT_ARM(otherwise_read_heap) {
    void *value = malloc(BYTES);
    HT_ESCAPE(value);
    ht_fill(value, BYTES, seed);
    uint64_t read = read_all_otherwise(value);
    free(value);
    return read;
}

#define UNEQUAL(POINT, EXPLAINS, STACK_ARM, HEAP_ARM)                                                        \
    HT_CASE("arms", POINT, "", BYTES, 0, HT_FULL, EXPLAINS, HT_EXTRA(NULL, equal_null),                      \
            HT_EXTRA(STACK, STACK_ARM), HT_ALLOCATES(HEAP, HEAP_ARM, 1, BYTES))

HT_SCENARIO(unequal, "What must a look at the machine code find?",
            UNEQUAL("equal", "Nothing.", equal_stack, equal_heap),
            UNEQUAL("allocating", "The stack arm takes a block as well.", allocating_stack, equal_heap),
            UNEQUAL("leaking", "The heap arm gives nothing back.", equal_stack, leaking_heap),
            UNEQUAL("too_small", "The stack arm's frame is half the size, and not used.", too_small_stack,
                    equal_heap),
            UNEQUAL("unfilled", "The heap arm does not call the shared fill.", equal_stack, unfilled_heap),
            UNEQUAL("half_filled", "The heap arm fills half.", equal_stack, half_filled_heap),
            UNEQUAL("otherwise_read", "The heap arm's consumer is another.", equal_stack,
                    otherwise_read_heap));
