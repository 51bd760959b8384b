/* plan.h: what a profile may take, and how that is shared among its cases. */
#include "plan.h"

#include "checks.h"

static void a_run_keeps_to_its_time_however_many_cases_it_has(void **state) {
    (void)state;
    for (int profile = HT_SMOKE; profile <= HT_FULL; profile++)
        for (size_t cases = 1; cases <= 1000; cases *= 10) {
            struct ht_plan plan = ht_plan_of((enum ht_profile)profile);
            ht_plan_fit(&plan, cases);
            assert_true(ht_plan_max_seconds(&plan, cases) <= plan.max_seconds + 1);
            assert_true(ht_plan_seconds(&plan, cases, 4) <= ht_plan_max_seconds(&plan, cases) + 1e-9);
        }
}


static void a_few_cases_get_no_more_than_any_case_may_have(void **state) {
    (void)state;
    struct ht_plan plan = ht_plan_of(HT_QUICK);
    double most = plan.max_seconds_per_case;
    ht_plan_fit(&plan, 1);
    assert_close(plan.max_seconds_per_case, most, 0);
}


/* Whoever names launches or seconds has no limit for the run, and gets what was asked for. */
static void without_a_limit_nothing_is_shared(void **state) {
    (void)state;
    struct ht_plan plan = ht_plan_of(HT_FULL);
    plan.max_seconds = 0;
    plan.max_seconds_per_case = 100;
    ht_plan_fit(&plan, 1000);
    assert_close(plan.max_seconds_per_case, 100, 0);
}


static void the_limits_are_those_that_the_handbook_names(void **state) {
    (void)state;
    assert_true(ht_plan_of(HT_SMOKE).max_seconds < 30);
    assert_true(ht_plan_of(HT_QUICK).max_seconds < 5 * 60);
    assert_true(ht_plan_of(HT_FULL).max_seconds < 45 * 60);
}


/* A comparison rests on launches: at least 8 in quick and 20 in full. */
static void there_are_launches_enough(void **state) {
    (void)state;
    assert_true(ht_plan_of(HT_QUICK).launches >= 8);
    assert_true(ht_plan_of(HT_FULL).launches >= 20);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_keeps_to_its_time_however_many_cases_it_has),
        cmocka_unit_test(a_few_cases_get_no_more_than_any_case_may_have),
        cmocka_unit_test(without_a_limit_nothing_is_shared),
        cmocka_unit_test(the_limits_are_those_that_the_handbook_names),
        cmocka_unit_test(there_are_launches_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
