/*
 * audit.h: is every pair honest? Before anything is timed, each arm of a case runs once under each allocator
 * with an interposer that counts what it takes from the heap, and is held to what it declares (bench.h).
 *
 * What makes a case dishonest in a lane: an arm takes other blocks or bytes than it says, does not give all
 * of them back in the operation that took them, or returns another sum than the other arms over the same
 * seeds, that is, does other work.
 */
#ifndef HEAPTOLL_AUDIT_H
#define HEAPTOLL_AUDIT_H

#include "case_state.h"
#include "herd.h"
#include "lanes.h"

#include <stdio.h>

/* Operations counted: a multiple of what cases repeat after. */
#define HT_AUDIT_OPERATIONS 512

struct ht_auditor {
    struct ht_herd *herd;
    struct ht_lanes *lanes;
    const char *interposer_path;
    int interposer_fd; /* workers load it from here, wherever it lies on disk */
};

/* Makes ready to audit with the interposer at `interposer_path`, which must stay. The caller ends it with
 * ht_audit_close. */
bool ht_audit_open(struct ht_auditor *auditor, struct ht_herd *herd, struct ht_lanes *lanes,
                   const char *interposer_path, struct ht_error *error);
void ht_audit_close(struct ht_auditor *auditor);

/* Audits all arms of a case in all lanes: counts go to state->counted, arms that crash or hang and cases
 * that are dishonest to state->failed. HT_DONE; HT_INTERRUPTED; HT_CRASHED with `error` set: a lane is not
 * what was asked for, the run must end. */
enum ht_outcome ht_audit_case(struct ht_auditor *auditor, struct ht_case_state *state,
                              struct ht_error *error);

/* Audits `count` cases, but for those that need more stack than `stack_limit_bytes`, which become `skipped`.
 * False when it was interrupted or, with `error` set, a lane is not what was asked for. */
bool ht_audit_all(struct ht_auditor *auditor, struct ht_case_state *states, size_t count,
                  size_t stack_limit_bytes, struct ht_error *error);

/* Prints what was counted: a header line and one line per case, arm and allocator, fields separated by tabs.
 * Returns how many arms are neither `ok` nor `skipped`. */
size_t ht_audit_print(const struct ht_case_state *states, size_t count, const struct ht_lanes *lanes,
                      FILE *out);

/* Why the arms of one case are not honest, in words, into `reason`; false when they are. Arms whose
 * `counted` is not set have crashed and are left out. */
bool ht_audit_judge(const struct ht_case_info *info, const struct ht_audit *audits, const bool *counted,
                    uint64_t operations, char *reason, size_t size);

#endif
