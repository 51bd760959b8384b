/*
 * interposer.c: counts what a process takes from the heap, whichever allocator answers.
 *
 * A shared object of its own, preloaded before the allocator for the audit and never while anything is
 * timed. Every function of the malloc family stands here once, counts, and hands on to the next object that
 * has it. What an allocator calls on its own account, below one of these or in a thread of its own, is not
 * counted: it is not the caller's.
 */
#include "audit_counts.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

PUBLIC struct ht_audit_counts heaptoll_audit_counts;

static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*memalign)(size_t, size_t);
    void *(*valloc)(size_t);
    void *(*pvalloc)(size_t);
    char *(*strdup)(const char *);
    char *(*strndup)(const char *, size_t);
    int (*pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
} next;

/* How deep this thread is in calls of ours. Where the loader put it: no allocation on first use. */
static __thread int depth __attribute__((tls_model("initial-exec")));

#ifdef HEAPTOLL_COUNT_TWICE /* the build that must be caught counting twice */
#define OURS 1
#else
#define OURS (depth == 0)
#endif

/* Set once all allocators are loaded. */
static bool begun;

/* dlsym may itself ask for memory before we know whom to ask. */
static _Alignas(16) unsigned char early[4096];
static size_t early_used;

static void *take_early(size_t bytes) {
    size_t from = early_used;
    early_used += (bytes + 15) & ~(size_t)15;
    return early_used <= sizeof early ? early + from : NULL;
}


static bool is_early(const void *block) {
    return (uintptr_t)block - (uintptr_t)early < sizeof early;
}


#define LOOK_UP(FUNCTION) (*(void **)&next.FUNCTION = dlsym(RTLD_NEXT, #FUNCTION))

/* False while the looking up itself is going on. */
static bool ready(void) {
    static enum { UNKNOWN, LOOKING, KNOWN } state;
    if (state == UNKNOWN) {
        state = LOOKING;
        LOOK_UP(malloc);
        LOOK_UP(calloc);
        LOOK_UP(realloc);
        LOOK_UP(free);
        LOOK_UP(aligned_alloc);
        LOOK_UP(posix_memalign);
        LOOK_UP(memalign);
        LOOK_UP(valloc);
        LOOK_UP(pvalloc);
        LOOK_UP(strdup);
        LOOK_UP(strndup);
        LOOK_UP(pthread_create);
        heaptoll_audit_counts.next_malloc = *(void **)&next.malloc;
        heaptoll_audit_counts.next_free = *(void **)&next.free;
        state = KNOWN;
    }
    return state == KNOWN;
}


/* The worker asks whom we stand before, perhaps before it has allocated anything. Preloaded first, we are
 * initialized last. */
__attribute__((constructor)) static void begin(void) {
    ready();
    begun = true;
}


/* A bench may have threads. */
static void add(uint64_t *sum, uint64_t number) {
    __atomic_fetch_add(sum, number, __ATOMIC_RELAXED);
}


static void *count(void *block, size_t bytes) {
    if (block && OURS) {
        add(&heaptoll_audit_counts.blocks, 1);
        add(&heaptoll_audit_counts.bytes, bytes);
    }
    return block;
}


/* An allocator need not have all of the old functions. */
#define REFUSE_WITHOUT(FUNCTION)                                                                             \
    if (!ready() || !next.FUNCTION) {                                                                        \
        errno = ENOMEM;                                                                                      \
        return NULL;                                                                                         \
    }
#define BEHIND(CALL)                                                                                         \
    depth++;                                                                                                 \
    void *block = CALL;                                                                                      \
    depth--

PUBLIC void *malloc(size_t bytes) {
    if (!ready())
        return take_early(bytes);
    BEHIND(next.malloc(bytes));
    return count(block, bytes);
}


PUBLIC void *calloc(size_t items, size_t bytes) {
    if (!ready())
        return take_early(items * bytes);
    BEHIND(next.calloc(items, bytes));
    return count(block, items * bytes);
}


PUBLIC void free(void *block) {
    if (!block || is_early(block) || !ready())
        return;
    add(&heaptoll_audit_counts.freed, OURS);
    depth++;
    next.free(block);
    depth--;
}


/* One block is given back and another taken, also when it stays where it was. */
PUBLIC void *realloc(void *old, size_t bytes) {
    REFUSE_WITHOUT(realloc)
    if (is_early(old)) {
        void *moved = malloc(bytes);
        size_t left = (size_t)(early + sizeof early - (unsigned char *)old);
        return moved ? memcpy(moved, old, bytes < left ? bytes : left) : NULL;
    }
    BEHIND(next.realloc(old, bytes));
    add(&heaptoll_audit_counts.freed, OURS && old && (block || bytes == 0));
    return count(block, bytes);
}


PUBLIC void *reallocarray(void *old, size_t items, size_t bytes) {
    size_t all;
    if (__builtin_mul_overflow(items, bytes, &all)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(old, all);
}


PUBLIC void *aligned_alloc(size_t alignment, size_t bytes) {
    REFUSE_WITHOUT(aligned_alloc)
    BEHIND(next.aligned_alloc(alignment, bytes));
    return count(block, bytes);
}


PUBLIC int posix_memalign(void **where, size_t alignment, size_t bytes) {
    if (!ready() || !next.posix_memalign)
        return ENOMEM;
    depth++;
    int failed = next.posix_memalign(where, alignment, bytes);
    depth--;
    if (!failed)
        count(*where, bytes);
    return failed;
}


PUBLIC void *memalign(size_t alignment, size_t bytes) {
    REFUSE_WITHOUT(memalign)
    BEHIND(next.memalign(alignment, bytes));
    return count(block, bytes);
}


PUBLIC void *valloc(size_t bytes) {
    REFUSE_WITHOUT(valloc)
    BEHIND(next.valloc(bytes));
    return count(block, bytes);
}


PUBLIC void *pvalloc(size_t bytes) {
    REFUSE_WITHOUT(pvalloc)
    BEHIND(next.pvalloc(bytes));
    return count(block, bytes);
}


/* The C library's take their block by calling malloc, those of a sanitizer do not. */
PUBLIC char *strdup(const char *text) {
    REFUSE_WITHOUT(strdup)
    BEHIND(next.strdup(text));
    return count(block, strlen(text) + 1);
}


PUBLIC char *strndup(const char *text, size_t most) {
    REFUSE_WITHOUT(strndup)
    BEHIND(next.strndup(text, most));
    return count(block, strnlen(text, most) + 1);
}


/* -- Threads --------------------------------------------------------------- */

/* A thread that an allocator starts is the allocator's, with all it takes. Room for it without asking the
 * allocator, which is busy. */
struct start {
    void *(*run)(void *);
    void *argument;
};
static struct start starts[64];
static size_t starts_used;

static void *run_for_the_allocator(void *start) {
    const struct start *mine = start;
    depth = 1;
    return mine->run(mine->argument);
}


PUBLIC int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
                          void *(*run)(void *), void *restrict argument) {
    if (!ready() || !next.pthread_create)
        return EAGAIN;
    if (begun && depth == 0)
        return next.pthread_create(thread, attributes, run, argument);
    size_t mine = __atomic_fetch_add(&starts_used, 1, __ATOMIC_RELAXED);
    if (mine >= sizeof starts / sizeof starts[0])
        return EAGAIN;
    starts[mine] = (struct start){run, argument};
    depth++; /* the thread's own memory */
    int failed = next.pthread_create(thread, attributes, run_for_the_allocator, &starts[mine]);
    depth--;
    return failed;
}
