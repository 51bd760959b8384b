/*
 * captured_closure: what does it cost when a closure's variables outlive the call that made it?
 *
 * A closure is a code pointer and an environment. The environment lies in the
 * frame of whoever makes the closure, or in a block taken from the heap because
 * it might be called later.
 */
#include "bench.h"

#include <stdlib.h>

struct closure {
    uint64_t (*code)(void *environment);
    void *environment;
};

/* All calls go through here: the compiler does not know which code runs. */
static HT_NOINLINE uint64_t call(struct closure closure) {
    return closure.code(closure.environment);
}

/* by_value: the captured bytes are copied into the environment. */
#define BY_VALUE(N)                                                                                          \
    static HT_NOINLINE uint64_t code_##N(void *environment) {                                                \
        return ht_consume(environment, N);                                                                   \
    }                                                                                                        \
    static HT_NOINLINE struct closure capture_##N(void *environment, uint64_t seed) {                        \
        ht_fill(environment, N, seed);                                                                       \
        return (struct closure){code_##N, environment};                                                      \
    } HT_ARM(by_value_null_##N) {                                                                            \
        void *environment = ht_static_memory;                                                                \
        HT_ESCAPE(environment);                                                                              \
        return call(capture_##N(environment, seed));                                                         \
    }                                                                                                        \
    HT_ARM(by_value_stack_##N) {                                                                             \
        uint64_t mine[N / 8];                                                                                \
        void *environment = mine;                                                                            \
        HT_ESCAPE(environment);                                                                              \
        return call(capture_##N(environment, seed));                                                         \
    }                                                                                                        \
    HT_ARM(by_value_heap_##N) {                                                                              \
        void *environment = malloc(N);                                                                       \
        HT_ESCAPE(environment);                                                                              \
        struct closure made = capture_##N(environment, seed);                                                \
        uint64_t read = call(made);                                                                          \
        free(made.environment);                                                                              \
        return read;                                                                                         \
    }

/* by_reference: the environment holds a pointer, and the captured variable itself moves: two blocks. */
struct reference {
    void *variable;
};

#define BY_REFERENCE(N)                                                                                      \
    static HT_NOINLINE uint64_t code_by_reference_##N(void *environment) {                                   \
        return ht_consume(((struct reference *)environment)->variable, N);                                   \
    }                                                                                                        \
    static HT_NOINLINE struct closure refer_##N(struct reference *environment, void *variable,               \
                                                uint64_t seed) {                                             \
        ht_fill(variable, N, seed);                                                                          \
        environment->variable = variable;                                                                    \
        return (struct closure){code_by_reference_##N, environment};                                         \
    } HT_ARM(by_reference_null_##N) {                                                                        \
        void *variable = ht_static_memory;                                                                   \
        void *environment = ht_static_memory + 4096;                                                         \
        HT_ESCAPE(variable);                                                                                 \
        HT_ESCAPE(environment);                                                                              \
        return call(refer_##N(environment, variable, seed));                                                 \
    }                                                                                                        \
    HT_ARM(by_reference_stack_##N) {                                                                         \
        uint64_t captured[N / 8];                                                                            \
        struct reference mine;                                                                               \
        void *variable = captured;                                                                           \
        void *environment = &mine;                                                                           \
        HT_ESCAPE(variable);                                                                                 \
        HT_ESCAPE(environment);                                                                              \
        return call(refer_##N(environment, variable, seed));                                                 \
    }                                                                                                        \
    HT_ARM(by_reference_heap_##N) {                                                                          \
        void *variable = malloc(N);                                                                          \
        void *environment = malloc(sizeof(struct reference));                                                \
        HT_ESCAPE(variable);                                                                                 \
        HT_ESCAPE(environment);                                                                              \
        struct closure made = refer_##N(environment, variable, seed);                                        \
        uint64_t read = call(made);                                                                          \
        free(variable);                                                                                      \
        free(made.environment);                                                                              \
        return read;                                                                                         \
    }

/* counter: a function returns a closure that counts; its first word is the count. */
#define COUNTER(N)                                                                                           \
    static HT_NOINLINE uint64_t code_counter_##N(void *environment) {                                        \
        ++*(uint64_t *)environment;                                                                          \
        return ht_consume(environment, N);                                                                   \
    }                                                                                                        \
    static HT_NOINLINE struct closure counter_in_##N(void *lent, uint64_t seed) {                            \
        ht_fill(lent, N, seed);                                                                              \
        return (struct closure){code_counter_##N, lent};                                                     \
    } static HT_NOINLINE struct closure counter_of_its_own_##N(uint64_t seed) {                              \
        void *environment = malloc(N);                                                                       \
        HT_ESCAPE(environment);                                                                              \
        ht_fill(environment, N, seed);                                                                       \
        return (struct closure){code_counter_##N, environment};                                              \
    } HT_ARM(counter_null_##N) {                                                                             \
        void *environment = ht_static_memory;                                                                \
        HT_ESCAPE(environment);                                                                              \
        return call(counter_in_##N(environment, seed));                                                      \
    }                                                                                                        \
    HT_ARM(counter_stack_##N) {                                                                              \
        uint64_t mine[N / 8];                                                                                \
        void *environment = mine;                                                                            \
        HT_ESCAPE(environment);                                                                              \
        return call(counter_in_##N(environment, seed));                                                      \
    }                                                                                                        \
    HT_ARM(counter_heap_##N) {                                                                               \
        struct closure made = counter_of_its_own_##N(seed);                                                  \
        uint64_t read = call(made);                                                                          \
        free(made.environment);                                                                              \
        return read;                                                                                         \
    }

/* call_many: made once, called CALLS times: how soon is the allocation paid off? */
#define CALL_TIMES(CLOSURE, CALLS)                                                                           \
    uint64_t read = 0;                                                                                       \
    for (unsigned i = 0; i < CALLS; i++)                                                                     \
    read += call(CLOSURE)

#define CALL_MANY(N, CALLS)                                                                                  \
    HT_ARM(call_many_null_##N##_##CALLS) {                                                                   \
        void *environment = ht_static_memory;                                                                \
        HT_ESCAPE(environment);                                                                              \
        struct closure made = capture_##N(environment, seed);                                                \
        CALL_TIMES(made, CALLS);                                                                             \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(call_many_stack_##N##_##CALLS) {                                                                  \
        uint64_t mine[N / 8];                                                                                \
        void *environment = mine;                                                                            \
        HT_ESCAPE(environment);                                                                              \
        struct closure made = capture_##N(environment, seed);                                                \
        CALL_TIMES(made, CALLS);                                                                             \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(call_many_heap_##N##_##CALLS) {                                                                   \
        void *environment = malloc(N);                                                                       \
        HT_ESCAPE(environment);                                                                              \
        struct closure made = capture_##N(environment, seed);                                                \
        CALL_TIMES(made, CALLS);                                                                             \
        free(made.environment);                                                                              \
        return read;                                                                                         \
    }

#define CAPTURES(N) BY_VALUE(N) BY_REFERENCE(N) COUNTER(N) CALL_MANY(N, 1) CALL_MANY(N, 10) CALL_MANY(N, 1000)
CAPTURES(8)
CAPTURES(32)
CAPTURES(128)

#define BY_VALUE_SAYS(N)                                                                                     \
    "A closure that copied " #N " bytes is called once; environment in the frame or malloc'd."
#define BY_VALUE_CASE(N, PROFILE)                                                                            \
    HT_CASE("by_value", #N, "", N, N, PROFILE, BY_VALUE_SAYS(N), HT_PAIR(by_value, N, 1, N))
#define BY_VALUE_DEPENDENT(N, PROFILE)                                                                       \
    HT_CASE("by_value", #N "/dependent", HT_DEPENDENT, N, N, PROFILE,                                        \
            BY_VALUE_SAYS(N) HT_EACH_NEEDS_THE_LAST, HT_PAIR(by_value, N##_dependent, 1, N))
#define BY_REFERENCE_SAYS(N)                                                                                 \
    "A closure refers to a " #N "-byte variable: both in the frame, or two malloc'd blocks."
#define BY_REFERENCE_CASE(N, PROFILE)                                                                        \
    HT_CASE("by_reference", #N, "", N, N, PROFILE, BY_REFERENCE_SAYS(N),                                     \
            HT_PAIR(by_reference, N, 2, N + sizeof(struct reference)))
#define BY_REFERENCE_DEPENDENT(N, PROFILE)                                                                   \
    HT_CASE("by_reference", #N "/dependent", HT_DEPENDENT, N, N, PROFILE,                                    \
            BY_REFERENCE_SAYS(N) HT_EACH_NEEDS_THE_LAST,                                                     \
            HT_PAIR(by_reference, N##_dependent, 2, N + sizeof(struct reference)))
#define COUNTER_SAYS(N)                                                                                      \
    "A function returns a counting closure of " #N " bytes: lent by the caller, or malloc'd."
#define COUNTER_CASE(N, PROFILE)                                                                             \
    HT_CASE("counter", #N, "", N, N, PROFILE, COUNTER_SAYS(N), HT_PAIR(counter, N, 1, N))
#define COUNTER_DEPENDENT(N, PROFILE)                                                                        \
    HT_CASE("counter", #N "/dependent", HT_DEPENDENT, N, N, PROFILE, COUNTER_SAYS(N) HT_EACH_NEEDS_THE_LAST, \
            HT_PAIR(counter, N##_dependent, 1, N))
#define CALL_MANY_CASE(N, CALLS, PROFILE)                                                                    \
    HT_CASE("call_many", #N "/calls" #CALLS, "calls=" #CALLS, N, N, PROFILE,                                 \
            "A closure over " #N " bytes is made once and called " #CALLS " time(s), all one operation.",    \
            HT_PAIR(call_many, N##_##CALLS, 1, N))

HT_SCENARIO(captured_closure, "What does it cost when a closure outlives the call that made it?",
            BY_VALUE_CASE(8, HT_QUICK), BY_VALUE_CASE(32, HT_SMOKE), BY_VALUE_CASE(128, HT_QUICK),
            BY_VALUE_DEPENDENT(32, HT_QUICK), BY_REFERENCE_CASE(8, HT_FULL), BY_REFERENCE_CASE(32, HT_SMOKE),
            BY_REFERENCE_CASE(128, HT_FULL), BY_REFERENCE_DEPENDENT(32, HT_FULL), COUNTER_CASE(8, HT_FULL),
            COUNTER_CASE(32, HT_SMOKE), COUNTER_CASE(128, HT_FULL), COUNTER_DEPENDENT(32, HT_FULL),
            CALL_MANY_CASE(8, 1, HT_FULL), CALL_MANY_CASE(8, 10, HT_FULL), CALL_MANY_CASE(8, 1000, HT_FULL),
            CALL_MANY_CASE(32, 1, HT_QUICK), CALL_MANY_CASE(32, 10, HT_SMOKE),
            CALL_MANY_CASE(32, 1000, HT_QUICK), CALL_MANY_CASE(128, 1, HT_FULL),
            CALL_MANY_CASE(128, 10, HT_FULL), CALL_MANY_CASE(128, 1000, HT_FULL));
