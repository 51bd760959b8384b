/* crash.h: a bench's process that dies says how, and whoever waits for it puts that into words. */
#ifndef HEAPTOLL_CRASH_H
#define HEAPTOLL_CRASH_H

#include "page.h"

#include <stddef.h>

/* In the process that may die: from now on a fatal signal leaves its number and address in `slot`, even when
 * it is the stack that overflowed, and then kills the process as it would have. `slot` must be shared memory.
 */
void ht_watch_for_crashes(struct ht_slot *slot);

/* In the process that waited: what `status`, as waitpid gave it, and the dead one's slot tell. */
void ht_describe_death(const struct ht_slot *slot, int status, char *words, size_t size);

#endif
