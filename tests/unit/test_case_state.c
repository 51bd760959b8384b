/* case_state.h and row.h: what is known of a case, and the row that begins with it. */
#include "case_state.h"

#include "checks.h"
#include "row.h"

static const struct ht_lanes two_lanes = {.lanes = {{.allocator = "glibc"}, {.allocator = "other"}},
                                          .count = 2};

static const struct ht_case_info info = {.name = "a/b/64",
                                         .stack_bytes = 1 << 20,
                                         .arms = {HT_ARM_NULL, HT_ARM_STACK, HT_ARM_HEAP},
                                         .arm_count = 3};

static struct ht_case_state fresh(void) {
    return (struct ht_case_state){.info = &info};
}


/* What the worker's compiler cannot make is no reason for silence. */
static void a_case_that_the_build_cannot_have_is_skipped_with_the_reason(void **state) {
    (void)state;
    static const struct ht_case_info missing = {
        .name = "a/blocks/8", .unavailable = {"no clang"}, .stack_bytes = 1 << 20, .arm_count = 3};
    struct ht_case_state one = {.info = &missing};
    assert_true(ht_case_cannot_run(&one, &two_lanes, SIZE_MAX));
    for (uint32_t lane = 0; lane < 2; lane++) {
        assert_int_equal(one.failed[lane][2].status, HT_SKIPPED);
        assert_string_equal(one.failed[lane][2].reason, "no clang");
    }
    assert_int_equal(one.failed[2][0].status, HT_OK); /* there is no third lane */
}


static void an_arm_is_given_up_in_its_lane_alone(void **state) {
    (void)state;
    struct ht_case_state one = fresh();
    ht_case_fail(&one, 1, 2, HT_STATUS_CRASHED, "%s (launch %d)", "SIGSEGV", 3);
    for (uint32_t lane = 0; lane < 3; lane++)
        for (uint32_t arm = 0; arm < 3; arm++)
            assert_int_equal(one.failed[lane][arm].status, lane == 1 && arm == 2 ? HT_STATUS_CRASHED : HT_OK);
    assert_string_equal(one.failed[1][2].reason, "SIGSEGV (launch 3)");
    assert_string_equal(one.failed[1][1].reason, "");
}


static void all_arms_are_given_up_but_for_those_that_had_failed_before(void **state) {
    (void)state;
    struct ht_case_state one = fresh();
    ht_case_fail(&one, 0, 1, HT_STATUS_TIMEOUT, "hangs");
    ht_case_fail(&one, 0, -1, HT_DISHONEST, "it lies");
    assert_int_equal(one.failed[0][0].status, HT_DISHONEST);
    assert_int_equal(one.failed[0][1].status, HT_STATUS_TIMEOUT);
    assert_string_equal(one.failed[0][1].reason, "hangs");
    assert_string_equal(one.failed[0][2].reason, "it lies");
    assert_int_equal(one.failed[0][3].status, HT_OK); /* the case has no fourth arm */
}


static void a_reason_that_is_too_long_is_cut(void **state) {
    (void)state;
    struct ht_case_state one = fresh();
    ht_case_fail(&one, 0, 0, HT_STATUS_CRASHED, "%0500d", 7);
    assert_int_equal(strlen(one.failed[0][0].reason), HT_REASON_MAX - 1);
    assert_int_equal(one.failed[0][1].status, HT_OK);
}


static void a_case_works_in_a_lane_while_one_arm_does(void **state) {
    (void)state;
    struct ht_case_state one = fresh();
    assert_true(ht_case_works(&one, 0));
    ht_case_fail(&one, 0, 0, HT_STATUS_CRASHED, "a");
    ht_case_fail(&one, 0, 1, HT_STATUS_CRASHED, "b");
    assert_true(ht_case_works(&one, 0));
    ht_case_fail(&one, 0, 2, HT_STATUS_CRASHED, "c");
    assert_false(ht_case_works(&one, 0));
    assert_true(ht_case_works(&one, 1));
}


static void a_case_that_needs_more_stack_is_skipped_in_all_lanes(void **state) {
    (void)state;
    struct ht_case_state one = fresh();
    assert_true(ht_case_cannot_run(&one, &two_lanes, 512 << 10));
    for (uint32_t lane = 0; lane < 2; lane++)
        for (uint32_t arm = 0; arm < 3; arm++)
            assert_int_equal(one.failed[lane][arm].status, HT_SKIPPED);
    assert_int_equal(one.failed[2][0].status, HT_OK); /* there is no third lane */
    assert_contains(one.failed[1][2].reason, "the stack limit is 512 KiB and this case needs 1280 KiB");
    assert_contains(one.failed[1][2].reason, "ulimit -s 1281");
}


static void a_limit_that_is_just_enough_is_enough(void **state) {
    (void)state;
    struct ht_case_state one = fresh();
    assert_false(ht_case_cannot_run(&one, &two_lanes, 1280 << 10));
    assert_true(ht_case_works(&one, 0));
    assert_false(ht_case_cannot_run(&one, &two_lanes, SIZE_MAX)); /* unlimited */
    assert_true(ht_case_cannot_run(&one, &two_lanes, (1280 << 10) - 1));
}


static void every_status_has_its_name(void **state) {
    (void)state;
    assert_string_equal(ht_status_name(HT_OK), "ok");
    assert_string_equal(ht_status_name(HT_SKIPPED), "skipped");
    assert_string_equal(ht_status_name(HT_STATUS_TIMEOUT), "timeout");
    assert_string_equal(ht_status_name(HT_DISHONEST), "dishonest");
}


/* -- Rows ------------------------------------------------------------------ */

static void a_row_of_an_arm_that_nobody_counted_has_no_numbers(void **state) {
    (void)state;
    struct ht_case_state one = fresh();
    struct ht_row row = ht_row_begin(&one, 1, 2);
    assert_int_equal(row.lane, 1);
    assert_int_equal(row.arm, 2);
    assert_int_equal(row.status, HT_OK);
    assert_string_equal(row.reason, "");
    for (int i = 0; i < 5; i++)
        assert_not_a_number(row.ns[i]);
    assert_not_a_number(row.cycles_median);
    assert_not_a_number(row.allocs_per_op);
    assert_not_a_number(row.alloc_bytes_per_op);
    assert_not_a_number(row.minor_faults_per_op);
}


static void a_row_of_a_dishonest_arm_has_its_counts_and_the_reason(void **state) {
    (void)state;
    struct ht_case_state one = fresh();
    one.counted[0][2].known = true;
    one.counted[0][2].allocs_per_op = 2;
    one.counted[0][2].alloc_bytes_per_op = 128;
    ht_case_fail(&one, 0, -1, HT_DISHONEST, "it lies");
    struct ht_row row = ht_row_begin(&one, 0, 2);
    assert_int_equal(row.status, HT_DISHONEST);
    assert_string_equal(row.reason, "it lies");
    assert_close(row.allocs_per_op, 2, 0);
    assert_close(row.alloc_bytes_per_op, 128, 0);
    assert_not_a_number(row.ns[2]);
    assert_not_a_number(ht_row_begin(&one, 0, 1).allocs_per_op); /* its neighbour was not counted */
}


/* Zero is a count: an arm that takes nothing was looked at. */
static void a_row_of_an_arm_that_takes_nothing_says_zero(void **state) {
    (void)state;
    struct ht_case_state one = fresh();
    one.counted[0][1].known = true;
    struct ht_row row = ht_row_begin(&one, 0, 1);
    assert_close(row.allocs_per_op, 0, 0);
    assert_close(row.alloc_bytes_per_op, 0, 0);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_that_the_build_cannot_have_is_skipped_with_the_reason),
        cmocka_unit_test(an_arm_is_given_up_in_its_lane_alone),
        cmocka_unit_test(all_arms_are_given_up_but_for_those_that_had_failed_before),
        cmocka_unit_test(a_reason_that_is_too_long_is_cut),
        cmocka_unit_test(a_case_works_in_a_lane_while_one_arm_does),
        cmocka_unit_test(a_case_that_needs_more_stack_is_skipped_in_all_lanes),
        cmocka_unit_test(a_limit_that_is_just_enough_is_enough),
        cmocka_unit_test(every_status_has_its_name),
        cmocka_unit_test(a_row_of_an_arm_that_nobody_counted_has_no_numbers),
        cmocka_unit_test(a_row_of_a_dishonest_arm_has_its_counts_and_the_reason),
        cmocka_unit_test(a_row_of_an_arm_that_takes_nothing_says_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
