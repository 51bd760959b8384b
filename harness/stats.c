#include "stats.h"

#include <math.h>
#include <stdlib.h>

static int upwards(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}


void ht_sort(double *values, size_t count) {
    qsort(values, count, sizeof *values, upwards);
}


double ht_quantile(const double *sorted, size_t count, double q) {
    if (count == 0)
        return NAN;
    double position = q * (double)(count - 1);
    size_t below = (size_t)position;
    if (below + 1 >= count)
        return sorted[count - 1];
    return sorted[below] + (position - (double)below) * (sorted[below + 1] - sorted[below]);
}


/* P(Bin(n, 1/2) < k). Logarithms, so that large n does not underflow. */
static double binomial_below(size_t n, size_t k) {
    double total = 0, log_choose = 0;
    for (size_t i = 0; i < k; i++) {
        total += exp(log_choose - (double)n * M_LN2);
        log_choose += log((double)(n - i)) - log((double)(i + 1));
    }
    return total;
}


struct ht_interval ht_median_interval(const double *sorted, size_t count, double confidence) {
    if (count == 0)
        return (struct ht_interval){NAN, NAN, 0};
    size_t k = 1;
    while (k < (count + 1) / 2 && 1 - 2 * binomial_below(count, k + 1) >= confidence)
        k++;
    return (struct ht_interval){sorted[k - 1], sorted[count - k], 1 - 2 * binomial_below(count, k)};
}
