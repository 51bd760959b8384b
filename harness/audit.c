#include "audit.h"

#include "describe.h"
#include "lane_start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool ht_audit_open(struct ht_auditor *auditor, struct ht_herd *herd, struct ht_lanes *lanes,
                   const char *interposer_path, struct ht_error *error) {
    *auditor = (struct ht_auditor){.herd = herd, .lanes = lanes, .interposer_path = interposer_path};
    auditor->interposer_fd = open(interposer_path, O_RDONLY); /* inherited by the workers */
    return auditor->interposer_fd >= 0 ||
           ht_fail(error,
                   "cannot read the audit's interposer %s: %s\nbuild again, and keep it beside heaptoll",
                   interposer_path, strerror(errno));
}


void ht_audit_close(struct ht_auditor *auditor) {
    if (auditor->interposer_fd >= 0)
        close(auditor->interposer_fd);
    auditor->interposer_fd = -1;
}


/* A count per operation, as people say it: "1", "0.5". A multiple of 1/512, which 17 digits say exactly. */
static double per(uint64_t count, uint64_t operations) {
    return (double)count / (double)operations;
}


/* Some arms may begin by taking what they then use again and again: a pool does. These may not. */
static bool leaves_the_heap_alone(enum ht_arm_kind kind) {
    return kind == HT_ARM_NULL || kind == HT_ARM_STACK || kind == HT_ARM_INLINE;
}


static bool arm_lies(enum ht_arm_kind kind, const struct ht_audit *audit, uint64_t operations, char *reason,
                     size_t size) {
    const struct ht_allocation *taken = &audit->taken, *declared = &audit->declared;
    if (taken->blocks != declared->blocks || taken->bytes != declared->bytes)
        snprintf(reason, size,
                 "the %s arm takes %.17g blocks of %.17g bytes in all from the heap per operation and "
                 "declares %.17g of %.17g",
                 ht_arm_name(kind), per(taken->blocks, operations), per(taken->bytes, operations),
                 per(declared->blocks, operations), per(declared->bytes, operations));
    else if (audit->freed != taken->blocks)
        snprintf(reason, size,
                 "the %s arm takes %.17g blocks from the heap per operation and gives %.17g back",
                 ht_arm_name(kind), per(taken->blocks, operations), per(audit->freed, operations));
    else if (leaves_the_heap_alone(kind) && audit->once.blocks)
        snprintf(reason, size,
                 "the %s arm takes %llu blocks of %llu bytes in all from the heap once, at its beginning",
                 ht_arm_name(kind), (unsigned long long)audit->once.blocks,
                 (unsigned long long)audit->once.bytes);
    else if (audit->prepared != audit->prepared_declared)
        snprintf(reason, size, "what the case prepares keeps %llu blocks from the heap and declares %llu",
                 (unsigned long long)audit->prepared, (unsigned long long)audit->prepared_declared);
    else if (audit->late)
        snprintf(reason, size,
                 "the %s arm gives blocks back, but later than in the operation that took them: %llu of the "
                 "first one's",
                 ht_arm_name(kind), (unsigned long long)audit->late);
    else
        return false;
    return true;
}


bool ht_audit_judge(const struct ht_case_info *info, const struct ht_audit *audits, const bool *counted,
                    uint64_t operations, char *reason, size_t size) {
    int first = -1;
    for (uint32_t arm = 0; arm < info->arm_count; arm++) {
        if (!counted[arm])
            continue;
        if (arm_lies(info->arms[arm], &audits[arm], operations, reason, size))
            return true;
        if (first >= 0 && audits[arm].sum != audits[first].sum) {
            snprintf(reason, size, "the %s arm's results do not add up to those of the %s arm: other work",
                     ht_arm_name(info->arms[arm]), ht_arm_name(info->arms[first]));
            return true;
        }
        first = first < 0 ? (int)arm : first;
    }
    return false;
}


/* Counts one arm; starts the lane's worker when there is none. */
static enum ht_outcome count_arm(struct ht_auditor *auditor, struct ht_case_state *state, uint32_t lane,
                                 uint32_t arm, struct ht_error *error) {
    static const struct ht_layout plain;
    struct ht_herd *herd = auditor->herd;
    struct ht_slot *slot = &herd->page->lanes[lane];
    enum ht_outcome outcome = HT_DONE;
    if (!herd->pids[lane])
        outcome = ht_lane_start(herd, &auditor->lanes->lanes[lane], lane, 0, auditor->interposer_fd,
                                state->info->name, &plain, error);
    if (outcome == HT_DONE && !slot->audited) {
        ht_fail(error,
                "allocator '%s': the audit's interposer %s was not loaded; nothing was measured\n"
                "is it the one built for this machine? build again, and keep it beside heaptoll",
                auditor->lanes->lanes[lane].allocator, auditor->interposer_path);
        return HT_CRASHED;
    }
    if (outcome != HT_DONE || slot->cannot[0])
        return outcome;
    slot->census_arm = arm;
    slot->audit_ops = HT_AUDIT_OPERATIONS;
    return ht_herd_run(herd, lane, HT_COMMAND_AUDIT);
}


static enum ht_outcome audit_lane(struct ht_auditor *auditor, struct ht_case_state *state, uint32_t lane,
                                  struct ht_error *error) {
    struct ht_audit audits[HT_MAX_ARMS];
    bool counted[HT_MAX_ARMS] = {false};
    char reason[HT_REASON_MAX];
    if (!ht_case_works(state, lane))
        return HT_DONE;
    for (uint32_t arm = 0; arm < state->info->arm_count; arm++) {
        if (state->failed[lane][arm].status != HT_OK)
            continue;
        enum ht_outcome outcome = count_arm(auditor, state, lane, arm, error);
        if (outcome == HT_INTERRUPTED || error->text[0])
            return outcome;
        if (outcome != HT_DONE) {
            ht_case_fail(state, lane, (int)arm, outcome == HT_TIMEOUT ? HT_STATUS_TIMEOUT : HT_STATUS_CRASHED,
                         "%.150s (in the audit; not tried again)", auditor->herd->last_words);
            continue;
        }
        if (auditor->herd->page->lanes[lane].cannot[0]) {
            ht_case_fail(state, lane, -1, HT_SKIPPED, "%s", auditor->herd->page->lanes[lane].cannot);
            return HT_DONE;
        }
        counted[arm] = true;
        audits[arm] = auditor->herd->page->lanes[lane].audit;
        state->counted[lane][arm].known = true;
        state->counted[lane][arm].allocs_per_op = per(audits[arm].taken.blocks, HT_AUDIT_OPERATIONS);
        state->counted[lane][arm].alloc_bytes_per_op = per(audits[arm].taken.bytes, HT_AUDIT_OPERATIONS);
    }
    if (ht_audit_judge(state->info, audits, counted, HT_AUDIT_OPERATIONS, reason, sizeof reason))
        ht_case_fail(state, lane, -1, HT_DISHONEST, "%s", reason);
    return HT_DONE;
}


enum ht_outcome ht_audit_case(struct ht_auditor *auditor, struct ht_case_state *state,
                              struct ht_error *error) {
    enum ht_outcome outcome = HT_DONE;
    for (uint32_t lane = 0; lane < auditor->lanes->count && outcome == HT_DONE; lane++)
        outcome = audit_lane(auditor, state, lane, error);
    ht_herd_end(auditor->herd);
    return outcome;
}


bool ht_audit_all(struct ht_auditor *auditor, struct ht_case_state *states, size_t count,
                  size_t stack_limit_bytes, struct ht_error *error) {
    for (size_t i = 0; i < count; i++) {
        if (*auditor->herd->stop)
            return false;
        if (!ht_case_cannot_run(&states[i], auditor->lanes, stack_limit_bytes) &&
            ht_audit_case(auditor, &states[i], error) != HT_DONE)
            return false;
    }
    return true;
}


static void print_arm(const struct ht_case_state *state, const struct ht_lanes *lanes, uint32_t lane,
                      uint32_t arm, FILE *out) {
    char title[HT_LANE_TITLE_MAX];
    fprintf(out, "%s\t%s\t%s\t", state->info->name, ht_arm_name(state->info->arms[arm]),
            ht_lane_title(&lanes->lanes[lane], title));
    if (state->counted[lane][arm].known)
        fprintf(out, "%.17g\t%.17g", state->counted[lane][arm].allocs_per_op,
                state->counted[lane][arm].alloc_bytes_per_op);
    else
        fprintf(out, "\t");
    fprintf(out, "\t%s\t%s\n", ht_status_name(state->failed[lane][arm].status),
            state->failed[lane][arm].reason);
}


size_t ht_audit_print(const struct ht_case_state *states, size_t count, const struct ht_lanes *lanes,
                      FILE *out) {
    size_t bad = 0;
    fprintf(out, "case\tarm\tallocator\tallocs_per_op\talloc_bytes_per_op\tstatus\treason\n");
    for (size_t i = 0; i < count; i++)
        for (uint32_t lane = 0; lane < lanes->count; lane++)
            for (uint32_t arm = 0; arm < states[i].info->arm_count; arm++) {
                print_arm(&states[i], lanes, lane, arm, out);
                bad += states[i].failed[lane][arm].status > HT_SKIPPED;
            }
    return bad;
}
