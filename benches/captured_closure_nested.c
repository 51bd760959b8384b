/*
 * captured_closure, continued: GCC's nested functions.
 *
 * A nested function sees the variables of the function around it, yet its
 * address is a plain code pointer, with no room for an environment. So gcc
 * writes a few instructions into the frame (a trampoline) that load the
 * environment's address and jump; the pointer leads there. Code that was just
 * written makes the processor throw away what it had fetched ahead, which takes
 * far longer than an allocation: 180 to 280 cycles against 18 to 28 on one
 * machine, and no two launches agree, since it matters where the frame lies.
 *
 * Only the stack of a process that runs these cases is made executable.
 */
#include "bench.h"

#define NESTED_SAYS(N)                                                                                       \
    "A nested function sees " #N " bytes of the frame, called by code that gcc writes there; or they are "   \
    "malloc'd, and no code is written."

#ifdef __clang__

#define NESTED_CASE(N, POINT, PARAMS, LOOPS, PROFILE, MORE)                                                  \
    HT_CASE_UNAVAILABLE("nested", POINT, PARAMS, N, PROFILE, NESTED_SAYS(N) MORE,                            \
                        "clang has no nested functions; they need a worker that gcc built")

#else

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* All calls go through here: the compiler does not know which code runs. */
static HT_NOINLINE uint64_t call(uint64_t (*code)(void *environment), void *environment) {
    return code(environment);
}


#define NESTED(N)                                                                                            \
    static HT_NOINLINE uint64_t consume_##N(const void *captured) {                                          \
        return ht_consume(captured, N);                                                                      \
    }                                                                                                        \
    static HT_NOINLINE uint64_t code_##N(void *environment) {                                                \
        return consume_##N(environment);                                                                     \
    }                                                                                                        \
    HT_ARM(nested_null_##N) {                                                                                \
        void *environment = ht_static_memory;                                                                \
        HT_ESCAPE(environment);                                                                              \
        ht_fill(environment, N, seed);                                                                       \
        return call(code_##N, environment);                                                                  \
    }                                                                                                        \
    HT_ARM(nested_stack_##N) {                                                                               \
        uint64_t mine[N / 8];                                                                                \
        uint64_t nested(__attribute__((unused)) void *nothing) {                                             \
            return consume_##N(mine);                                                                        \
        }                                                                                                    \
        void *environment = mine;                                                                            \
        HT_ESCAPE(environment);                                                                              \
        ht_fill(environment, N, seed);                                                                       \
        return call(nested, NULL);                                                                           \
    }                                                                                                        \
    HT_ARM(nested_heap_##N) {                                                                                \
        void *environment = malloc(N);                                                                       \
        HT_ESCAPE(environment);                                                                              \
        ht_fill(environment, N, seed);                                                                       \
        uint64_t read = call(code_##N, environment);                                                         \
        free(environment);                                                                                   \
        return read;                                                                                         \
    }

NESTED(8)
NESTED(32)
NESTED(128)

/* From the page above this frame, if the stack reaches so far, down to the stack's end, which is below all
 * frames of the arms. */
static const char *let_the_stack_run(void) {
    size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    void *page = (void *)((uintptr_t)__builtin_frame_address(0) & ~(uintptr_t)(page_bytes - 1));
    for (size_t pages = 2; pages > 0; pages--)
        if (mprotect(page, pages * page_bytes, PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSDOWN) == 0)
            return NULL;
    return "nested functions need code on the stack, and this system does not let a stack be executable";
}


static const struct ht_preparation executable_stack = {let_the_stack_run, 0};

#define NESTED_CASE(N, POINT, PARAMS, LOOPS, PROFILE, MORE)                                                  \
    HT_CASE_PREPARED("nested", POINT, PARAMS, N, N + 64, PROFILE, &executable_stack, NESTED_SAYS(N) MORE,    \
                     HT_PAIR(nested, LOOPS, 1, N))

#endif

HT_SCENARIO(captured_closure, NULL, NESTED_CASE(8, "8", "", 8, HT_FULL, ""),
            NESTED_CASE(32, "32", "", 32, HT_SMOKE, ""), NESTED_CASE(128, "128", "", 128, HT_FULL, ""),
            NESTED_CASE(32, "32/dependent", HT_DEPENDENT, 32_dependent, HT_FULL, HT_EACH_NEEDS_THE_LAST));
