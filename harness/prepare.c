#include "prepare.h"

#include "identity.h"

#include <stdio.h>

void ht_prepare(struct ht_slot *slot, const struct ht_case *one) {
    slot->cannot[0] = '\0';
    slot->prepared_blocks = 0;
    if (!one->preparation)
        return;
    const struct ht_audit_counts *counts = ht_find_interposer();
    const struct ht_audit_counts before = counts ? *counts : (struct ht_audit_counts){0};
    const char *cannot = one->preparation->prepare();
    if (counts)
        slot->prepared_blocks = (counts->blocks - before.blocks) - (counts->freed - before.freed);
    if (cannot)
        snprintf(slot->cannot, sizeof slot->cannot, "%s", cannot);
}
