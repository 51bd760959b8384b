/* identity.h: which allocator does this process really run on? */
#ifndef HEAPTOLL_IDENTITY_H
#define HEAPTOLL_IDENTITY_H

#include "audit_counts.h"
#include "page.h"

/* Writes into `slot` which objects answer malloc and free here, and what the allocator calls its version.
 * Under the audit's interposer, which the slot then says, that is the allocator behind it.
 * The dynamic linker ignores a preload that it cannot load, so what was asked for proves nothing. */
void ht_identify_allocator(struct ht_slot *slot);

/* What the audit's interposer counts in this process; NULL when it is not loaded. */
const struct ht_audit_counts *ht_find_interposer(void);

#endif
