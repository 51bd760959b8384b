/*
 * captured_closure, continued: closures that are kept in an object or a queue before they are called.
 *
 * A library that stores closures of any size (std::function, an event loop's
 * queue) must decide where each environment goes. Here it lies inside the object
 * where it fits, in a slot of a fixed size, or in a block of its own.
 */
#include "bench.h"

#include <stdlib.h>

/* small_buffer: a closure object with room for 32 bytes, the size of each environment known at run time only.
 */
#define ROOM_BYTES ((size_t)32)
struct closure {
    uint64_t (*code)(void *environment);
    void *environment;
    uint64_t inside[ROOM_BYTES / 8];
};

static HT_NOINLINE uint64_t call(struct closure *closure) {
    return closure->code(closure->environment);
}


static HT_NOINLINE void capture(struct closure *closure, uint64_t (*code)(void *), void *environment,
                                size_t bytes, uint64_t seed) {
    ht_fill(environment, bytes, seed);
    closure->code = code;
    closure->environment = environment;
}


/* A size the compiler does not know, and the object, which every arm has in its frame. */
#define MAKE(N)                                                                                              \
    struct closure made;                                                                                     \
    size_t bytes = N;                                                                                        \
    HT_OPAQUE(bytes)
#define CALL(N)                                                                                              \
    HT_ESCAPE(environment);                                                                                  \
    capture(&made, code_##N, environment, bytes, seed);                                                      \
    uint64_t read = call(&made)

#define SMALL_BUFFER(N)                                                                                      \
    static HT_NOINLINE uint64_t code_##N(void *environment) {                                                \
        return ht_consume(environment, N);                                                                   \
    }                                                                                                        \
    HT_ARM(small_buffer_null_##N) {                                                                          \
        MAKE(N);                                                                                             \
        void *environment = ht_static_memory;                                                                \
        CALL(N);                                                                                             \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(small_buffer_stack_##N) {                                                                         \
        MAKE(N);                                                                                             \
        uint64_t mine[N / 8];                                                                                \
        void *environment = mine;                                                                            \
        CALL(N);                                                                                             \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(small_buffer_heap_##N) {                                                                          \
        MAKE(N);                                                                                             \
        void *environment = malloc(bytes);                                                                   \
        CALL(N);                                                                                             \
        free(made.environment);                                                                              \
        return read;                                                                                         \
    }                                                                                                        \
    HT_ARM(small_buffer_hybrid_##N) {                                                                        \
        MAKE(N);                                                                                             \
        void *environment = bytes <= ROOM_BYTES ? made.inside : malloc(bytes);                               \
        CALL(N);                                                                                             \
        if (made.environment != made.inside)                                                                 \
            free(made.environment);                                                                          \
        return read;                                                                                         \
    }

SMALL_BUFFER(8)
SMALL_BUFFER(16)
SMALL_BUFFER(32)
SMALL_BUFFER(40)
SMALL_BUFFER(64)
SMALL_BUFFER(128)

/* queue: callbacks are posted, and run later, in order. All are linked into one list; only where each lies is
 * different. */
#define QUEUED_BYTES ((size_t)32)
#define MOST 256
struct callback {
    struct callback *next;
    uint64_t (*code)(void *environment);
    uint64_t environment[QUEUED_BYTES / 8];
};

struct queue {
    struct callback *first, **end;
};

static HT_NOINLINE void post(struct queue *queue, struct callback *callback, uint64_t seed) {
    ht_fill(callback->environment, QUEUED_BYTES, seed);
    callback->code = code_32;
    callback->next = NULL;
    *queue->end = callback;
    queue->end = &callback->next;
}


static HT_NOINLINE uint64_t run(struct callback *callback) {
    return callback->code(callback->environment);
}


/* The pool: callbacks that have run are on a list and used again; those that were never used come from a
 * slab. */
static struct callback pool_slab[MOST];
static struct callback *pool_free;
static size_t pool_used;

static inline struct callback *pool_take(void) {
    struct callback *taken = pool_free;
    if (taken)
        pool_free = taken->next;
    else if (pool_used < MOST)
        taken = &pool_slab[pool_used++];
    return taken;
}


static inline void pool_give(struct callback *given) {
    given->next = pool_free;
    pool_free = given;
}


#define POST_AND_RUN(K, TAKE, GIVE)                                                                          \
    struct queue queue = {NULL, &queue.first};                                                               \
    uint64_t read = 0;                                                                                       \
    for (size_t i = 0; i < K; i++) {                                                                         \
        void *callback = TAKE;                                                                               \
        HT_ESCAPE(callback);                                                                                 \
        post(&queue, callback, seed + i);                                                                    \
    }                                                                                                        \
    for (struct callback *at = queue.first, *next; at; at = next) {                                          \
        read += run(at);                                                                                     \
        next = at->next;                                                                                     \
        GIVE;                                                                                                \
    }                                                                                                        \
    return read

#define QUEUE(K)                                                                                             \
    HT_ARM(queue_null_##K) {                                                                                 \
        POST_AND_RUN(K, (struct callback *)(void *)ht_static_memory + i, (void)0);                           \
    }                                                                                                        \
    HT_ARM(queue_stack_##K) {                                                                                \
        struct callback mine[K];                                                                             \
        POST_AND_RUN(K, &mine[i], (void)0);                                                                  \
    }                                                                                                        \
    HT_ARM(queue_heap_##K) {                                                                                 \
        POST_AND_RUN(K, malloc(sizeof(struct callback)), free(at));                                          \
    }                                                                                                        \
    HT_ARM(queue_pool_##K) {                                                                                 \
        POST_AND_RUN(K, pool_take(), pool_give(at));                                                         \
    }

QUEUE(1)
QUEUE(16)
QUEUE(256)

#define FITS(N) ((N) <= ROOM_BYTES)
#define SMALL_BUFFER_SAYS(N)                                                                                 \
    "A " #N "-byte environment, lent by the caller, malloc'd, or inside the closure object if 32 bytes do."
#define SMALL_BUFFER_CASE(N, PROFILE)                                                                        \
    HT_CASE("small_buffer", #N, "", N, N, PROFILE, SMALL_BUFFER_SAYS(N), HT_PAIR(small_buffer, N, 1, N),     \
            HT_ALLOCATES(HYBRID, small_buffer_hybrid_##N, !FITS(N), FITS(N) ? 0 : N))
#define SMALL_BUFFER_DEPENDENT(N, PROFILE)                                                                   \
    HT_CASE("small_buffer", #N "/dependent", HT_DEPENDENT, N, N, PROFILE,                                    \
            SMALL_BUFFER_SAYS(N) HT_EACH_NEEDS_THE_LAST, HT_PAIR(small_buffer, N##_dependent, 1, N),         \
            HT_ALLOCATES(HYBRID, small_buffer_hybrid_##N##_dependent, !FITS(N), FITS(N) ? 0 : N))
#define QUEUE_CASE(K, PROFILE)                                                                               \
    HT_CASE("queue", "k" #K, "callbacks=" #K, QUEUED_BYTES *K, sizeof(struct callback) * K, PROFILE,         \
            #K " callback(s) of 32 bytes each are queued, then run: slots in the frame, each malloc'd, or "  \
               "from a pool.",                                                                               \
            HT_PAIR(queue, K, K, sizeof(struct callback) * K), HT_EXTRA(POOL, queue_pool_##K))

HT_SCENARIO(captured_closure, NULL, SMALL_BUFFER_CASE(8, HT_FULL), SMALL_BUFFER_CASE(16, HT_FULL),
            SMALL_BUFFER_CASE(32, HT_SMOKE), SMALL_BUFFER_CASE(40, HT_QUICK), SMALL_BUFFER_CASE(64, HT_FULL),
            SMALL_BUFFER_CASE(128, HT_FULL), SMALL_BUFFER_DEPENDENT(32, HT_FULL),
            SMALL_BUFFER_DEPENDENT(64, HT_FULL), QUEUE_CASE(1, HT_FULL), QUEUE_CASE(16, HT_SMOKE),
            QUEUE_CASE(256, HT_QUICK));
