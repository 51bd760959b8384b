/* series.h: the slices of one arm in one lane and launch, as they come in, and what a row says of them. */
#ifndef HEAPTOLL_SERIES_H
#define HEAPTOLL_SERIES_H

#include "page.h"

#include <stdbool.h>
#include <stdint.h>

/* Zero is an empty series. */
struct ht_series {
    double *ns, *cycles; /* per operation, of each slice */
    bool *quiet;
    uint32_t count, room, quiet_count;
    double census_ns; /* per operation, as the census found it */
    double faults_per_op;
    double counters[HT_MAX_COUNTERS]; /* per operation; meaningful when `counted` */
    bool counted;
};

/* Adds a slice; false when there is no memory for it. */
bool ht_series_add(struct ht_series *series, double ns, double cycles, bool quiet);

/* The quantiles 0.05, 0.25, 0.5, 0.75 and 0.95 of ns, and the median of cycles, over the quiet slices or over
 * all. NAN where there are none. */
void ht_series_times(const struct ht_series *series, bool quiet_only, double ns[5], double *cycles_median);

void ht_series_free(struct ht_series *series);

#endif
