/*
 * returned_pointer: what does it cost to return a pointer instead of a value?
 *
 * A callee makes a value and the caller reads it. Either the value itself comes
 * back (in registers, or in the caller's frame), or a pointer to a block that
 * the callee took from the heap and the caller must free. What happens when many
 * results are kept, and to strings, is in returned_pointer_kept.c.
 */
#include "bench.h"

#include <stdlib.h>

/* by_value: `struct value make()` against `struct value *make()`. */
#define BY_VALUE(N)                                                                                          \
    struct value_##N {                                                                                       \
        uint64_t words[N / 8];                                                                               \
    };                                                                                                       \
    MAKE(N, , HT_NOINLINE)                                                                                   \
    TAKE(N, by_value, )

/* callee: the same, by a callee that the compiler inlines. */
#define CALLEE(N)                                                                                            \
    MAKE(N, inline_, inline __attribute__((always_inline)))                                                  \
    TAKE(N, inlined, inline_)

#define MAKE(N, HOW, CALLED)                                                                                 \
    static CALLED void *HOW##null_make_##N(uint64_t seed) {                                                  \
        void *value = ht_static_memory;                                                                      \
        HT_ESCAPE(value);                                                                                    \
        ht_fill(value, N, seed);                                                                             \
        return value;                                                                                        \
    }                                                                                                        \
    static CALLED struct value_##N HOW##value_make_##N(uint64_t seed) {                                      \
        struct value_##N made;                                                                               \
        void *value = &made;                                                                                 \
        HT_ESCAPE(value);                                                                                    \
        ht_fill(value, N, seed);                                                                             \
        return made;                                                                                         \
    } static CALLED void *HOW##pointer_make_##N(uint64_t seed) {                                             \
        void *value = malloc(N);                                                                             \
        HT_ESCAPE(value);                                                                                    \
        ht_fill(value, N, seed);                                                                             \
        return value;                                                                                        \
    }

#define TAKE(N, STEM, HOW)                                                                                   \
    HT_ARM(STEM##_null_##N) {                                                                                \
        return ht_consume(HOW##null_make_##N(seed), N);                                                      \
    }                                                                                                        \
    HT_ARM(STEM##_stack_##N) {                                                                               \
        struct value_##N mine = HOW##value_make_##N(seed);                                                   \
        void *value = &mine;                                                                                 \
        HT_ESCAPE(value);                                                                                    \
        return ht_consume(value, N);                                                                         \
    }                                                                                                        \
    HT_ARM(STEM##_heap_##N) {                                                                                \
        void *value = HOW##pointer_make_##N(seed);                                                           \
        uint64_t read = ht_consume(value, N);                                                                \
        free(value);                                                                                         \
        return read;                                                                                         \
    }

/* out_param: the caller lends its own memory against the callee allocating on its behalf. */
#define OUT_PARAM(N)                                                                                         \
    static HT_NOINLINE int fill_lent_##N(void *lent, uint64_t seed) {                                        \
        ht_fill(lent, N, seed);                                                                              \
        return 1;                                                                                            \
    }                                                                                                        \
    static HT_NOINLINE int fill_made_##N(void **made, uint64_t seed) {                                       \
        void *value = malloc(N);                                                                             \
        HT_ESCAPE(value);                                                                                    \
        ht_fill(value, N, seed);                                                                             \
        *made = value;                                                                                       \
        return 1;                                                                                            \
    }                                                                                                        \
    HT_ARM(out_param_null_##N) {                                                                             \
        void *value = ht_static_memory;                                                                      \
        HT_ESCAPE(value);                                                                                    \
        return fill_lent_##N(value, seed) ? ht_consume(value, N) : 0;                                        \
    }                                                                                                        \
    HT_ARM(out_param_stack_##N) {                                                                            \
        uint64_t mine[N / 8];                                                                                \
        void *value = mine;                                                                                  \
        HT_ESCAPE(value);                                                                                    \
        return fill_lent_##N(value, seed) ? ht_consume(value, N) : 0;                                        \
    }                                                                                                        \
    HT_ARM(out_param_heap_##N) {                                                                             \
        void *value;                                                                                         \
        uint64_t read = fill_made_##N(&value, seed) ? ht_consume(value, N) : 0;                              \
        free(value);                                                                                         \
        return read;                                                                                         \
    }

/* chain: the result is handed up through `depth` calls (real ones: the build forbids tail calls), none of
 * which needs to copy it. */
#define CHAIN_BYTES 64
struct link {
    uint64_t words[CHAIN_BYTES / 8];
};

static HT_NOINLINE void *null_end(uint64_t seed) {
    void *value = ht_static_memory;
    HT_ESCAPE(value);
    ht_fill(value, CHAIN_BYTES, seed);
    return value;
}


static HT_NOINLINE void *null_chain(uint64_t seed, unsigned depth) {
    return depth > 1 ? null_chain(seed, depth - 1) : null_end(seed);
}


static HT_NOINLINE struct link value_end(uint64_t seed) {
    struct link made;
    void *value = &made;
    HT_ESCAPE(value);
    ht_fill(value, CHAIN_BYTES, seed);
    return made;
}


static HT_NOINLINE struct link value_chain(uint64_t seed, unsigned depth) {
    return depth > 1 ? value_chain(seed, depth - 1) : value_end(seed);
}


static HT_NOINLINE void *pointer_end(uint64_t seed) {
    void *value = malloc(CHAIN_BYTES);
    HT_ESCAPE(value);
    ht_fill(value, CHAIN_BYTES, seed);
    return value;
}


static HT_NOINLINE void *pointer_chain(uint64_t seed, unsigned depth) {
    return depth > 1 ? pointer_chain(seed, depth - 1) : pointer_end(seed);
}


#define CHAIN(D)                                                                                             \
    HT_ARM(chain_null_##D) {                                                                                 \
        return ht_consume(null_chain(seed, D), CHAIN_BYTES);                                                 \
    }                                                                                                        \
    HT_ARM(chain_stack_##D) {                                                                                \
        struct link mine = value_chain(seed, D);                                                             \
        void *value = &mine;                                                                                 \
        HT_ESCAPE(value);                                                                                    \
        return ht_consume(value, CHAIN_BYTES);                                                               \
    }                                                                                                        \
    HT_ARM(chain_heap_##D) {                                                                                 \
        void *value = pointer_chain(seed, D);                                                                \
        uint64_t read = ht_consume(value, CHAIN_BYTES);                                                      \
        free(value);                                                                                         \
        return read;                                                                                         \
    }

/* clang-format off */
#define SIZES(X) X(8) X(16) X(64) X(256) X(1024) X(4096)
/* clang-format on */
SIZES(BY_VALUE)
SIZES(OUT_PARAM)
CALLEE(8)
CALLEE(64)
CALLEE(1024)
CHAIN(1)
CHAIN(8)
CHAIN(64)

#define BY_VALUE_CASE(N, PROFILE)                                                                            \
    HT_CASE("by_value", #N, "", N, 2 * N, PROFILE,                                                           \
            "A callee returns a struct of " #N                                                               \
            " bytes by value, or a malloc'd pointer that the caller frees.",                                 \
            HT_PAIR(by_value, N, 1, N))
#define BY_VALUE_DEPENDENT(N, PROFILE)                                                                       \
    HT_CASE("by_value", #N "/dependent", HT_DEPENDENT, N, 2 * N, PROFILE,                                    \
            "A callee returns a struct of " #N                                                               \
            " bytes by value, or a malloc'd pointer." HT_EACH_NEEDS_THE_LAST,                                \
            HT_PAIR(by_value, N##_dependent, 1, N))
#define CALLEE_CASE(N, HOW, STEM, PROFILE)                                                                   \
    HT_CASE("callee", #N "/" HOW, "callee=" HOW, N, 2 * N, PROFILE,                                          \
            "A struct of " #N " bytes comes from a callee by value, or by malloc'd pointer; callee: " HOW    \
            ".",                                                                                             \
            HT_PAIR(STEM, N, 1, N))
#define OUT_PARAM_DEPENDENT(N, PROFILE)                                                                      \
    HT_CASE("out_param", #N "/dependent", HT_DEPENDENT, N, N, PROFILE,                                       \
            "A callee fills " #N                                                                             \
            " bytes of the caller's frame, or hands back a malloc'd block." HT_EACH_NEEDS_THE_LAST,          \
            HT_PAIR(out_param, N##_dependent, 1, N))
#define OUT_PARAM_CASE(N, PROFILE)                                                                           \
    HT_CASE("out_param", #N, "", N, N, PROFILE,                                                              \
            "A callee fills " #N " bytes of the caller's frame, or hands back a block that it malloc'd.",    \
            HT_PAIR(out_param, N, 1, N))
#define CHAIN_CASE(D, PROFILE)                                                                               \
    HT_CASE("chain", "64/d" #D, "depth=" #D, CHAIN_BYTES, 192 * D, PROFILE,                                  \
            "A 64-byte result is handed up through " #D " call(s), as a value or as a malloc'd pointer.",    \
            HT_PAIR(chain, D, 1, CHAIN_BYTES))

HT_SCENARIO(returned_pointer, "What does it cost to return a pointer instead of a value?",
            BY_VALUE_CASE(8, HT_QUICK), BY_VALUE_CASE(16, HT_FULL), BY_VALUE_CASE(64, HT_SMOKE),
            BY_VALUE_CASE(256, HT_FULL), BY_VALUE_CASE(1024, HT_QUICK), BY_VALUE_CASE(4096, HT_QUICK),
            BY_VALUE_DEPENDENT(8, HT_FULL), BY_VALUE_DEPENDENT(64, HT_QUICK), OUT_PARAM_CASE(8, HT_QUICK),
            OUT_PARAM_CASE(16, HT_FULL), OUT_PARAM_CASE(64, HT_SMOKE), OUT_PARAM_CASE(256, HT_FULL),
            OUT_PARAM_CASE(1024, HT_FULL), OUT_PARAM_CASE(4096, HT_QUICK), OUT_PARAM_DEPENDENT(8, HT_FULL),
            OUT_PARAM_DEPENDENT(64, HT_FULL), CHAIN_CASE(1, HT_QUICK), CHAIN_CASE(8, HT_SMOKE),
            CHAIN_CASE(64, HT_QUICK), CALLEE_CASE(8, "inlined", inlined, HT_FULL),
            CALLEE_CASE(8, "noinline", by_value, HT_FULL), CALLEE_CASE(64, "inlined", inlined, HT_SMOKE),
            CALLEE_CASE(64, "noinline", by_value, HT_QUICK), CALLEE_CASE(1024, "inlined", inlined, HT_FULL),
            CALLEE_CASE(1024, "noinline", by_value, HT_FULL));
