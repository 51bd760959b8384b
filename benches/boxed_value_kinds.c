/*
 * boxed_value, continued: other ways to box, and what the boxes cost once they are there.
 *
 * An array of boxes against an array of tagged values; a double in its own bits
 * against one behind a pointer; a box that counts who holds it.
 */
#include "bench.h"

#include <stdbool.h>
#include <stdlib.h>

/* -- array: N numbers are put into an array in which anything can lie, then added up. */

struct any {
    uint64_t boxed; /* 0: `value` is the number itself; 1: where it is */
    uint64_t value;
};

#define MOST_NUMBERS 32768
#define NUMBERS ((uint64_t *)ht_static_memory) /* what is put in: filled anew by every operation */
#define STATIC_ARRAY ((struct any *)(ht_static_memory + MOST_NUMBERS * sizeof(uint64_t)))

/* The heap arm's boxes, taken before anything is timed: what is measured is the way to them. */
static uint64_t *boxes[MOST_NUMBERS];

static HT_NOINLINE void put_values(struct any *array, size_t count) {
    const uint64_t *numbers = NUMBERS;
    for (size_t i = 0; i < count; i++)
        array[i] = (struct any){0, numbers[i]};
}


static HT_NOINLINE void put_boxes(struct any *array, size_t count) {
    const uint64_t *numbers = NUMBERS;
    for (size_t i = 0; i < count; i++) {
        uint64_t *box = boxes[i];
        *box = numbers[i];
        array[i] = (struct any){1, (uint64_t)(uintptr_t)box};
    }
}


/* The one consumer: it has to ask of each. */
static HT_NOINLINE uint64_t add_up(const struct any *array, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (array[i].boxed)
            sum += *(const uint64_t *)(uintptr_t)array[i].value;
        else
            sum += array[i].value;
    }
    return sum;
}


static void take_boxes(size_t count) {
    for (size_t i = 0; i < count; i++)
        boxes[i] = malloc(sizeof *boxes[i]);
}


/* Boxes next to each other in the array are so in memory, or anywhere. */
static void shuffle_boxes(size_t count) {
    static uint16_t order[MOST_NUMBERS];
    static uint64_t *shuffled[MOST_NUMBERS];
    for (size_t i = 0; i < count; i++)
        order[i] = (uint16_t)i;
    ht_shuffle(order, count);
    for (size_t i = 0; i < count; i++)
        shuffled[i] = boxes[order[i]];
    for (size_t i = 0; i < count; i++)
        boxes[i] = shuffled[i];
}


#define ARRAY(N)                                                                                             \
    static const char *sequential_##N(void) {                                                                \
        take_boxes(N);                                                                                       \
        return NULL;                                                                                         \
    }                                                                                                        \
    static const char *shuffled_##N(void) {                                                                  \
        take_boxes(N);                                                                                       \
        shuffle_boxes(N);                                                                                    \
        return NULL;                                                                                         \
    }                                                                                                        \
    static const struct ht_preparation prepare_sequential_##N = {sequential_##N, N};                         \
    static const struct ht_preparation prepare_shuffled_##N = {shuffled_##N, N};                             \
    HT_ARM(array_null_##N) {                                                                                 \
        struct any *array = STATIC_ARRAY;                                                                    \
        HT_ESCAPE(array);                                                                                    \
        ht_fill(NUMBERS, 8 * N, seed);                                                                       \
        put_values(array, N);                                                                                \
        return add_up(array, N);                                                                             \
    }                                                                                                        \
    HT_ARM(array_stack_##N) {                                                                                \
        struct any mine[N];                                                                                  \
        struct any *array = mine;                                                                            \
        HT_ESCAPE(array);                                                                                    \
        ht_fill(NUMBERS, 8 * N, seed);                                                                       \
        put_values(array, N);                                                                                \
        return add_up(array, N);                                                                             \
    }                                                                                                        \
    HT_ARM(array_heap_##N) {                                                                                 \
        struct any mine[N];                                                                                  \
        struct any *array = mine;                                                                            \
        HT_ESCAPE(array);                                                                                    \
        ht_fill(NUMBERS, 8 * N, seed);                                                                       \
        put_boxes(array, N);                                                                                 \
        return add_up(array, N);                                                                             \
    }

ARRAY(16)
ARRAY(256)
ARRAY(4096)
ARRAY(32768)

/* -- nan_box: a word is a double, or, where its upper bits say so, the address of one. */

#define IS_BOXED ((uint64_t)0xfff8 << 48) /* a NaN that no calculation returns */
#define ADDRESS (((uint64_t)1 << 48) - 1)

static HT_NOINLINE uint64_t consume_word(uint64_t word) {
    if (word >> 48 == IS_BOXED >> 48)
        return ht_consume((const void *)(uintptr_t)(word & ADDRESS), 8);
    return ht_consume(&word, 8);
}


static inline uint64_t boxed_at(const void *data) {
    return IS_BOXED | (uint64_t)(uintptr_t)data;
}


/* The bits of a double that is no NaN. */
static inline uint64_t double_of(uint64_t seed) {
    union {
        double number;
        uint64_t bits;
    } both = {.number = (double)(int64_t)(seed & 0xffffffff)};
    return both.bits;
}


HT_ARM(nan_box_null) {
    void *data = ht_static_memory;
    HT_ESCAPE(data);
    ht_fill(data, 8, double_of(seed));
    return consume_word(boxed_at(data));
}
HT_ARM(nan_box_stack) {
    uint64_t mine;
    void *data = &mine;
    HT_ESCAPE(data);
    ht_fill(data, 8, double_of(seed));
    return consume_word(boxed_at(data));
}
HT_ARM(nan_box_heap) {
    void *data = malloc(8);
    HT_ESCAPE(data);
    ht_fill(data, 8, double_of(seed));
    uint64_t read = consume_word(boxed_at(data));
    free(data);
    return read;
}
HT_ARM(nan_box_inline) {
    uint64_t made;
    void *data = &made;
    HT_ESCAPE(data);
    ht_fill(data, 8, double_of(seed));
    return consume_word(made);
}

/* -- refcounted: the box counts who holds it; a callee takes a share and gives it back. */

#define RETAIN_none(COUNT) ((void)(COUNT))
#define RELEASE_none(COUNT) ((void)(COUNT), true)
#define RETAIN_plain(COUNT) ((void)++*(COUNT))
#define RELEASE_plain(COUNT) (--*(COUNT) == 0)
#define RETAIN_atomic(COUNT) ((void)__atomic_add_fetch(COUNT, 1, __ATOMIC_RELAXED))
#define RELEASE_atomic(COUNT) (__atomic_sub_fetch(COUNT, 1, __ATOMIC_ACQ_REL) == 0)

#define REFCOUNTED(N, HOW)                                                                                   \
    struct counted_##N##_##HOW {                                                                             \
        uint64_t holders;                                                                                    \
        uint64_t value[N / 8];                                                                               \
    };                                                                                                       \
    static HT_NOINLINE void make_##N##_##HOW(struct counted_##N##_##HOW *box, uint64_t seed) {               \
        box->holders = 1;                                                                                    \
        ht_fill(box->value, N, seed);                                                                        \
    }                                                                                                        \
    static HT_NOINLINE uint64_t share_##N##_##HOW(struct counted_##N##_##HOW *box) {                         \
        RETAIN_##HOW(&box->holders);                                                                         \
        uint64_t read = ht_consume(box->value, N);                                                           \
        bool last = RELEASE_##HOW(&box->holders);                                                            \
        HT_OPAQUE(last);                                                                                     \
        return read;                                                                                         \
    }                                                                                                        \
    static HT_NOINLINE bool let_go_##N##_##HOW(struct counted_##N##_##HOW *box) {                            \
        HT_ESCAPE(box);                                                                                      \
        return RELEASE_##HOW(&box->holders);                                                                 \
    }                                                                                                        \
    HT_ARM(refcounted_null_##N##_##HOW) {                                                                    \
        struct counted_##N##_##HOW *box = (void *)ht_static_memory;                                          \
        HT_ESCAPE(box);                                                                                      \
        make_##N##_##HOW(box, seed);                                                                         \
        uint64_t read = share_##N##_##HOW(box);                                                              \
        return let_go_##N##_##HOW(box) ? read : 0;                                                           \
    }                                                                                                        \
    HT_ARM(refcounted_stack_##N##_##HOW) {                                                                   \
        struct counted_##N##_##HOW mine;                                                                     \
        struct counted_##N##_##HOW *box = &mine;                                                             \
        HT_ESCAPE(box);                                                                                      \
        make_##N##_##HOW(box, seed);                                                                         \
        uint64_t read = share_##N##_##HOW(box);                                                              \
        return let_go_##N##_##HOW(box) ? read : 0;                                                           \
    }                                                                                                        \
    HT_ARM(refcounted_heap_##N##_##HOW) {                                                                    \
        struct counted_##N##_##HOW *box = malloc(sizeof *box);                                               \
        HT_ESCAPE(box);                                                                                      \
        make_##N##_##HOW(box, seed);                                                                         \
        uint64_t read = share_##N##_##HOW(box);                                                              \
        if (!let_go_##N##_##HOW(box))                                                                        \
            return 0;                                                                                        \
        free(box);                                                                                           \
        return read;                                                                                         \
    }

REFCOUNTED(16, none)
REFCOUNTED(16, plain)
REFCOUNTED(16, atomic)
REFCOUNTED(64, none)
REFCOUNTED(64, plain)
REFCOUNTED(64, atomic)

#define ARRAY_CASE(N, ORDER, PROFILE)                                                                        \
    HT_CASE_PREPARED("array", "n" #N "/" #ORDER, "values=" #N ";order=" #ORDER ";allocated=before", 16 * N,  \
                     16 * N, PROFILE, &prepare_##ORDER##_##N,                                                \
                     #N " numbers are put into an array and added up: tagged values, or pointers to boxes "  \
                        "that lie " #ORDER ".",                                                              \
                     HT_PAIR(array, N, 0, 0))
#define NAN_BOX_CASE(POINT, PARAMS, FORM, PROFILE, END)                                                      \
    HT_CASE(                                                                                                 \
        "nan_box", POINT, PARAMS, 8, 8, PROFILE,                                                             \
        "A double passes as its own bits (inline), or as the address of one in the frame or malloc'd." END,  \
        HT_EXTRA(NULL, nan_box_null##FORM), HT_EXTRA(STACK, nan_box_stack##FORM),                            \
        HT_ALLOCATES(HEAP, nan_box_heap##FORM, 1, 8), HT_EXTRA(INLINE, nan_box_inline##FORM))
#define REFCOUNTED_SAYS(N, HOW)                                                                              \
    "A box of " #N " bytes is shared once and given back, in the frame or malloc'd; its count: " #HOW "."
#define REFCOUNTED_CASE(N, HOW, PROFILE)                                                                     \
    HT_CASE("refcounted", #N "/" #HOW, "count=" #HOW, N, N + 8, PROFILE, REFCOUNTED_SAYS(N, HOW),            \
            HT_PAIR(refcounted, N##_##HOW, 1, N + 8))
#define REFCOUNTED_DEPENDENT(N, HOW, PROFILE)                                                                \
    HT_CASE("refcounted", #N "/" #HOW "/dependent", "count=" #HOW ";" HT_DEPENDENT, N, N + 8, PROFILE,       \
            REFCOUNTED_SAYS(N, HOW) HT_EACH_NEEDS_THE_LAST,                                                  \
            HT_PAIR(refcounted, N##_##HOW##_dependent, 1, N + 8))

HT_SCENARIO(boxed_value, NULL, ARRAY_CASE(16, sequential, HT_FULL), ARRAY_CASE(16, shuffled, HT_FULL),
            ARRAY_CASE(256, sequential, HT_QUICK), ARRAY_CASE(256, shuffled, HT_SMOKE),
            ARRAY_CASE(4096, sequential, HT_QUICK), ARRAY_CASE(4096, shuffled, HT_QUICK),
            ARRAY_CASE(32768, sequential, HT_FULL), ARRAY_CASE(32768, shuffled, HT_FULL),
            NAN_BOX_CASE("8", "", , HT_SMOKE, ""),
            NAN_BOX_CASE("8/dependent", HT_DEPENDENT, _dependent, HT_FULL, HT_EACH_NEEDS_THE_LAST),
            REFCOUNTED_CASE(16, none, HT_FULL), REFCOUNTED_CASE(16, plain, HT_FULL),
            REFCOUNTED_CASE(16, atomic, HT_FULL), REFCOUNTED_CASE(64, none, HT_QUICK),
            REFCOUNTED_CASE(64, plain, HT_SMOKE), REFCOUNTED_CASE(64, atomic, HT_QUICK),
            REFCOUNTED_DEPENDENT(64, none, HT_FULL), REFCOUNTED_DEPENDENT(64, plain, HT_FULL),
            REFCOUNTED_DEPENDENT(64, atomic, HT_FULL));
