/*
 * nesting_allocator.c: an allocator to preload that calls itself by its public names, as some do, and has a
 * thread of its own that takes and gives back memory during every call of malloc.
 *
 * Blocks that an allocator takes on its own account are not the caller's: the audit must count one for each
 * call from outside, whatever happens inside.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

extern void *__libc_malloc(size_t bytes);
extern void __libc_free(void *block);
extern void *__libc_memalign(size_t alignment, size_t bytes);

void *malloc(size_t bytes);
void free(void *block);
void *calloc(size_t items, size_t bytes);
void *realloc(void *old, size_t bytes);
void *memalign(size_t alignment, size_t bytes);
void *aligned_alloc(size_t alignment, size_t bytes);
int posix_memalign(void **where, size_t alignment, size_t bytes);
size_t malloc_usable_size(void *block);

static sem_t asked, done;
static __thread bool inside;

static void *keep_house(void *nothing) {
    inside = true;
    for (;;) {
        while (sem_wait(&asked) != 0)
            ;
        free(malloc(1000));
        sem_post(&done);
    }
    return nothing;
}


/* The thread is started by the first call, inside of it, and not before main. */
static void have_the_house_kept(void) {
    static bool started;
    pthread_t thread;
    inside = true;
    if (!started) {
        started = true;
        sem_init(&asked, 0, 0);
        sem_init(&done, 0, 0);
        if (pthread_create(&thread, NULL, keep_house, NULL) != 0)
            __builtin_abort();
    }
    sem_post(&asked);
    while (sem_wait(&done) != 0)
        ;
    inside = false;
}


void *malloc(size_t bytes) {
    if (!inside)
        have_the_house_kept();
    return __libc_malloc(bytes);
}


void free(void *block) {
    __libc_free(block);
}


void *calloc(size_t items, size_t bytes) {
    size_t all;
    if (__builtin_mul_overflow(items, bytes, &all)) {
        errno = ENOMEM;
        return NULL;
    }
    void *block = malloc(all);
    return block ? memset(block, 0, all) : NULL;
}


void *realloc(void *old, size_t bytes) {
    void *block = malloc(bytes);
    if (!block || !old)
        return block;
    size_t had = malloc_usable_size(old);
    memcpy(block, old, had < bytes ? had : bytes);
    free(old);
    return block;
}


void *memalign(size_t alignment, size_t bytes) {
    free(malloc(alignment)); /* a look at where it would lie */
    return __libc_memalign(alignment, bytes);
}


void *aligned_alloc(size_t alignment, size_t bytes) {
    return memalign(alignment, bytes);
}


int posix_memalign(void **where, size_t alignment, size_t bytes) {
    *where = aligned_alloc(alignment, bytes);
    return *where ? 0 : ENOMEM;
}
