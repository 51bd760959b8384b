#include "stack_limit.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>

size_t ht_stack_limit_bytes(void) {
    struct rlimit stack;
    if (getrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    return (size_t)stack.rlim_cur;
}


bool ht_stack_is_too_small(size_t stack_bytes, size_t limit_bytes, char *reason, size_t size) {
    size_t needed = stack_bytes + HT_STACK_RESERVE;
    if (needed <= limit_bytes)
        return false;
    snprintf(reason, size, "the stack limit is %zu KiB and this case needs %zu KiB; raise it: ulimit -s %zu",
             limit_bytes >> 10, needed >> 10, (needed >> 10) + 1);
    return true;
}
