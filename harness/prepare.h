/* prepare.h: what a case does once in a process, before any of its arms runs there (bench.h). */
#ifndef HEAPTOLL_PREPARE_H
#define HEAPTOLL_PREPARE_H

#include "page.h"

/* Prepares a case. `slot` gets why the lane cannot have it (slot->cannot, "" when it can) and, where the
 * audit's interposer is loaded, how many blocks were taken from the heap and kept. */
void ht_prepare(struct ht_slot *slot, const struct ht_case *one);

#endif
