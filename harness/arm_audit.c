#include "arm_audit.h"

#include "identity.h"

static struct ht_allocation declared_by(const struct ht_arm *arm, uint64_t operations) {
    struct ht_allocation sum = {0, 0};
    for (uint64_t seed = 0; seed < operations; seed++) {
        struct ht_allocation one = arm->declares ? arm->declares(seed) : arm->declared;
        sum.blocks += one.blocks;
        sum.bytes += one.bytes;
    }
    return sum;
}


void ht_run_audit(struct ht_slot *slot, const struct ht_case *one) {
    const struct ht_arm *arm = &one->arms[slot->census_arm];
    const struct ht_audit_counts *counts = ht_find_interposer();
    slot->audit = (struct ht_audit){.declared = declared_by(arm, slot->audit_ops),
                                    .prepared = slot->prepared_blocks,
                                    .prepared_declared = one->preparation ? one->preparation->blocks : 0};
    if (!counts)
        return;
    slot->current_arm = (int32_t)slot->census_arm;
    const struct ht_audit_counts untouched = *counts;
    uint64_t first = arm->loop(1);
    HT_OPAQUE(first);
    const struct ht_audit_counts before = *counts;
    uint64_t given = before.freed - untouched.freed, declared = declared_by(arm, 1).blocks;
    slot->audit.late = declared > given ? declared - given : 0;
    slot->audit.once.blocks = before.blocks - untouched.blocks;
    slot->audit.once.bytes = before.bytes - untouched.bytes;
    slot->audit.sum = arm->loop(slot->audit_ops);
    slot->audit.taken.blocks = counts->blocks - before.blocks;
    slot->audit.taken.bytes = counts->bytes - before.bytes;
    slot->audit.freed = counts->freed - before.freed;
    slot->current_arm = -1;
}
