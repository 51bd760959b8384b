/*
 * probe.c: see probe.h. Written in assembly where the instruction set is known:
 * a compiler would fold it, and the loop's alignment must not depend on what
 * stands before it.
 */
#include "probe.h"

#include "bench.h"
#include "ticks.h"

#define TIMES_4(x) x x x x
#define TIMES_8(x) TIMES_4(x) TIMES_4(x)
#define TIMES_32(x) TIMES_8(x) TIMES_8(x) TIMES_8(x) TIMES_8(x)

/* Not adds into eight registers: eight chains share six ports unevenly, and how unevenly depends on where
 * the loop lies (4.9 to 5.8 a cycle on one core). These have no dependence at all. */
HT_NOINLINE uint64_t ht_probe_alu(uint32_t rounds) {
    uint64_t start = ht_ticks();
#if defined(__x86_64__)
    __asm__ volatile(".p2align 6\n"
                     "1:\n" TIMES_8("test %%rax, %%rax\n"
                                    "test %%rcx, %%rcx\n"
                                    "test %%rdx, %%rdx\n"
                                    "test %%rsi, %%rsi\n"
                                    "test %%rax, %%rax\n"
                                    "test %%rcx, %%rcx\n"
                                    "test %%rdx, %%rdx\n"
                                    "test %%rsi, %%rsi\n") "dec %0\n"
                                                           "jnz 1b\n"
                     : "+r"(rounds)
                     :
                     : "cc");
#elif defined(__aarch64__)
    __asm__ volatile(".p2align 6\n"
                     "1:\n" TIMES_8("add x9, x8, #1\n"
                                    "add x10, x8, #1\n"
                                    "add x11, x8, #1\n"
                                    "add x12, x8, #1\n"
                                    "add x13, x8, #1\n"
                                    "add x14, x8, #1\n"
                                    "add x15, x8, #1\n"
                                    "add x16, x8, #1\n") "subs %w0, %w0, #1\n"
                                                         "b.ne 1b\n"
                     : "+r"(rounds)
                     :
                     : "cc", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16");
#else
    uint64_t a = 1, b = 2, c = 3, d = 4;
    for (; rounds; rounds--)
        for (int i = 0; i < HT_ALU_OPS_PER_ROUND / 4; i++) {
            __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d));
            a += 1, b += 1, c += 1, d += 1;
        }
#endif
    return ht_ticks() - start;
}


HT_NOINLINE uint64_t ht_probe_chain(uint32_t rounds) {
    uint64_t value = 3;
    uint64_t start = ht_ticks();
#if defined(__x86_64__)
    __asm__ volatile(".p2align 6\n"
                     "1:\n" TIMES_8("imul %1, %1\n") "dec %0\n"
                                                     "jnz 1b\n"
                     : "+r"(rounds), "+r"(value)
                     :
                     : "cc");
#elif defined(__aarch64__)
    __asm__ volatile(".p2align 6\n"
                     "1:\n" TIMES_32("add %1, %1, %1\n") "subs %w0, %w0, #1\n"
                                                         "b.ne 1b\n"
                     : "+r"(rounds), "+r"(value)
                     :
                     : "cc");
#else
    for (; rounds; rounds--)
        for (int i = 0; i < HT_CHAIN_CYCLES_PER_ROUND; i++) {
            value += value;
            HT_OPAQUE(value);
        }
#endif
    return ht_ticks() - start;
}


uint64_t ht_ticks_granularity(void) {
    uint64_t smallest = UINT64_MAX;
    for (int i = 0; i < 1000; i++) {
        uint64_t before = ht_ticks(), after;
        while ((after = ht_ticks()) == before)
            ;
        if (after - before < smallest)
            smallest = after - before;
    }
    return smallest;
}


double ht_ticks_of_reading(void) {
    /* Many readings in a row, so that the counter's steps do not matter; the fastest of some such rows, so
     * that interrupts do not. */
    enum { ROWS = 200, READINGS = 64 };
    uint64_t fastest = UINT64_MAX;
    for (int row = 0; row < ROWS; row++) {
        uint64_t last = 0, first = ht_ticks();
        for (int i = 0; i < READINGS; i++)
            last = ht_ticks();
        if (last - first < fastest)
            fastest = last - first;
    }
    return (double)fastest / READINGS;
}
