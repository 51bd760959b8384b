/*
 * captured_closure, continued: clang's blocks.
 *
 * A block is a closure of the language: code, a header of 32 bytes and what it
 * captured, all in the frame of the function that makes it. One that is kept for
 * later must be copied to the heap (Block_copy) and released. This file is
 * compiled by clang, in a build with another compiler too; where that cannot be,
 * HT_UNAVAILABLE says what is missing.
 */
#include "bench.h"

#define BLOCKS_SAY(N)                                                                                        \
    "A block that captured " #N " bytes is called where it lies in the frame, or copied to the heap first."
#define BY_CLANG "compiler=clang"

#ifdef HT_UNAVAILABLE

#define BLOCKS_CASE(N, POINT, PARAMS, LOOPS, PROFILE, MORE)                                                  \
    HT_CASE_UNAVAILABLE("blocks", POINT, PARAMS, N, PROFILE, BLOCKS_SAY(N) MORE, HT_UNAVAILABLE)

#else

#include <Block.h>

typedef uint64_t (^block)(void);
#define HEADER_BYTES 32

/* All calls go through here: the compiler does not know which block it is, nor where. */
static HT_NOINLINE uint64_t call(block called) {
    return called();
}


/* `made` is a block in this frame, with a copy of `captured` in it. */
#define MAKE(N)                                                                                              \
    struct captured_##N captured;                                                                            \
    void *variable = &captured;                                                                              \
    HT_ESCAPE(variable);                                                                                     \
    ht_fill(variable, N, seed);                                                                              \
    block made = ^{                                                                                          \
      return consume_##N(&captured);                                                                         \
    }

#define BLOCKS(N)                                                                                            \
    struct captured_##N {                                                                                    \
        uint64_t words[N / 8];                                                                               \
    };                                                                                                       \
    static HT_NOINLINE uint64_t consume_##N(const void *captured) {                                          \
        return ht_consume(captured, N);                                                                      \
    }                                                                                                        \
    static const block of_static_##N = ^{                                                                    \
      return consume_##N(ht_static_memory);                                                                  \
    };                                                                                                       \
    HT_ARM(blocks_null_##N) {                                                                                \
        void *variable = ht_static_memory;                                                                   \
        void *made = (void *)of_static_##N;                                                                  \
        HT_ESCAPE(variable);                                                                                 \
        HT_ESCAPE(made);                                                                                     \
        ht_fill(variable, N, seed);                                                                          \
        return call((block)made);                                                                            \
    }                                                                                                        \
    HT_ARM(blocks_stack_##N) {                                                                               \
        MAKE(N);                                                                                             \
        void *lent = (void *)made;                                                                           \
        HT_ESCAPE(lent);                                                                                     \
        return call((block)lent);                                                                            \
    }                                                                                                        \
    HT_ARM(blocks_heap_##N) {                                                                                \
        MAKE(N);                                                                                             \
        void *kept = (void *)Block_copy(made);                                                               \
        HT_ESCAPE(kept);                                                                                     \
        uint64_t read = call((block)kept);                                                                   \
        Block_release(kept);                                                                                 \
        return read;                                                                                         \
    }

BLOCKS(8)
BLOCKS(32)
BLOCKS(128)

#define BLOCKS_CASE(N, POINT, PARAMS, LOOPS, PROFILE, MORE)                                                  \
    HT_CASE("blocks", POINT, PARAMS, N, 2 * N + 64, PROFILE, BLOCKS_SAY(N) MORE,                             \
            HT_PAIR(blocks, LOOPS, 1, HEADER_BYTES + N))

#endif

HT_SCENARIO(captured_closure, NULL, BLOCKS_CASE(8, "8", BY_CLANG, 8, HT_FULL, ""),
            BLOCKS_CASE(32, "32", BY_CLANG, 32, HT_SMOKE, ""),
            BLOCKS_CASE(128, "128", BY_CLANG, 128, HT_FULL, ""),
            BLOCKS_CASE(32, "32/dependent", BY_CLANG ";" HT_DEPENDENT, 32_dependent, HT_FULL,
                        HT_EACH_NEEDS_THE_LAST));
