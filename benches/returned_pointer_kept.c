/*
 * returned_pointer, continued: what if many results are kept, and what about strings?
 *
 * One result that is freed at once finds its block again in the allocator's
 * innermost cache. Here the caller keeps a number of them before it lets them go,
 * in the order in which they came, the other way round, or at random.
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

/* retained: COUNT results of 64 bytes are made, then read and let go. */
#define RESULT_BYTES 64
#define MOST_RESULTS 1024

struct result {
    uint64_t words[RESULT_BYTES / 8];
};

/* Which result goes first, second, …; made by the preparation, a table in every order so that all walk alike.
 */
static uint16_t goes[MOST_RESULTS];

static HT_NOINLINE void *null_result(uint64_t seed, unsigned index) {
    void *result = ht_static_memory + index * RESULT_BYTES;
    HT_ESCAPE(result);
    ht_fill(result, RESULT_BYTES, seed);
    return result;
}


static HT_NOINLINE struct result value_result(uint64_t seed) {
    struct result made;
    void *result = &made;
    HT_ESCAPE(result);
    ht_fill(result, RESULT_BYTES, seed);
    return made;
}


static HT_NOINLINE void *pointer_result(uint64_t seed) {
    void *result = malloc(RESULT_BYTES);
    HT_ESCAPE(result);
    ht_fill(result, RESULT_BYTES, seed);
    return result;
}


#define RETAINED(COUNT)                                                                                      \
    HT_ARM(retained_null_##COUNT) {                                                                          \
        void *kept[COUNT];                                                                                   \
        uint64_t read = 0;                                                                                   \
        for (unsigned i = 0; i < COUNT; i++)                                                                 \
            kept[i] = null_result(seed + i, i);                                                              \
        for (unsigned i = 0; i < COUNT; i++)                                                                 \
            read += ht_consume(kept[goes[i]], RESULT_BYTES);                                                 \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(retained_stack_##COUNT) {                                                                         \
        struct result mine[COUNT];                                                                           \
        struct result *kept = mine;                                                                          \
        uint64_t read = 0;                                                                                   \
        HT_ESCAPE(kept);                                                                                     \
        for (unsigned i = 0; i < COUNT; i++)                                                                 \
            kept[i] = value_result(seed + i);                                                                \
        for (unsigned i = 0; i < COUNT; i++)                                                                 \
            read += ht_consume(&kept[goes[i]], RESULT_BYTES);                                                \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(retained_heap_##COUNT) {                                                                          \
        void *kept[COUNT];                                                                                   \
        uint64_t read = 0;                                                                                   \
        for (unsigned i = 0; i < COUNT; i++)                                                                 \
            kept[i] = pointer_result(seed + i);                                                              \
        for (unsigned i = 0; i < COUNT; i++) {                                                               \
            read += ht_consume(kept[goes[i]], RESULT_BYTES);                                                 \
            free(kept[goes[i]]);                                                                             \
        }                                                                                                    \
        return read;                                                                                         \
    }                                                                                                        \
    static const char *in_order_##COUNT(void) {                                                              \
        for (unsigned i = 0; i < COUNT; i++)                                                                 \
            goes[i] = (uint16_t)i;                                                                           \
        return NULL;                                                                                         \
    }                                                                                                        \
    static const char *reversed_##COUNT(void) {                                                              \
        for (unsigned i = 0; i < COUNT; i++)                                                                 \
            goes[i] = (uint16_t)(COUNT - 1 - i);                                                             \
        return NULL;                                                                                         \
    }                                                                                                        \
    static const char *random_##COUNT(void) {                                                                \
        in_order_##COUNT();                                                                                  \
        ht_shuffle(goes, COUNT);                                                                             \
        return NULL;                                                                                         \
    }                                                                                                        \
    static const struct ht_preparation prepare_in_order_##COUNT = {in_order_##COUNT, 0};                     \
    static const struct ht_preparation prepare_reversed_##COUNT = {reversed_##COUNT, 0};                     \
    static const struct ht_preparation prepare_random_##COUNT = {random_##COUNT, 0};

RETAINED(4)
RETAINED(64)
RETAINED(1024)

/* string: a text of N - 1 characters is copied to who asked for it. Copying reads ahead in steps as wide as a
 * vector, over what would have been written a moment ago; so the texts lie ready. */
#define TEXTS 16
static char texts[TEXTS][256];

#define STRING(N)                                                                                            \
    static const char *write_texts_##N(void) {                                                               \
        for (unsigned i = 0; i < TEXTS; i++) {                                                               \
            memset(texts[i], 'a' + (int)i, N - 1);                                                           \
            texts[i][N - 1] = '\0';                                                                          \
        }                                                                                                    \
        return NULL;                                                                                         \
    }                                                                                                        \
    static const struct ht_preparation prepare_texts_##N = {write_texts_##N, 0};                             \
    static HT_NOINLINE char *copy_to_##N(char *lent, uint64_t seed) {                                        \
        const char *text = texts[seed % TEXTS];                                                              \
        HT_ESCAPE(text);                                                                                     \
        return strcpy(lent, text);                                                                           \
    }                                                                                                        \
    static HT_NOINLINE char *copy_of_##N(uint64_t seed) {                                                    \
        const char *text = texts[seed % TEXTS];                                                              \
        HT_ESCAPE(text);                                                                                     \
        return strdup(text);                                                                                 \
    }                                                                                                        \
    HT_ARM(string_null_##N) {                                                                                \
        char *lent = (char *)ht_static_memory;                                                               \
        HT_ESCAPE(lent);                                                                                     \
        return ht_consume(copy_to_##N(lent, seed), N);                                                       \
    }                                                                                                        \
    HT_ARM(string_stack_##N) {                                                                               \
        char mine[N];                                                                                        \
        char *lent = mine;                                                                                   \
        HT_ESCAPE(lent);                                                                                     \
        return ht_consume(copy_to_##N(lent, seed), N);                                                       \
    }                                                                                                        \
    HT_ARM(string_heap_##N) {                                                                                \
        char *copy = copy_of_##N(seed);                                                                      \
        uint64_t read = ht_consume(copy, N);                                                                 \
        free(copy);                                                                                          \
        return read;                                                                                         \
    }

STRING(8)
STRING(64)
STRING(256)

#define RETAINED_CASE(COUNT, ORDER, PROFILE)                                                                 \
    HT_CASE_PREPARED("retained", "64/n" #COUNT "/" #ORDER, "results=" #COUNT ";order=" #ORDER,               \
                     RESULT_BYTES *COUNT, (RESULT_BYTES + 8) * COUNT, PROFILE, &prepare_##ORDER##_##COUNT,   \
                     #COUNT " results of 64 bytes are kept, in an array or malloc'd, and go " #ORDER ".",    \
                     HT_PAIR(retained, COUNT, COUNT, RESULT_BYTES * COUNT))
#define RETAINED_CASES(COUNT, IN_ORDER, REVERSED, RANDOM)                                                    \
    RETAINED_CASE(COUNT, in_order, IN_ORDER), RETAINED_CASE(COUNT, reversed, REVERSED),                      \
        RETAINED_CASE(COUNT, random, RANDOM)
#define STRING_CASE(N, PROFILE)                                                                              \
    HT_CASE_PREPARED("string", #N, "", N, N, PROFILE, &prepare_texts_##N,                                    \
                     "A string of " #N                                                                       \
                     " bytes with its end is copied into the caller's buffer or strdup'd.",                  \
                     HT_PAIR(string, N, 1, N))
#define STRING_DEPENDENT(N, PROFILE)                                                                         \
    HT_CASE_PREPARED("string", #N "/dependent", HT_DEPENDENT, N, N, PROFILE, &prepare_texts_##N,             \
                     "A string of " #N                                                                       \
                     " bytes is copied into the caller's buffer or strdup'd." HT_EACH_NEEDS_THE_LAST,        \
                     HT_PAIR(string, N##_dependent, 1, N))

HT_SCENARIO(returned_pointer, NULL, RETAINED_CASES(4, HT_FULL, HT_FULL, HT_FULL),
            RETAINED_CASES(64, HT_QUICK, HT_QUICK, HT_SMOKE),
            RETAINED_CASES(1024, HT_FULL, HT_FULL, HT_QUICK), STRING_CASE(8, HT_QUICK),
            STRING_CASE(64, HT_SMOKE), STRING_CASE(256, HT_QUICK), STRING_DEPENDENT(64, HT_FULL));
