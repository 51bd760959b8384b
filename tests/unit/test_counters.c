/* counters.h: which events are counted, why one is not, and what a reading is worth. */
#include "counters.h"

#include "checks.h"

#include <stdio.h>

static struct ht_counters parsed(const char *list) {
    struct ht_counters counters;
    struct ht_error error = {""};
    if (!ht_counters_parse(&counters, list, &error))
        fail_msg("%s", error.text);
    return counters;
}


/* Some systems let nobody but root count anything. */
#define SKIP_UNLESS_PERMITTED(COUNTERS)                                                                      \
    do {                                                                                                     \
        for (uint32_t i = 0; i < (COUNTERS).count; i++)                                                      \
            if (strstr((COUNTERS).all[i].why, "not permitted"))                                              \
                skip();                                                                                      \
    } while (0)

static void no_list_is_no_counter(void **state) {
    (void)state;
    struct ht_counters counters = parsed(NULL);
    assert_int_equal(counters.count, 0);
    assert_false(ht_counters_any(&counters));
}


static void software_events_are_there_on_every_machine(void **state) {
    (void)state;
    struct ht_counters counters = parsed("page-faults,context-switches");
    assert_int_equal(counters.count, 2);
    SKIP_UNLESS_PERMITTED(counters);
    for (uint32_t i = 0; i < 2; i++) {
        assert_true(counters.all[i].available);
        assert_string_equal(counters.all[i].why, "");
        assert_int_equal(counters.all[i].event.type, PERF_TYPE_SOFTWARE);
    }
    assert_contains(counters.all[0].event_name, "PAGE_FAULTS");
}


static void an_unknown_name_keeps_its_column_and_says_why(void **state) {
    (void)state;
    struct ht_counters counters = parsed("page-faults,no-such-event");
    assert_int_equal(counters.count, 2);
    assert_string_equal(counters.all[1].name, "no-such-event");
    assert_false(counters.all[1].available);
    assert_contains(counters.all[1].why, "not found");
    assert_contains(counters.all[1].remedy, "perf list");
    SKIP_UNLESS_PERMITTED(counters);
    assert_true(ht_counters_any(&counters));
}


static void what_is_no_list_of_names_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *list, *said;
    } bad[] = {{"", "is no name"},
               {"cycles,", "is no name"},
               {"cycles,,page-faults", "is no name"},
               {"page faults", "is no name"},
               {"cycles,\"x\"", "is no name"},
               {"cycles,instructions,cycles", "'cycles' stands there twice"},
               {"a,b,c,d,e,f,g,h,i,j,k,l,m", "more than 12"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ht_counters counters;
        struct ht_error error = {""};
        assert_false(ht_counters_parse(&counters, bad[i].list, &error));
        assert_contains(error.text, bad[i].said);
    }
}


static void workers_are_told_only_of_what_is_available(void **state) {
    (void)state;
    static struct ht_page page;
    struct ht_counters counters = parsed("no-such-event,page-faults");
    ht_counters_publish(&counters, &page);
    SKIP_UNLESS_PERMITTED(counters);
    assert_int_equal(page.counter_count, 2);
    assert_false(page.counters[0].wanted);
    assert_true(page.counters[1].wanted);
}


static char told[4][1400];
static int told_count;

static void tell(void *context, const char *line) {
    (void)context;
    snprintf(told[told_count++], sizeof told[0], "%s", line);
}


static void one_line_for_each_reason(void **state) {
    (void)state;
    struct ht_counters counters = {.count = 4,
                                   .all = {{.name = "a", .why = "no PMU", .remedy = "another machine"},
                                           {.name = "b", .available = true},
                                           {.name = "c", .why = "not known", .remedy = "perf list"},
                                           {.name = "d", .why = "no PMU", .remedy = "another machine"}}};
    told_count = 0;
    ht_counters_explain(&counters, tell, NULL);
    assert_int_equal(told_count, 2);
    assert_string_equal(told[0], "not counted: a, d: no PMU; another machine");
    assert_string_equal(told[1], "not counted: c: not known; perf list");
}


static void a_value_is_what_the_longer_slice_has_more(void **state) {
    (void)state;
    struct ht_counter_reading shorter = {1000, 10, 10}, longer = {1750, 20, 20};
    assert_close(ht_counter_value(longer, shorter), 750, 0);
}


static void a_multiplexed_reading_is_scaled_to_the_time_it_was_enabled(void **state) {
    (void)state;
    struct ht_counter_reading shorter = {100, 40, 40}, longer = {100, 80, 20};
    assert_close(ht_counter_value(longer, shorter), 300, 1e-9);
}


static void what_never_ran_has_no_value(void **state) {
    (void)state;
    struct ht_counter_reading none = {0, 50, 0}, some = {5, 50, 50};
    assert_not_a_number(ht_counter_value(none, some));
    assert_not_a_number(ht_counter_value(some, none));
}


static void noise_makes_no_count_negative(void **state) {
    (void)state;
    struct ht_counter_reading shorter = {12, 10, 10}, longer = {11, 20, 20};
    assert_close(ht_counter_value(longer, shorter), 0, 0);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_list_is_no_counter),
        cmocka_unit_test(software_events_are_there_on_every_machine),
        cmocka_unit_test(an_unknown_name_keeps_its_column_and_says_why),
        cmocka_unit_test(what_is_no_list_of_names_is_refused),
        cmocka_unit_test(workers_are_told_only_of_what_is_available),
        cmocka_unit_test(one_line_for_each_reason),
        cmocka_unit_test(a_value_is_what_the_longer_slice_has_more),
        cmocka_unit_test(a_multiplexed_reading_is_scaled_to_the_time_it_was_enabled),
        cmocka_unit_test(what_never_ran_has_no_value),
        cmocka_unit_test(noise_makes_no_count_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
