/* stats.h: order statistics, without assumptions about the distribution. */
#ifndef HEAPTOLL_STATS_H
#define HEAPTOLL_STATS_H

#include <stddef.h>

/* Sorts `values` upwards in place. */
void ht_sort(double *values, size_t count);

/* The quantile q in [0, 1] of sorted values, linear between neighbours (type 7 of Hyndman and Fan 1996, as R,
 * numpy and Excel). NAN when count is 0. */
double ht_quantile(const double *sorted, size_t count, double q);

/* A two-sided confidence interval of the median from order statistics. */
struct ht_interval {
    double low, high;
    double coverage; /* the confidence really reached: below what was asked when there are too few values */
};

/* Interval [x(k), x(n+1-k)] of sorted values with the largest k whose coverage, 1 - 2 P(Bin(n, 1/2) < k), is
 * at least `confidence`; [x(1), x(n)] when no k is (David and Nagaraja, Order Statistics, 7.1). */
struct ht_interval ht_median_interval(const double *sorted, size_t count, double confidence);

#endif
