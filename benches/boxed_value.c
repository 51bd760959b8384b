/*
 * boxed_value: what does it cost to box a value so that anything can be passed?
 *
 * A boxed value is a pair of words, as a Go interface: a pointer to its type and
 * a pointer to its data. The data lies in the caller's frame, in a block of its
 * own, or (a single word) in the handle itself.
 */
#include "bench.h"

#include <stdarg.h>
#include <stdlib.h>

struct type {
    uint64_t (*read)(const void *data);
};

struct any {
    const struct type *type; /* NULL: `data` is no pointer but the value, tagged */
    void *data;
};

static HT_NOINLINE uint64_t read_8(const void *data) {
    return ht_consume(data, 8);
}
static HT_NOINLINE uint64_t read_16(const void *data) {
    return ht_consume(data, 16);
}
static HT_NOINLINE uint64_t read_64(const void *data) {
    return ht_consume(data, 64);
}
static const struct type type_8 = {read_8};
static const struct type type_16 = {read_16};
static const struct type type_64 = {read_64};

/* The one consumer of every arm here: it cannot know where the data lies. */
static HT_NOINLINE uint64_t consume_any(struct any value) {
    if (!value.type) {
        uint64_t word = (uint64_t)(uintptr_t)value.data >> 1;
        return ht_consume(&word, 8);
    }
    return value.type->read(value.data);
}


/* interface: one value of N bytes is boxed and passed on. */
#define INTERFACE(N)                                                                                         \
    HT_ARM(interface_null_##N) {                                                                             \
        void *data = ht_static_memory;                                                                       \
        HT_ESCAPE(data);                                                                                     \
        ht_fill(data, N, seed);                                                                              \
        return consume_any((struct any){&type_##N, data});                                                   \
    }                                                                                                        \
    HT_ARM(interface_stack_##N) {                                                                            \
        uint64_t mine[N / 8];                                                                                \
        void *data = mine;                                                                                   \
        HT_ESCAPE(data);                                                                                     \
        ht_fill(data, N, seed);                                                                              \
        return consume_any((struct any){&type_##N, data});                                                   \
    }                                                                                                        \
    HT_ARM(interface_heap_##N) {                                                                             \
        void *data = malloc(N);                                                                              \
        HT_ESCAPE(data);                                                                                     \
        ht_fill(data, N, seed);                                                                              \
        uint64_t read = consume_any((struct any){&type_##N, data});                                          \
        free(data);                                                                                          \
        return read;                                                                                         \
    }

INTERFACE(8)
INTERFACE(16)
INTERFACE(64)

/* The value is made in memory as in the other arms, then carried in the handle: shifted, the low bit its tag.
 */
HT_ARM(interface_inline_8) {
    uint64_t made;
    void *data = &made;
    HT_ESCAPE(data);
    ht_fill(data, 8, seed);
    return consume_any((struct any){NULL, (void *)(uintptr_t)(made << 1 | 1)});
}


/* small_int: integers below 256 are boxed for free, from a static table, as Go does. */
static uint64_t small_ints[256];

/* Unpredictable integers in [base, base + mask], without a branch, so that only the boxing itself can
 * mispredict. */
static inline uint64_t next_int(uint64_t seed, uint64_t mask, uint64_t base) {
    return (ht_mixed(seed) >> 40 & mask) + base;
}


static HT_NOINLINE void *box_int(uint64_t value) {
    void *data = &small_ints[value & 255];
    if (value >= 256)
        data = malloc(8);
    HT_ESCAPE(data);
    ht_fill(data, 8, value);
    return data;
}


static HT_NOINLINE void unbox_int(void *data) {
    if ((uintptr_t)data - (uintptr_t)small_ints >= sizeof small_ints)
        free(data);
}


#define SMALL_INT(HIT, MASK, BASE)                                                                           \
    static struct ht_allocation small_int_boxes_##HIT(uint64_t seed) {                                       \
        uint64_t boxed = next_int(seed, MASK, BASE) > 255;                                                   \
        return (struct ht_allocation){boxed, 8 * boxed};                                                     \
    } HT_ARM(small_int_null_##HIT) {                                                                         \
        void *data = ht_static_memory;                                                                       \
        HT_ESCAPE(data);                                                                                     \
        ht_fill(data, 8, next_int(seed, MASK, BASE));                                                        \
        return consume_any((struct any){&type_8, data});                                                     \
    }                                                                                                        \
    HT_ARM(small_int_stack_##HIT) {                                                                          \
        uint64_t mine;                                                                                       \
        void *data = &mine;                                                                                  \
        HT_ESCAPE(data);                                                                                     \
        ht_fill(data, 8, next_int(seed, MASK, BASE));                                                        \
        return consume_any((struct any){&type_8, data});                                                     \
    }                                                                                                        \
    HT_ARM(small_int_heap_##HIT) {                                                                           \
        void *data = box_int(next_int(seed, MASK, BASE));                                                    \
        uint64_t read = consume_any((struct any){&type_8, data});                                            \
        unbox_int(data);                                                                                     \
        return read;                                                                                         \
    }

SMALL_INT(0, 255u, 256u)
SMALL_INT(50, 511u, 0u)
SMALL_INT(100, 255u, 0u)

/* variadic: k boxed arguments to one call, the C cousin of printing any value. */
static HT_NOINLINE uint64_t consume_all(unsigned count, ...) {
    va_list values;
    uint64_t sum = 0;
    va_start(values, count);
    for (unsigned i = 0; i < count; i++)
        sum += consume_any(va_arg(values, struct any));
    va_end(values);
    return sum;
}


/* clang-format off */
#define EACH_1(X) X(0)
#define EACH_4(X) X(0), X(1), X(2), X(3)
#define EACH_16(X) EACH_4(X), X(4), X(5), X(6), X(7), X(8), X(9), X(10), X(11), X(12), X(13), X(14), X(15)
/* clang-format on */
#define BOXED(I)                                                                                             \
    (struct any) {                                                                                           \
        &type_8, data[I]                                                                                     \
    }
#define VARIADIC(K)                                                                                          \
    HT_ARM(variadic_null_##K) {                                                                              \
        void *data[K];                                                                                       \
        for (unsigned i = 0; i < K; i++) {                                                                   \
            data[i] = ht_static_memory + 64 * i;                                                             \
            HT_ESCAPE(data[i]);                                                                              \
            ht_fill(data[i], 8, seed + i);                                                                   \
        }                                                                                                    \
        return consume_all(K, EACH_##K(BOXED));                                                              \
    }                                                                                                        \
    HT_ARM(variadic_stack_##K) {                                                                             \
        uint64_t mine[K];                                                                                    \
        void *data[K];                                                                                       \
        for (unsigned i = 0; i < K; i++) {                                                                   \
            data[i] = &mine[i];                                                                              \
            HT_ESCAPE(data[i]);                                                                              \
            ht_fill(data[i], 8, seed + i);                                                                   \
        }                                                                                                    \
        return consume_all(K, EACH_##K(BOXED));                                                              \
    }                                                                                                        \
    HT_ARM(variadic_heap_##K) {                                                                              \
        void *data[K];                                                                                       \
        for (unsigned i = 0; i < K; i++) {                                                                   \
            data[i] = malloc(8);                                                                             \
            HT_ESCAPE(data[i]);                                                                              \
            ht_fill(data[i], 8, seed + i);                                                                   \
        }                                                                                                    \
        uint64_t read = consume_all(K, EACH_##K(BOXED));                                                     \
        for (unsigned i = 0; i < K; i++)                                                                     \
            free(data[i]);                                                                                   \
        return read;                                                                                         \
    }

VARIADIC(1)
VARIADIC(4)
VARIADIC(16)

#define INTERFACE_CASE(N, PROFILE, ...)                                                                      \
    HT_CASE("interface", #N, "", N, N, PROFILE,                                                              \
            "A value of " #N " bytes is passed as a (type, data) pair; its data in the frame or malloc'd.",  \
            HT_PAIR(interface, N, 1, N), ##__VA_ARGS__)
#define INTERFACE_DEPENDENT(N, PROFILE)                                                                      \
    HT_CASE("interface", #N "/dependent", HT_DEPENDENT, N, N, PROFILE,                                       \
            "A value of " #N " bytes is passed as a (type, data) pair." HT_EACH_NEEDS_THE_LAST,              \
            HT_PAIR(interface, N##_dependent, 1, N))
#define SMALL_INT_CASE(HIT, PROFILE)                                                                         \
    HT_CASE("small_int", "hit" #HIT, "hit_percent=" #HIT, 8, 8, PROFILE,                                     \
            "Integers are boxed, " #HIT " % of them from a static table of 256, the others malloc'd.",       \
            HT_EXTRA(NULL, small_int_null_##HIT), HT_EXTRA(STACK, small_int_stack_##HIT),                    \
            HT_ALLOCATES_BY(HEAP, small_int_heap_##HIT, small_int_boxes_##HIT))
#define VARIADIC_CASE(K, PROFILE)                                                                            \
    HT_CASE("variadic", "k" #K, "arguments=" #K, 8 * K, 24 * K, PROFILE,                                     \
            #K " boxed 8-byte argument(s) go to one variadic call, boxes in the frame or malloc'd.",         \
            HT_PAIR(variadic, K, K, 8 * K))

HT_SCENARIO(boxed_value, "What does it cost to box a value so that anything can be passed?",
            INTERFACE_CASE(8, HT_SMOKE, HT_EXTRA(INLINE, interface_inline_8)), INTERFACE_CASE(16, HT_FULL),
            INTERFACE_CASE(64, HT_QUICK), INTERFACE_DEPENDENT(8, HT_FULL), INTERFACE_DEPENDENT(64, HT_QUICK),
            SMALL_INT_CASE(0, HT_QUICK), SMALL_INT_CASE(50, HT_SMOKE), SMALL_INT_CASE(100, HT_QUICK),
            VARIADIC_CASE(1, HT_QUICK), VARIADIC_CASE(4, HT_SMOKE), VARIADIC_CASE(16, HT_QUICK));
