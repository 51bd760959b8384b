/* arm_audit.h: the worker's side of the audit: one arm's operations, counted instead of timed. */
#ifndef HEAPTOLL_ARM_AUDIT_H
#define HEAPTOLL_ARM_AUDIT_H

#include "page.h"

/* Runs slot->audit_ops operations of slot->census_arm under the counting interposer, after one for what
 * happens only once, and writes to slot->audit what they took, gave back and returned, and what the arm
 * declares. The one before may take more than that and keep it, but has nothing to give back from before:
 * it betrays an arm that leaves this to the next operation. Without the interposer nothing is run. */
void ht_run_audit(struct ht_slot *slot, const struct ht_case *one);

#endif
