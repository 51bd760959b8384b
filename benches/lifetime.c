/*
 * lifetime: what does it cost when many values live at once, and in which order they go?
 *
 * One operation takes K blocks and fills each of them; then it reads them and
 * gives them back one by one, the last taken first (lifo), the first taken
 * first (fifo), or in an order drawn once (random). The same K pointers are kept
 * in every arm; only where a block comes from and how it goes is different.
 *
 * A heap hands out again what came back last. So its blocks, like the pool's,
 * come in another order in every operation unless they go lifo: the state that a
 * program which has run for a while is in.
 */
#include "bench.h"

#include <stdlib.h>

#define BYTES ((size_t)64)
#define MOST 4096

static inline uint64_t drawn(uint64_t number) {
    uint64_t mixed = ht_mixed(number);
    return mixed ^ mixed >> 32;
}


/* One below `bound`, which is below 2^32. */
static inline size_t drawn_below(uint64_t number, size_t bound) {
    return (size_t)((drawn(number) >> 32) * bound >> 32);
}


/* The orders. All are looked up, so that the same instructions follow each of them. */
static uint16_t forwards[MOST], backwards[MOST], shuffled[2 * MOST];
#define IN_fifo(K) forwards
#define IN_lifo(K) (backwards + MOST - (K))
#define IN_random(K) (shuffled + (K)) /* K is a power of two, so there is room for each K from K on */

__attribute__((constructor)) static void draw_orders(void) {
    for (size_t i = 0; i < MOST; i++) {
        forwards[i] = (uint16_t)i;
        backwards[i] = (uint16_t)(MOST - 1 - i);
    }
    for (size_t k = 1; k <= MOST; k *= 2)
        for (size_t i = 0; i < k; i++) { /* Fisher and Yates, inside out */
            size_t j = drawn_below(k + i, i + 1);
            IN_random(k)[i] = IN_random(k)[j];
            IN_random(k)[j] = (uint16_t)i;
        }
}


/* The arena: a bump pointer over a slab, taken back as a whole. */
static _Alignas(64) unsigned char arena_slab[MOST * BYTES * 2];
static size_t arena_used;

static inline void *arena_take(size_t bytes) {
    if (bytes > sizeof arena_slab - arena_used)
        return NULL;
    void *taken = arena_slab + arena_used;
    arena_used += bytes;
    return taken;
}


static inline void arena_reset(void) {
    arena_used = 0;
}


/* The pool: slots of one size, the free ones on a list; those that were never used come from its slab. */
struct slot {
    struct slot *next;
    unsigned char rest[BYTES - sizeof(struct slot *)];
};
static _Alignas(64) struct slot pool_slab[MOST];
static struct slot *pool_free;
static size_t pool_used;

static inline void *pool_take(void) {
    struct slot *taken = pool_free;
    if (taken)
        pool_free = taken->next;
    else if (pool_used < MOST)
        taken = &pool_slab[pool_used++];
    return taken;
}


static inline void pool_give(void *given) {
    struct slot *slot = given;
    slot->next = pool_free;
    pool_free = slot;
}


/* live: K blocks of 64 bytes. GIVE says how `block` goes, once it was read. */
#define NOTHING ((void)0)
#define BATCH(K, ORDER, TAKE, GIVE)                                                                          \
    void *blocks[K];                                                                                         \
    uint64_t read = 0;                                                                                       \
    for (size_t i = 0; i < K; i++) {                                                                         \
        blocks[i] = TAKE;                                                                                    \
        HT_ESCAPE(blocks[i]);                                                                                \
        ht_fill(blocks[i], BYTES, seed + i);                                                                 \
    }                                                                                                        \
    for (size_t i = 0; i < K; i++) {                                                                         \
        void *block = blocks[IN_##ORDER(K)[i]];                                                              \
        read += ht_consume(block, BYTES);                                                                    \
        GIVE;                                                                                                \
    }

#define LIVE(K, ORDER)                                                                                       \
    HT_ARM(live_null_##K##_##ORDER) {                                                                        \
        BATCH(K, ORDER, ht_static_memory + BYTES * i, NOTHING);                                              \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(live_stack_##K##_##ORDER) {                                                                       \
        uint64_t mine[K][BYTES / 8];                                                                         \
        BATCH(K, ORDER, mine[i], NOTHING);                                                                   \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(live_heap_##K##_##ORDER) {                                                                        \
        BATCH(K, ORDER, malloc(BYTES), free(block));                                                         \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(live_arena_##K##_##ORDER) {                                                                       \
        BATCH(K, ORDER, arena_take(BYTES), NOTHING);                                                         \
        arena_reset();                                                                                       \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(live_pool_##K##_##ORDER) {                                                                        \
        BATCH(K, ORDER, pool_take(), pool_give(block));                                                      \
        return read;                                                                                         \
    }

#define LIVE_IN_ALL_ORDERS(K) LIVE(K, lifo) LIVE(K, fifo) LIVE(K, random)
LIVE_IN_ALL_ORDERS(1)
LIVE_IN_ALL_ORDERS(4)
LIVE_IN_ALL_ORDERS(16)
LIVE_IN_ALL_ORDERS(64)
LIVE_IN_ALL_ORDERS(256)
LIVE_IN_ALL_ORDERS(1024)
LIVE_IN_ALL_ORDERS(4096)

/* mixed: every block is of another size, none known to the compiler. What programs ask for is mostly small,
 * and the large is rare (Wilson et al., Dynamic storage allocation, 1995); 80 bytes on average. Used are the
 * first 16 of each: a fill as long as the block would mispredict, and how often depends on how many
 * operations of this arm are in a slice (9.1 us in the null arm, 10.9 in the stack arm). */
#define USED ((size_t)16)
#define LARGEST ((size_t)512)
static const uint16_t mix[64] = {
    [0 ... 8] = 16,   [9 ... 14] = 24,   [15 ... 26] = 32,  [27 ... 34] = 48,  [35 ... 44] = 64,
    [45 ... 51] = 96, [52 ... 56] = 128, [57 ... 59] = 192, [60 ... 61] = 256, [62 ... 63] = LARGEST};
#define MEAN ((size_t)80)

static inline size_t mixed_bytes(uint64_t number) {
    return mix[drawn(number) >> 58];
}


#define BATCH_OF_MIXED(K, TAKE, GIVE)                                                                        \
    void *blocks[K];                                                                                         \
    uint64_t read = 0;                                                                                       \
    for (size_t i = 0; i < K; i++) {                                                                         \
        size_t bytes = mixed_bytes(K * seed + i);                                                            \
        blocks[i] = TAKE;                                                                                    \
        HT_ESCAPE(blocks[i]);                                                                                \
        ht_fill(blocks[i], USED, seed + i);                                                                  \
    }                                                                                                        \
    for (size_t i = 0; i < K; i++) {                                                                         \
        void *block = blocks[IN_random(K)[i]];                                                               \
        read += ht_consume(block, USED);                                                                     \
        GIVE;                                                                                                \
    }

#define MIXED(K)                                                                                             \
    static struct ht_allocation mixed_blocks_##K(uint64_t seed) {                                            \
        struct ht_allocation all = {K, 0};                                                                   \
        for (size_t i = 0; i < K; i++)                                                                       \
            all.bytes += mixed_bytes(K * seed + i);                                                          \
        return all;                                                                                          \
    } HT_ARM(mixed_null_##K) {                                                                               \
        unsigned char *next = ht_static_memory;                                                              \
        BATCH_OF_MIXED(K, (next += bytes) - bytes, NOTHING);                                                 \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(mixed_stack_##K) {                                                                                \
        _Alignas(16) unsigned char mine[K * LARGEST];                                                        \
        unsigned char *next = mine;                                                                          \
        BATCH_OF_MIXED(K, (next += bytes) - bytes, NOTHING);                                                 \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(mixed_heap_##K) {                                                                                 \
        BATCH_OF_MIXED(K, malloc(bytes), free(block));                                                       \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(mixed_arena_##K) {                                                                                \
        BATCH_OF_MIXED(K, arena_take(bytes), NOTHING);                                                       \
        arena_reset();                                                                                       \
        return read;                                                                                         \
    }

MIXED(64)
MIXED(1024)

/* aged: the arms of live, in a process whose heap has seen use: holes of all sizes between blocks that stay.
 * Counted over 2000 operations of 1024 blocks: jemalloc has them all in 92 pages, tcmalloc in 419, glibc in
 * 1662, always the same blocks. mimalloc goes round through all 16 000 holes of that size, 1 MB in 496 pages:
 * its times are those of the caches, and vary with who else is in them. */
#define AGED_TAKEN ((size_t)200000)
#define AGED_KEPT ((size_t)100000)

static const char *age_the_heap(void) {
    static void *blocks[AGED_TAKEN];
    for (size_t i = 0; i < AGED_TAKEN; i++) {
        size_t bytes = mixed_bytes(i);
        if (!(blocks[i] = malloc(bytes)))
            return "the heap has no 20 MB to age with";
        ht_fill(blocks[i], 16, i);
    }
    for (size_t i = 0; i < AGED_TAKEN - AGED_KEPT; i++) {
        size_t j = i + drawn_below(i, AGED_TAKEN - i);
        void *chosen = blocks[j];
        blocks[j] = blocks[i];
        blocks[i] = NULL;
        free(chosen);
    }
    return NULL;
}


static const struct ht_preparation heap_aged = {age_the_heap, AGED_KEPT};

#define FRAME(K) ((BYTES + sizeof(void *)) * (K))
#define LIVE_CASE(K, ORDER, PROFILE)                                                                         \
    HT_CASE("live", "64/k" #K "/" #ORDER, "blocks=" #K ";order=" #ORDER, BYTES *K, FRAME(K), PROFILE,        \
            #K " block(s) of 64 bytes live at once and go " #ORDER                                           \
               ": one array in the frame, each malloc'd, an arena, or a pool.",                              \
            HT_PAIR(live, K##_##ORDER, K, BYTES *K), HT_EXTRA(ARENA, live_arena_##K##_##ORDER),              \
            HT_EXTRA(POOL, live_pool_##K##_##ORDER))
#define MIXED_CASE(K, PROFILE)                                                                               \
    HT_CASE("mixed", "k" #K "/random", "blocks=" #K ";order=random;touch=first", MEAN *K,                    \
            (LARGEST + 16) * K, PROFILE,                                                                     \
            #K " blocks of 16 to 512 bytes (80 on average) live at once: in one array in the frame, each "   \
               "malloc'd, or in an arena; 16 of each are used.",                                             \
            HT_EXTRA(NULL, mixed_null_##K), HT_EXTRA(STACK, mixed_stack_##K),                                \
            HT_ALLOCATES_BY(HEAP, mixed_heap_##K, mixed_blocks_##K), HT_EXTRA(ARENA, mixed_arena_##K))
#define AGED_CASE(K, STATE, PROFILE)                                                                         \
    HT_CASE_PREPARED("aged", "64/k" #K "/" #STATE, "blocks=" #K ";order=random;heap=" #STATE, BYTES *K,      \
                     FRAME(K), PROFILE, HEAP_##STATE,                                                        \
                     #K " blocks of 64 bytes live at once, from a heap that " IS_##STATE ".",                \
                     HT_PAIR(live, K##_random, K, BYTES *K))
#define HEAP_fresh NULL
#define HEAP_aged &heap_aged
#define IS_fresh "nobody used before"
#define IS_aged "holds 100000 blocks of mixed sizes between as many holes"

HT_SCENARIO(lifetime, "What does it cost when many values live at once, and in which order they go?",
            LIVE_CASE(1, lifo, HT_FULL), LIVE_CASE(1, fifo, HT_FULL), LIVE_CASE(1, random, HT_QUICK),
            LIVE_CASE(4, lifo, HT_FULL), LIVE_CASE(4, fifo, HT_FULL), LIVE_CASE(4, random, HT_FULL),
            LIVE_CASE(16, lifo, HT_FULL), LIVE_CASE(16, fifo, HT_FULL), LIVE_CASE(16, random, HT_FULL),
            LIVE_CASE(64, lifo, HT_QUICK), LIVE_CASE(64, fifo, HT_QUICK), LIVE_CASE(64, random, HT_SMOKE),
            LIVE_CASE(256, lifo, HT_FULL), LIVE_CASE(256, fifo, HT_FULL), LIVE_CASE(256, random, HT_FULL),
            LIVE_CASE(1024, lifo, HT_FULL), LIVE_CASE(1024, fifo, HT_FULL), LIVE_CASE(1024, random, HT_FULL),
            LIVE_CASE(4096, lifo, HT_FULL), LIVE_CASE(4096, fifo, HT_FULL), LIVE_CASE(4096, random, HT_QUICK),
            MIXED_CASE(64, HT_SMOKE), MIXED_CASE(1024, HT_FULL), AGED_CASE(64, fresh, HT_QUICK),
            AGED_CASE(64, aged, HT_SMOKE), AGED_CASE(1024, fresh, HT_FULL), AGED_CASE(1024, aged, HT_FULL));
