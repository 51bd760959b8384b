/*
 * known_cost: does the engine find the cost that the architecture fixes?
 *
 * Not about memory. Each operation is a run of instructions whose core cycles
 * are known, in assembly, so that no compiler can change it; `make truth` holds
 * what the engine measures against them. The arms differ in length: null is the
 * same calls around nothing, stack has N instructions and heap 2 N, so that the
 * toll must be what N cost, and the calls cancel.
 *
 * Operations would overlap: a core looks hundreds of instructions ahead and
 * starts the next chain before this one ends (1 % of the time was lost like that
 * between two calls of a loop). So every operation takes up the value that the
 * one before it left, also the last call's, and the calls run beside the chain. What an arm returns says
 * nothing of its work: it is the same in all.
 */
#include "bench.h"

#define TIMES_4(x) x x x x
#define TIMES_8(x) TIMES_4(x) TIMES_4(x)
#define TIMES_64(x) TIMES_8(TIMES_8(x))

#if defined(__x86_64__)
/* Not an immediate: some cores add those while renaming registers, in no time. */
#define ADD "add %[other], %[value]\n"
#define MULTIPLY "imul %[value], %[value]\n"
#define LOAD "mov (%[value]), %[value]\n"
#define STORE(AT) "mov %[other], " #AT "(%[value])\n"
#define COUNT_DOWN "dec %[rounds]\njnz 1b\n"
#elif defined(__aarch64__)
#define ADD "add %[value], %[value], %[other]\n"
#define MULTIPLY "mul %[value], %[value], %[value]\n"
#define LOAD "ldr %[value], [%[value]]\n"
#define STORE(AT) "str %[other], [%[value], #" #AT "]\n"
#define COUNT_DOWN "subs %[rounds], %[rounds], #1\nb.ne 1b\n"
#endif

/* Eight stores that fill one cache line: cores that store more than once a cycle want one line for it. */
#define STORES STORE(0) STORE(8) STORE(16) STORE(24) STORE(32) STORE(40) STORE(48) STORE(56)

#define PER_ROUND 64 /* instructions; what counts the rounds runs beside them */
/* Nothing waits for a store, so that the last round, when its branch is mispredicted, would show: 64 rounds
 * took 1.5 % longer in one layout and not in another. */
#define STORES_PER_ROUND 256

/* Runs `rounds` rounds of BODY on `value` and returns what became of it. */
#define WORK(KIND, BODY)                                                                                     \
    static HT_NOINLINE uint64_t KIND##_work(uint64_t value, uint64_t rounds) {                               \
        uint64_t other = 1;                                                                                  \
        __asm__ volatile(".p2align 6\n"                                                                      \
                         "1:\n" BODY COUNT_DOWN                                                              \
                         : [value] "+r"(value), [rounds] "+r"(rounds)                                        \
                         : [other] "r"(other)                                                                \
                         : "cc", "memory");                                                                  \
        return value;                                                                                        \
    }

WORK(add_chain, TIMES_64(ADD))
WORK(multiply_chain, TIMES_64(MULTIPLY))
WORK(load_chain, TIMES_64(LOAD))
WORK(stores, TIMES_4(TIMES_8(STORES)))

/* The count itself is the chain. `value` is 0, which only the loop before this one knew. */
static HT_NOINLINE uint64_t busy_loop_work(uint64_t value, uint64_t rounds) {
    rounds += value;
    __asm__ volatile(".p2align 6\n"
                     "1:\n" COUNT_DOWN
                     : [rounds] "+r"(rounds)
                     :
                     : "cc");
    return rounds;
}

/* The same call, and nothing in it. */
static HT_NOINLINE uint64_t nothing(uint64_t value, uint64_t rounds) {
    HT_OPAQUE(rounds);
    HT_OPAQUE(value);
    return value;
}

/* A ring of pointers to follow, and a line to store into. */
static _Alignas(64) struct line {
    struct line *next;
    uint64_t rest[7];
} lines[8] = {{&lines[1], {0}}, {&lines[2], {0}}, {&lines[3], {0}}, {&lines[4], {0}},
              {&lines[5], {0}}, {&lines[6], {0}}, {&lines[7], {0}}, {&lines[0], {0}}};
static _Alignas(64) uint64_t target[8];

/* Where the chains go on, from call to call of a loop. */
static uint64_t add_chain_value = 3, multiply_chain_value = 3, busy_loop_value = 0;
static uint64_t *stores_value = target;
static struct line *load_chain_value = lines;

/* A loop like HT_ARM's, that hands the value on. */
#define ARM(NAME, WORK, VALUE, ROUNDS)                                                                       \
    static HT_NOINLINE uint64_t NAME(uint64_t operations) {                                                  \
        uint64_t value = (uint64_t)(VALUE);                                                                  \
        for (uint64_t seed = 0; seed < operations; seed++)                                                   \
            value = WORK(value, ROUNDS);                                                                     \
        (VALUE) = (__typeof__(VALUE))value;                                                                  \
        return operations;                                                                                   \
    }
#define ARMS(KIND, N, ROUNDS)                                                                                \
    ARM(KIND##_null_##N, nothing, KIND##_value, ROUNDS)                                                      \
    ARM(KIND##_stack_##N, KIND##_work, KIND##_value, ROUNDS)                                                 \
    ARM(KIND##_heap_##N, KIND##_work, KIND##_value, 2 * (ROUNDS))

ARMS(add_chain, 256, 256 / PER_ROUND)
ARMS(add_chain, 1024, 1024 / PER_ROUND)
ARMS(add_chain, 4096, 4096 / PER_ROUND)
ARMS(multiply_chain, 256, 256 / PER_ROUND)
ARMS(multiply_chain, 1024, 1024 / PER_ROUND)
ARMS(load_chain, 256, 256 / PER_ROUND)
ARMS(load_chain, 1024, 1024 / PER_ROUND)
ARMS(stores, 1024, 1024 / STORES_PER_ROUND)
ARMS(stores, 2048, 2048 / STORES_PER_ROUND)
/* Its last branch is mispredicted, some 80 cycles: many rounds, so that they are next to nothing. */
ARMS(busy_loop, 65536, 65536)

#define KNOWN(KIND, N, PROFILE, EXPLAINS)                                                                    \
    HT_CASE(#KIND, #N, "n=" #N, HT_NO_SIZE, 0, PROFILE, EXPLAINS, HT_EXTRA(NULL, KIND##_null_##N),           \
            HT_EXTRA(STACK, KIND##_stack_##N), HT_EXTRA(HEAP, KIND##_heap_##N))
#define ADDS(N, PROFILE)                                                                                     \
    KNOWN(add_chain, N, PROFILE, "Additions that each need the one before: " #N ", or twice as many.")
#define MULTIPLIES(N, PROFILE)                                                                               \
    KNOWN(multiply_chain, N, PROFILE,                                                                        \
          "Multiplications that each need the one before: " #N ", or twice as many.")
#define LOADS(N, PROFILE)                                                                                    \
    KNOWN(load_chain, N, PROFILE, "Pointers followed in the first cache: " #N ", or twice as many.")
#define STORE_RUNS(N, PROFILE)                                                                               \
    KNOWN(stores, N, PROFILE, "Stores of 8 bytes into one cache line: " #N ", or twice as many.")

HT_SCENARIO(known_cost, "Does the engine find the cost that the architecture fixes?", ADDS(256, HT_QUICK),
            ADDS(1024, HT_SMOKE), ADDS(4096, HT_QUICK), MULTIPLIES(256, HT_QUICK), MULTIPLIES(1024, HT_SMOKE),
            LOADS(256, HT_QUICK), LOADS(1024, HT_SMOKE), STORE_RUNS(1024, HT_SMOKE),
            STORE_RUNS(2048, HT_QUICK),
            KNOWN(busy_loop, 65536, HT_SMOKE,
                  "A counter that goes down to 0: 65536 rounds, or twice as many."));
