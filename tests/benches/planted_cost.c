/*
 * planted_cost: a known cost that is wrong.
 *
 * Not for measuring. Its arms have 2 % more additions than their names say, and
 * the judgement of known costs must find that out.
 */
#include "bench.h"

#define TIMES_4(x) x x x x
#define TIMES_8(x) TIMES_4(x) TIMES_4(x)
#define TIMES_64(x) TIMES_8(TIMES_8(x))
#if defined(__x86_64__)
#define ADD "add %[other], %[value]\n"
#else
#define ADD "add %[value], %[value], %[other]\n"
#endif

/* 1024 additions and another 20, or twice as many. */
static HT_NOINLINE uint64_t add(uint64_t value, uint64_t times) {
    uint64_t other = 1;
    for (; times; times--) {
        for (int i = 0; i < 16; i++)
            __asm__ volatile(TIMES_64(ADD) : [value] "+r"(value) : [other] "r"(other) : "cc");
        __asm__ volatile(TIMES_4(ADD ADD ADD ADD ADD) : [value] "+r"(value) : [other] "r"(other) : "cc");
    }
    return value;
}

static uint64_t value;

#define ARM(NAME, TIMES)                                                                                     \
    static HT_NOINLINE uint64_t NAME(uint64_t operations) {                                                  \
        for (uint64_t seed = 0; seed < operations; seed++)                                                   \
            value = add(value, TIMES);                                                                       \
        return operations;                                                                                   \
    }
ARM(planted_null, 0)
ARM(planted_stack, 1)
ARM(planted_heap, 2)

HT_SCENARIO(planted_cost, "Is a cost that is 2 % off found to be off?",
            HT_CASE("add_chain", "1024", "n=1024", HT_NO_SIZE, 0, HT_FULL,
                    "Additions, 2 % more than the name says, or twice as many.", HT_EXTRA(NULL, planted_null),
                    HT_EXTRA(STACK, planted_stack), HT_EXTRA(HEAP, planted_heap)));
