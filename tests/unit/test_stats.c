/* stats.h against values worked out by hand, and the same as R's quantile(type = 7) and pbinom. */
#include "stats.h"

#include "checks.h"

#define COUNT(ARRAY) (sizeof(ARRAY) / sizeof(ARRAY)[0])

static void sorting_puts_small_values_first_and_keeps_equal_ones(void **state) {
    (void)state;
    double values[] = {3, -1, 2.5, 3, 0, 1e300, -1e300, 2.5};
    const double sorted[] = {-1e300, -1, 0, 2.5, 2.5, 3, 3, 1e300};
    ht_sort(values, COUNT(values));
    assert_memory_equal(values, sorted, sizeof sorted);
}


static void the_median_of_an_odd_count_is_the_middle_value(void **state) {
    (void)state;
    const double sorted[] = {1, 2, 10};
    assert_close(ht_quantile(sorted, 3, 0.5), 2, 0);
}


static void the_median_of_an_even_count_is_between_the_middle_two(void **state) {
    (void)state;
    const double sorted[] = {1, 2, 4, 100};
    assert_close(ht_quantile(sorted, 4, 0.5), 3, 0);
}


/* R: quantile(c(3, 6, 7, 8, 8, 10, 13, 15, 16, 20), c(0.05, 0.25, 0.5, 0.75, 0.95)) */
static void quantiles_are_those_of_type_7(void **state) {
    (void)state;
    const double sorted[] = {3, 6, 7, 8, 8, 10, 13, 15, 16, 20};
    assert_close(ht_quantile(sorted, 10, 0.05), 4.35, 1e-12);
    assert_close(ht_quantile(sorted, 10, 0.25), 7.25, 1e-12);
    assert_close(ht_quantile(sorted, 10, 0.5), 9, 1e-12);
    assert_close(ht_quantile(sorted, 10, 0.75), 14.5, 1e-12);
    assert_close(ht_quantile(sorted, 10, 0.95), 18.2, 1e-12);
}


/* R: quantile(c(15, 20, 35, 40, 50), 0.4) is 29; type 6 would say 26, type 5 27.5. */
static void quantiles_are_not_those_of_another_type(void **state) {
    (void)state;
    const double sorted[] = {15, 20, 35, 40, 50};
    assert_close(ht_quantile(sorted, 5, 0.4), 29, 1e-12);
}


static void the_outermost_quantiles_are_the_extremes(void **state) {
    (void)state;
    const double sorted[] = {-2, 0, 7};
    assert_close(ht_quantile(sorted, 3, 0), -2, 0);
    assert_close(ht_quantile(sorted, 3, 1), 7, 0);
}


static void every_quantile_of_one_value_is_that_value(void **state) {
    (void)state;
    const double sorted[] = {42};
    for (double q = 0; q <= 1; q += 0.125)
        assert_close(ht_quantile(sorted, 1, q), 42, 0);
}


static void a_quantile_of_nothing_is_no_number(void **state) {
    (void)state;
    assert_not_a_number(ht_quantile(NULL, 0, 0.5));
}


/* 1, 2, … n: the value at rank k is k. */
static struct ht_interval interval_of_ranks(size_t count, double confidence) {
    static double ranks[5000];
    for (size_t i = 0; i < count; i++)
        ranks[i] = (double)i + 1;
    return ht_median_interval(ranks, count, confidence);
}


static void median_intervals_have_the_coverage_they_claim(void **state) {
    (void)state;
    static const struct {
        size_t count, low, high;
        double coverage; /* R: 1 - 2 * pbinom(low - 1, count, 0.5) */
    } known[] = {
        {2, 1, 2, 0.5},
        {5, 1, 5, 0.9375}, /* never 95 % with five: the widest there is */
        {6, 1, 6, 0.96875},
        {8, 1, 8, 0.9921875}, /* [2, 7] would be 0.9296875 */
        {10, 2, 9, 0.978515625},
        {12, 3, 10, 0.96142578125},
        {20, 6, 15, 0.95861053466796875},
        {24, 7, 18, 1 - 2 * 190051.0 / 16777216},
    };
    for (size_t i = 0; i < COUNT(known); i++) {
        struct ht_interval interval = interval_of_ranks(known[i].count, 0.95);
        assert_close(interval.low, (double)known[i].low, 0);
        assert_close(interval.high, (double)known[i].high, 0);
        assert_close(interval.coverage, known[i].coverage, 1e-12);
    }
}


/* The next narrower interval falls short, so that the one taken is the narrowest that will do. */
static void median_intervals_are_as_narrow_as_the_confidence_allows(void **state) {
    (void)state;
    assert_close(interval_of_ranks(8, 0.92).low, 2, 0);
    assert_close(interval_of_ranks(8, 0.92).coverage, 0.9296875, 1e-12);
    assert_close(interval_of_ranks(8, 0.93).low, 1, 0);
}


static void more_confidence_makes_an_interval_wider(void **state) {
    (void)state;
    struct ht_interval interval = interval_of_ranks(10, 0.99);
    assert_close(interval.low, 1, 0);
    assert_close(interval.high, 10, 0);
    assert_close(interval.coverage, 1 - 2.0 / 1024, 1e-12);
}


static void one_value_has_an_interval_without_confidence(void **state) {
    (void)state;
    struct ht_interval interval = interval_of_ranks(1, 0.95);
    assert_close(interval.low, 1, 0);
    assert_close(interval.high, 1, 0);
    assert_close(interval.coverage, 0, 1e-12);
}


static void no_value_has_no_interval(void **state) {
    (void)state;
    struct ht_interval interval = ht_median_interval(NULL, 0, 0.95);
    assert_not_a_number(interval.low);
    assert_not_a_number(interval.high);
    assert_close(interval.coverage, 0, 0);
}


/* 2^-5000 is no double; R: qbinom(0.025, 5000, 0.5) is 2431. */
static void thousands_of_values_do_not_underflow(void **state) {
    (void)state;
    struct ht_interval interval = interval_of_ranks(5000, 0.95);
    assert_close(interval.low, 2431, 1);
    assert_close(interval.high, 5001 - interval.low, 0);
    assert_true(interval.coverage >= 0.95 && interval.coverage < 0.953);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorting_puts_small_values_first_and_keeps_equal_ones),
        cmocka_unit_test(the_median_of_an_odd_count_is_the_middle_value),
        cmocka_unit_test(the_median_of_an_even_count_is_between_the_middle_two),
        cmocka_unit_test(quantiles_are_those_of_type_7),
        cmocka_unit_test(quantiles_are_not_those_of_another_type),
        cmocka_unit_test(the_outermost_quantiles_are_the_extremes),
        cmocka_unit_test(every_quantile_of_one_value_is_that_value),
        cmocka_unit_test(a_quantile_of_nothing_is_no_number),
        cmocka_unit_test(median_intervals_have_the_coverage_they_claim),
        cmocka_unit_test(median_intervals_are_as_narrow_as_the_confidence_allows),
        cmocka_unit_test(more_confidence_makes_an_interval_wider),
        cmocka_unit_test(one_value_has_an_interval_without_confidence),
        cmocka_unit_test(no_value_has_no_interval),
        cmocka_unit_test(thousands_of_values_do_not_underflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
