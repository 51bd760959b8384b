/* summary.h: the table at the end of a run: what the heap costs, per case and allocator. */
#ifndef HEAPTOLL_SUMMARY_H
#define HEAPTOLL_SUMMARY_H

#include "launch.h"
#include "stats.h"

#include <stdio.h>

/* The launches of one case in one lane, as far as the pair needs them. */
struct ht_pair_series {
    /* Medians per launch in which both arms were measured, and whether either arm had too few quiet slices.
     */
    double *stack_ns, *heap_ns, *stack_cycles, *heap_cycles;
    bool *noisy;
    uint32_t count, room;
    uint32_t contended; /* so many launches are noisy */
    enum ht_status worst;
    char reason[HT_REASON_MAX]; /* of the worst status */
};

struct ht_summary {
    const struct ht_catalogue *catalogue;
    const struct ht_lanes *lanes;
    struct ht_pair_series *pairs; /* [case * lanes + lane] */
};

/* One pair's figures over its quiet launches; over all of them when most are contended. The toll and the
 * ratio are paired within each launch. */
struct ht_pair {
    double stack_ns, heap_ns, toll_ns, ratio, toll_cycles; /* medians */
    struct ht_interval toll_interval;                      /* 95 % where there are launches enough */
    uint32_t launches, contended;
};

bool ht_summary_init(struct ht_summary *summary, const struct ht_catalogue *catalogue,
                     const struct ht_lanes *lanes);

/* Takes up one launch's rows. */
bool ht_summary_add(struct ht_summary *summary, size_t case_index, const struct ht_row *rows,
                    uint32_t row_count);

/* False: no launch measured both arms. */
bool ht_summary_pair(const struct ht_summary *summary, size_t case_index, uint32_t lane,
                     struct ht_pair *pair);

void ht_summary_print(const struct ht_summary *summary, FILE *out);

/* How many case × lane pairs were lost to crashes, time-outs or dishonesty; how many were skipped; how many
 * have contended launches for the most part. */
struct ht_losses {
    uint32_t failed, skipped, contended, pairs;
};
struct ht_losses ht_summary_losses(const struct ht_summary *summary);

void ht_summary_free(struct ht_summary *summary);

#endif
