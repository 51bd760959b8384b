/* stack_limit.h: is there stack enough for a case? Asked by the coordinator before it measures, and by the
 * worker before it counts. */
#ifndef HEAPTOLL_STACK_LIMIT_H
#define HEAPTOLL_STACK_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

/* What a worker's stack holds besides the bench's own frames. */
#define HT_STACK_RESERVE ((size_t)256 << 10)

/* What a process may use, as this one was started; SIZE_MAX when unlimited. */
size_t ht_stack_limit_bytes(void);

/* Is `limit_bytes` too little for frames of `stack_bytes`? Then `reason` says so, and what raises it. */
bool ht_stack_is_too_small(size_t stack_bytes, size_t limit_bytes, char *reason, size_t size);

#endif
