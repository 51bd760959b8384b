/* summary.h: what a run has found so far, per case and lane: the figures of the table at its end (table.h).
 */
#ifndef HEAPTOLL_SUMMARY_H
#define HEAPTOLL_SUMMARY_H

#include "launch.h"
#include "stats.h"

/* One launch of an arm: NAN where it was not timed. */
struct ht_launch_time {
    double ns, cycles; /* medians, per operation */
    enum ht_status status;
};

/* The launches of one case in one lane, as far as the pair needs them. */
struct ht_pair_series {
    struct ht_launch_time *stack, *heap; /* [launch] */
    uint32_t count, room;
    enum ht_status worst;       /* of all arms, those beside the pair included */
    char reason[HT_REASON_MAX]; /* of the worst status */
};

struct ht_summary {
    const struct ht_catalogue *catalogue;
    const struct ht_lanes *lanes;
    struct ht_pair_series *pairs; /* [case * lanes + lane] */
};

/* One pair's figures. Which launches count is decided for each arm as scripts/heaptoll/summary.py does: those
 * that are ok; where fewer are ok than contended, those too, and the pair is contended. An arm's median is
 * over all of its launches that count; toll and ratio are paired within each launch in which both do. */
struct ht_pair {
    double stack_ns, heap_ns;           /* medians; NAN: not timed */
    double toll_ns, ratio, toll_cycles; /* medians; ratio: NAN where a stack time is 0 */
    struct ht_interval toll_interval;   /* 95 % where there are launches enough */
    uint32_t launches;                  /* in which both arms count */
    bool contended;
};

bool ht_summary_init(struct ht_summary *summary, const struct ht_catalogue *catalogue,
                     const struct ht_lanes *lanes);

/* Takes up one launch's rows. */
bool ht_summary_add(struct ht_summary *summary, size_t case_index, const struct ht_row *rows,
                    uint32_t row_count);

/* False: there is no toll, since in no launch both arms count (or memory is out); what is known of either arm
 * stands in `pair` all the same. */
bool ht_summary_pair(const struct ht_summary *summary, size_t case_index, uint32_t lane,
                     struct ht_pair *pair);

const struct ht_pair_series *ht_summary_series(const struct ht_summary *summary, size_t case_index,
                                               uint32_t lane);

/* Of the stack arm, which is the same code in every lane: the median over launches of the median over lanes,
 * in ns; NAN when no lane was timed. */
double ht_summary_stack_across(const struct ht_summary *summary, size_t case_index);

/* How many case × lane pairs were lost to crashes, time-outs or dishonesty; how many were skipped; how many
 * have contended launches for the most part. */
struct ht_losses {
    uint32_t failed, skipped, contended, pairs;
};
struct ht_losses ht_summary_losses(const struct ht_summary *summary);

void ht_summary_free(struct ht_summary *summary);

#endif
