/* clock.h on made-up moments: a slip of units here would put every time in every file off. */
#include "clock.h"

#include "checks.h"

#include <time.h>

static struct ht_moment at(uint64_t ticks, uint64_t ns) {
    return (struct ht_moment){ticks, ns};
}

static void the_rate_is_ticks_over_nanoseconds(void **state) {
    (void)state;
    assert_close(ht_ticks_per_ns(at(0, 0), at(26000, 10000)), 2.6, 1e-12);
    assert_close(ht_ticks_per_ns(at(500, 7000), at(26500, 17000)), 2.6, 1e-12);
    /* A counter slower than a nanosecond: 24 MHz. */
    assert_close(ht_ticks_per_ns(at(0, 0), at(24000, 1000000)), 0.024, 1e-12);
}


static void at_2_6_ticks_per_ns_26000_ticks_are_10000_ns(void **state) {
    (void)state;
    assert_close(ht_ticks_to_ns(26000, 2.6), 10000, 1e-9);
    assert_close(ht_ticks_to_ns(1, 0.024), 1000.0 / 24, 1e-9);
    assert_close(ht_ticks_to_ns(0, 2.6), 0, 0);
}


static void a_rate_and_its_conversion_give_the_time_back(void **state) {
    (void)state;
    struct ht_moment from = at(1000, 2000), to = at(123457789, 47484841);
    assert_close(ht_ticks_to_ns((double)(to.ticks - from.ticks), ht_ticks_per_ns(from, to)),
                 (double)(to.ns - from.ns), 1e-6);
}


static void a_counter_that_has_run_for_years_loses_nothing(void **state) {
    (void)state;
    uint64_t years = (uint64_t)1 << 62;
    assert_close(ht_ticks_per_ns(at(years, years), at(years + 26000, years + 10000)), 2.6, 1e-12);
}


static void seconds_are_a_billion_nanoseconds(void **state) {
    (void)state;
    assert_close(ht_seconds_between(at(0, 0), at(0, 1500000000)), 1.5, 1e-12);
    assert_close(ht_seconds_between(at(0, 1500000000), at(0, 0)), -1.5, 1e-12);
}


/* Whatever machine this is: ticks, converted at the rate found once, must agree with the system's clock
 * later. */
static void the_real_counter_keeps_the_rate_it_was_found_at(void **state) {
    (void)state;
    struct timespec pause = {0, 30000000};
    struct ht_moment first = ht_now();
    nanosleep(&pause, NULL);
    struct ht_moment second = ht_now();
    nanosleep(&pause, NULL);
    struct ht_moment third = ht_now();
    assert_true(second.ticks > first.ticks && third.ticks > second.ticks);
    double rate = ht_ticks_per_ns(first, second);
    double ns = ht_ticks_to_ns((double)(third.ticks - second.ticks), rate);
    assert_close(ns / (double)(third.ns - second.ns), 1, 0.02);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_is_ticks_over_nanoseconds),
        cmocka_unit_test(at_2_6_ticks_per_ns_26000_ticks_are_10000_ns),
        cmocka_unit_test(a_rate_and_its_conversion_give_the_time_back),
        cmocka_unit_test(a_counter_that_has_run_for_years_loses_nothing),
        cmocka_unit_test(seconds_are_a_billion_nanoseconds),
        cmocka_unit_test(the_real_counter_keeps_the_rate_it_was_found_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
