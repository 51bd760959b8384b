/*
 * extra: is a little more work found, and nothing where there is none?
 *
 * Not for measuring. Compiled with HEAPTOLL_EXTRA, as in heaptoll-extra-worker,
 * the heap arms do what their cases say; without it, as in the test worker, none
 * does (and `less` has its instruction). What counts a base and a head must tell the
 * two workers apart, and say by how much.
 */
#include "bench.h"

#include <stdlib.h>

#define BYTES ((size_t)64)

/* IN_EXTRA(x) is x in the worker that does more, IN_PLAIN(x) is it in the other one. */
#ifdef HEAPTOLL_EXTRA
#define IN_EXTRA(STATEMENT) STATEMENT
#define IN_PLAIN(STATEMENT)
#define TAKEN_BYTES ((size_t)80)
#else
#define IN_EXTRA(STATEMENT)
#define IN_PLAIN(STATEMENT) STATEMENT
#define TAKEN_BYTES BYTES
#endif
#define ONE_INSTRUCTION __asm__ volatile("nop")
#define SIXTEEN_INSTRUCTIONS __asm__ volatile(".rept 16\nnop\n.endr")

static HT_NOINLINE uint64_t work(void *memory, uint64_t seed) {
    HT_ESCAPE(memory);
    ht_fill(memory, BYTES, seed);
    return ht_consume(memory, BYTES);
}


static HT_NOINLINE uint64_t work_in_block(size_t taken, uint64_t seed) {
    void *mine = malloc(taken);
    uint64_t read = work(mine, seed);
    free(mine);
    return read;
}


HT_ARM(usual_null) {
    return work(ht_static_memory, seed);
}

HT_ARM(usual_stack) {
    uint64_t mine[BYTES / 8];
    return work(mine, seed);
}

HT_ARM(nothing) {
    return work_in_block(BYTES, seed);
}

HT_ARM(instruction) {
    IN_EXTRA(ONE_INSTRUCTION;)
    return work_in_block(BYTES, seed);
}

HT_ARM(instruction_less) {
    IN_PLAIN(ONE_INSTRUCTION;)
    return work_in_block(BYTES, seed);
}

HT_ARM(instructions) {
    IN_EXTRA(SIXTEEN_INSTRUCTIONS;)
    return work_in_block(BYTES, seed);
}

HT_ARM(allocation) {
    IN_EXTRA(void *more = malloc(BYTES); HT_ESCAPE(more); free(more);)
    return work_in_block(BYTES, seed);
}

/* Declared, so that the audit finds the larger block honest; the block more above is declared nowhere. */
HT_ARM(bytes) {
    return work_in_block(TAKEN_BYTES, seed);
}

#define DOES(POINT, EXPLAINS, TAKEN, HEAP_ARM)                                                               \
    HT_CASE("does", POINT, "", BYTES, 0, HT_FULL, EXPLAINS, HT_EXTRA(NULL, usual_null),                      \
            HT_EXTRA(STACK, usual_stack), HT_ALLOCATES(HEAP, HEAP_ARM, 1, TAKEN))

HT_SCENARIO(extra, "Is a little more work found, and nothing where there is none?",
            DOES("nothing", "The same work.", BYTES, nothing),
            DOES("instruction", "One instruction more.", BYTES, instruction),
            DOES("less", "One instruction less.", BYTES, instruction_less),
            DOES("instructions", "Sixteen more: above half a per cent.", BYTES, instructions),
            DOES("allocation", "One block more.", BYTES, allocation),
            DOES("bytes", "A larger block.", TAKEN_BYTES, bytes));
