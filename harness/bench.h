/*
 * bench.h: the vocabulary of a bench file, and all that a bench file may use.
 *
 * A bench file asks one question ("what does it cost to return a pointer
 * instead of a value?") and answers it with cases. A case is one piece of work
 * done several times over, each time with its memory somewhere else: those are
 * its arms. Here are the words to write arms and cases with, and the barriers
 * that keep the compiler from removing one side of a pair.
 *
 * No timing, no I/O, no statistics: those live elsewhere in harness/.
 */
#ifndef HEAPTOLL_BENCH_H
#define HEAPTOLL_BENCH_H

#include <stddef.h>
#include <stdint.h>

/* -- Barriers ------------------------------------------------------------ */

/* HEAPTOLL_NO_BARRIERS compiles all of them out, and shows the compiler the shared work: the build that must
 * be caught cheating. */

/* A function the compiler may neither inline nor look into from its callers. */
#if defined(HEAPTOLL_NO_BARRIERS)
#define HT_NOINLINE
#elif defined(__clang__)
#define HT_NOINLINE __attribute__((noinline))
#else
#define HT_NOINLINE __attribute__((noipa))
#endif

/* Known to lie in this program, so that calls to it are plain calls. Through the table that -fno-plt wants
 * they become `addr32 call`, and a loop over those ran at six times its time in a fifth of all processes (Zen
 * 5). */
#define HT_OURS __attribute__((visibility("hidden")))

#ifdef HEAPTOLL_NO_BARRIERS
#define HT_ESCAPE(pointer) ((void)(pointer))
#define HT_OPAQUE(value) ((void)(value))
#else
/* The memory behind `pointer` (an lvalue) counts as read and written by somebody
 * unknown, and the pointer itself as changed: neither the object nor any store
 * into it can vanish. */
#define HT_ESCAPE(pointer) __asm__ volatile("" : "+r"(pointer) : : "memory")
/* The compiler forgets what it knows of `value` (an integer or pointer lvalue). */
#define HT_OPAQUE(value) __asm__ volatile("" : "+r"(value))
#endif

/* -- The work every arm of a case does ----------------------------------- */

#ifdef HEAPTOLL_NO_BARRIERS
static inline void ht_fill(void *memory, size_t bytes, uint64_t seed) {
    for (size_t i = 0; i < bytes / 8; i++)
        ((uint64_t *)memory)[i] = seed;
}

static inline uint64_t ht_consume(const void *memory, size_t bytes) {
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes / 8; i++)
        sum += ((const uint64_t *)memory)[i];
    return sum;
}
#else
/* Writes `bytes` bytes (a multiple of 8) at `memory`, every word a function of `seed`. */
HT_OURS void ht_fill(void *memory, size_t bytes, uint64_t seed);

/* Reads `bytes` bytes (a multiple of 8) at `memory`; returns the sum of its words. */
HT_OURS uint64_t ht_consume(const void *memory, size_t bytes);
#endif

/* The null arms' memory: nothing is allocated, the same static bytes are used again and again. */
#define HT_STATIC_BYTES ((size_t)1 << 20)
HT_OURS extern unsigned char ht_static_memory[HT_STATIC_BYTES];

/* A number that looks drawn, the same for the same seed, without a branch; its upper bits are the better
 * ones. Multipliers: Knuth's 2^64/phi and Degski's mixer. */
static inline uint64_t ht_mixed(uint64_t seed) {
    uint64_t mixed = seed * 0x9e3779b97f4a7c15u;
    mixed ^= mixed >> 32;
    return mixed * 0xd6e8feb86659fd93u;
}


/* Puts `count` numbers into random order, the same in every process. */
HT_OURS void ht_shuffle(uint16_t *order, size_t count);

/* Stands for an arm that this build cannot have; never called. */
HT_OURS uint64_t ht_never(uint64_t operations);

/* -- Arms ---------------------------------------------------------------- */

/* Where an arm's memory lives. The order is the order in which arms are listed. */
enum ht_arm_kind {
    HT_ARM_NULL,   /* same calls, same work, no allocation: a static buffer */
    HT_ARM_STACK,  /* the caller's or callee's frame */
    HT_ARM_HEAP,   /* malloc and free */
    HT_ARM_INLINE, /* inside the handle itself, as a tagged word */
    HT_ARM_HYBRID, /* stack up to a threshold, heap above it */
    HT_ARM_ARENA,  /* bump pointer, released as a whole */
    HT_ARM_POOL,   /* fixed slots on a free list */
    HT_ARM_KINDS
};

/* Runs `operations` operations of an arm; the sum keeps every result alive. */
typedef uint64_t ht_loop_fn(uint64_t operations);

/* What an operation takes from the heap, and gives back before it ends. */
struct ht_allocation {
    uint64_t blocks, bytes; /* so many blocks, so many bytes in all of them together */
};

/* What operation number `seed` takes, where that is not always the same. */
typedef struct ht_allocation ht_declare_fn(uint64_t seed);

/* An arm, and what it says of itself: the audit counts and holds it to its word (audit.h). */
struct ht_arm {
    enum ht_arm_kind kind;
    ht_loop_fn *loop;              /* NULL: the case has no such arm */
    struct ht_allocation declared; /* every operation takes this */
    ht_declare_fn *declares;       /* or, when not NULL, each its own */
};

/*
 * HT_ARM(name) { one operation; may use `seed`, returns uint64_t }
 *
 * Defines the loop `name` over a noinline operation, so that each operation
 * opens its own frame and nothing of it can be hoisted out of the loop. The
 * core may work on several operations at once: that is their throughput.
 *
 * Defines `name_dependent` too, for the same operations on the same seeds, none
 * of which can begin before the one before it has returned: their latency. The
 * seed takes in the last result, of which an unknown mask leaves nothing.
 */
#define HT_ARM(name)                                                                                         \
    static uint64_t name##_operation(uint64_t seed);                                                         \
    static HT_NOINLINE uint64_t name(uint64_t operations) {                                                  \
        uint64_t sum = 0;                                                                                    \
        for (uint64_t seed = 0; seed < operations; seed++)                                                   \
            sum += name##_operation(seed);                                                                   \
        return sum;                                                                                          \
    }                                                                                                        \
    __attribute__((unused)) static HT_NOINLINE uint64_t name##_dependent(uint64_t operations) {              \
        uint64_t sum = 0, last = 0, nothing = 0;                                                             \
        HT_OPAQUE(nothing);                                                                                  \
        for (uint64_t i = 0; i < operations; i++) {                                                          \
            last = name##_operation(i + (last & nothing));                                                   \
            sum += last;                                                                                     \
        }                                                                                                    \
        return sum;                                                                                          \
    }                                                                                                        \
    static HT_NOINLINE uint64_t name##_operation(uint64_t seed)

/* -- Cases --------------------------------------------------------------- */

/* In which profiles a case is measured. HT_SMOKE cases are in quick too, and everything is in full. */
enum ht_profile { HT_SMOKE, HT_QUICK, HT_FULL };

#define HT_MAX_ARMS 6
#define HT_NO_SIZE SIZE_MAX

/* What a process does once before it runs a case: blocks that the arms find ready, options of the allocator.
 */
struct ht_preparation {
    const char *(*prepare)(
        void);       /* returns NULL, or why this lane cannot have the case, which is skipped then */
    uint64_t blocks; /* taken from the heap and kept; the audit counts them */
};

struct ht_case {
    const char *variant;     /* "by_value" */
    const char *point;       /* the rest of the name: "64" or "64/d8" */
    const char *params;      /* the same, spelled out: "depth=8"; empty when size_bytes says it all */
    const char *explains;    /* one sentence: what is compared with what */
    size_t size_bytes;       /* bytes of payload per operation, HT_NO_SIZE where that has no meaning */
    size_t stack_bytes;      /* the largest frame an arm of it needs, beyond a few KiB */
    enum ht_profile profile; /* the smallest profile that has it */
    const struct ht_preparation *preparation; /* NULL: none */
    const char *unavailable; /* why this build cannot have it: it is skipped, and says so; NULL: it can */
    struct ht_arm arms[HT_MAX_ARMS];
};

struct ht_scenario {
    const char *name; /* "returned_pointer" */
    const char
        *question; /* "What does it cost to return a pointer instead of a value?"; NULL: see the other file */
    const struct ht_case *cases;
    size_t case_count;
};

/* One case, from the fields of struct ht_case and its arms. */
#define HT_CASE(VARIANT, POINT, PARAMS, SIZE_BYTES, STACK_BYTES, PROFILE, EXPLAINS, ...)                     \
    HT_CASE_PREPARED(VARIANT, POINT, PARAMS, SIZE_BYTES, STACK_BYTES, PROFILE, NULL, EXPLAINS, __VA_ARGS__)
/* One that PREPARATION, a `const struct ht_preparation *`, makes ready. */
#define HT_CASE_PREPARED(VARIANT, POINT, PARAMS, SIZE_BYTES, STACK_BYTES, PROFILE, PREPARATION, EXPLAINS,    \
                         ...)                                                                                \
    {                                                                                                        \
        VARIANT, POINT, PARAMS, EXPLAINS, SIZE_BYTES, STACK_BYTES, PROFILE, PREPARATION, NULL, {             \
            __VA_ARGS__                                                                                      \
        }                                                                                                    \
    }
/* One that this build cannot have, because of WHY; listed and skipped, so that nobody misses it unawares. */
#define HT_CASE_UNAVAILABLE(VARIANT, POINT, PARAMS, SIZE_BYTES, PROFILE, EXPLAINS, WHY)                      \
    {                                                                                                        \
        VARIANT, POINT, PARAMS, EXPLAINS, SIZE_BYTES, 0, PROFILE, NULL, WHY, {                               \
            HT_EXTRA(NULL, ht_never), HT_EXTRA(STACK, ht_never), HT_EXTRA(HEAP, ht_never)                    \
        }                                                                                                    \
    }

/* The arms STEM_null_POINT, STEM_stack_POINT and STEM_heap_POINT, of which the last takes BLOCKS blocks with
 * BYTES bytes in all from the heap in every operation. */
#define HT_PAIR(STEM, POINT, BLOCKS, BYTES)                                                                  \
    HT_EXTRA(NULL, STEM##_null_##POINT), HT_EXTRA(STACK, STEM##_stack_##POINT),                              \
        HT_ALLOCATES(HEAP, STEM##_heap_##POINT, BLOCKS, BYTES)
/* One more arm: it leaves the heap alone; takes the same from it in every operation; or what DECLARES(seed)
 * says. */
#define HT_EXTRA(KIND, LOOP)                                                                                 \
    { HT_ARM_##KIND, LOOP, {0, 0}, NULL }
#define HT_ALLOCATES(KIND, LOOP, BLOCKS, BYTES)                                                              \
    { HT_ARM_##KIND, LOOP, {BLOCKS, BYTES}, NULL }
#define HT_ALLOCATES_BY(KIND, LOOP, DECLARES)                                                                \
    { HT_ARM_##KIND, LOOP, {0, 0}, DECLARES }

/* The parameter of a case whose loops are the `_dependent` ones, and how its sentence ends. */
#define HT_DEPENDENT "form=dependent"
#define HT_EACH_NEEDS_THE_LAST " Each operation needs the result of the one before."

/* HT_SCENARIO(name, question, case...): registers a bench file's cases with the worker; nothing else needs
 * to know of it. Where a scenario has several files, one of them asks the question and the others pass NULL.
 */
#define HT_SCENARIO(id, asks, ...)                                                                           \
    static const struct ht_case id##_cases[] = {__VA_ARGS__};                                                \
    static const struct ht_scenario id##_scenario = {#id, asks, id##_cases,                                  \
                                                     sizeof id##_cases / sizeof id##_cases[0]};              \
    __attribute__((used, section("ht_scenarios"))) static const struct ht_scenario *const id##_registered =  \
        &id##_scenario

#endif
