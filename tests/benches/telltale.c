/*
 * telltale: where did a launch put the stack and the heap, and what had it done before?
 *
 * Not for measuring. The heap arm appends the address of its frame and of its
 * block to the file that HEAPTOLL_TEST_WHERE names, once per process.
 */
#include "bench.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BYTES ((size_t)64)

static HT_NOINLINE void tell(const void *frame, const void *block) {
    const char *path = getenv("HEAPTOLL_TEST_WHERE");
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
    if (fd >= 0) {
        dprintf(fd, "%llu\t%llu\n", (unsigned long long)(uintptr_t)frame,
                (unsigned long long)(uintptr_t)block);
        close(fd);
    }
}

HT_ARM(quiet_static) {
    HT_OPAQUE(seed);
    return seed;
}

HT_ARM(telling_heap) {
    static bool told;
    void *block = malloc(BYTES);
    HT_ESCAPE(block);
    if (!told)
        tell(__builtin_frame_address(0), block);
    told = true;
    free(block);
    return seed;
}

/* In a fresh heap of the C library's, the blocks lie one after the other; what somebody gave back is handed
 * out first, wherever it is. */
static HT_NOINLINE bool is_fresh(void) {
    for (size_t bytes = 24; bytes < 1024; bytes += 16) {
        char *first = malloc(bytes), *second = malloc(bytes);
        HT_ESCAPE(first);
        HT_ESCAPE(second);
        if (second - first != (ptrdiff_t)bytes + 8)
            return false;
    }
    return true;
}

HT_ARM(needs_a_fresh_heap) {
    static bool looked;
    if (!looked && !is_fresh())
        abort();
    looked = true;
    return seed;
}

HT_SCENARIO(telltale, "Where did a launch put the stack and the heap?",
            HT_CASE("layout", "addresses", "", BYTES, 0, HT_FULL,
                    "The heap arm tells its addresses; the others do nothing.", HT_EXTRA(NULL, quiet_static),
                    HT_EXTRA(STACK, quiet_static), HT_ALLOCATES(HEAP, telling_heap, 1, BYTES)),
            HT_CASE("heap", "fresh", "", BYTES, 0, HT_FULL,
                    "The heap arm aborts when memory was taken and given back before.",
                    HT_EXTRA(NULL, quiet_static), HT_EXTRA(STACK, quiet_static),
                    HT_EXTRA(HEAP, needs_a_fresh_heap)));
