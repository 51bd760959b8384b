/* short_number.h: figures in few characters. */
#include "short_number.h"

#include "checks.h"

#include <float.h>

static void assert_written(double value, const char *expected) {
    char text[HT_SHORT_NUMBER_MAX];
    assert_string_equal(ht_short_number(value, text), expected);
}


static void three_digits_are_enough_for_small_figures(void **state) {
    (void)state;
    assert_written(0.123456, "0.12");
    assert_written(7.0449, "7.04");
    assert_written(-7.0449, "-7.04");
    assert_written(12.345, "12.3");
    assert_written(123.45, "123");
    assert_written(45678.4, "45678");
}


static void a_figure_that_rounds_up_to_the_next_place_loses_a_decimal(void **state) {
    (void)state;
    assert_written(9.994, "9.99");
    assert_written(9.996, "10.0");
    assert_written(99.96, "100");
    assert_written(99999.4, "99999");
    assert_written(99999.6, "1.00e5");
    assert_written(999600, "1.00e6");
}


static void what_rounds_to_nothing_has_no_sign(void **state) {
    (void)state;
    assert_written(0, "0.00");
    assert_written(-0.0, "0.00");
    assert_written(-0.004, "0.00");
    assert_written(-0.006, "-0.01");
}


static void what_is_not_known_is_a_dash(void **state) {
    (void)state;
    assert_written(NAN, "-");
    assert_written(INFINITY, "-");
    assert_written(-INFINITY, "-");
}


/* The widths of the table's columns rest on it. */
static void no_figure_is_longer_than_seven_characters(void **state) {
    (void)state;
    char text[HT_SHORT_NUMBER_MAX];
    for (double value = 1e-9; value < DBL_MAX / 4; value *= 3.7) {
        assert_true(strlen(ht_short_number(value, text)) <= 7);
        assert_true(strlen(ht_short_number(-value, text)) <= 7);
    }
    assert_true(strlen(ht_short_number(-DBL_MAX, text)) <= 7);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_digits_are_enough_for_small_figures),
        cmocka_unit_test(a_figure_that_rounds_up_to_the_next_place_loses_a_decimal),
        cmocka_unit_test(what_rounds_to_nothing_has_no_sign),
        cmocka_unit_test(what_is_not_known_is_a_dash),
        cmocka_unit_test(no_figure_is_longer_than_seven_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
