/* forwarding_allocator.c: an allocator to preload that is not the C library's, and passes everything on to
 * it. */
#include <stddef.h>

extern void *__libc_malloc(size_t bytes);
extern void __libc_free(void *memory);

void *malloc(size_t bytes);
void free(void *memory);

void *malloc(size_t bytes) {
    return __libc_malloc(bytes);
}

#ifndef WITHOUT_FREE
void free(void *memory) {
    __libc_free(memory);
}
#endif
