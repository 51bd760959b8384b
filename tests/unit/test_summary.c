/* summary.h: the figures of a run's end, from rows with known answers. */
#include "summary.h"

#include "checks.h"

#include <stdlib.h>

static struct ht_case_info infos[] = {
    {.name = "a/b/8", .arms = {HT_ARM_NULL, HT_ARM_STACK, HT_ARM_HEAP}, .arm_count = 3}};
static const struct ht_catalogue catalogue = {.cases = infos, .count = 1};
static const struct ht_lanes lanes = {.lanes = {{.allocator = "glibc"}, {.allocator = "other"}}, .count = 2};

static struct ht_row row_of(uint32_t lane, uint32_t arm, double ns) {
    return (struct ht_row){
        .lane = lane, .arm = arm, .status = HT_OK, .ns = {ns, ns, ns, ns, ns}, .cycles_median = 3 * ns};
}


static struct ht_row lost(uint32_t lane, uint32_t arm, enum ht_status status, const char *reason) {
    struct ht_row row = row_of(lane, arm, NAN);
    row.status = status;
    strcpy(row.reason, reason);
    return row;
}


static struct ht_summary fresh(void) {
    struct ht_summary summary;
    assert_true(ht_summary_init(&summary, &catalogue, &lanes));
    return summary;
}


static void add_launch(struct ht_summary *summary, double stack, double heap) {
    const struct ht_row rows[] = {row_of(0, 0, 0.5), row_of(0, 1, stack), row_of(0, 2, heap)};
    assert_true(ht_summary_add(summary, 0, rows, 3));
}


/* Tolls 10, 1, 21. Unpaired, the difference of the medians would be 11 - 5 = 6. */
static void the_toll_is_paired_within_each_launch(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    struct ht_pair pair;
    add_launch(&summary, 1, 11);
    add_launch(&summary, 5, 6);
    add_launch(&summary, 9, 30);
    assert_true(ht_summary_pair(&summary, 0, 0, &pair));
    assert_int_equal(pair.launches, 3);
    assert_close(pair.stack_ns, 5, 1e-12);
    assert_close(pair.heap_ns, 11, 1e-12);
    assert_close(pair.toll_ns, 10, 1e-12);
    assert_close(pair.toll_cycles, 30, 1e-12);
    assert_close(pair.ratio, 30.0 / 9, 1e-12);
    assert_close(pair.toll_interval.low, 1, 1e-12);
    assert_close(pair.toll_interval.high, 21, 1e-12);
    assert_close(pair.toll_interval.coverage, 0.75, 1e-12);
    ht_summary_free(&summary);
}


static void a_launch_without_one_arm_counts_for_the_other_alone(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    struct ht_pair pair;
    add_launch(&summary, 1, 2);
    const struct ht_row rows[] = {row_of(0, 1, 100), lost(0, 2, HT_STATUS_CRASHED, "SIGSEGV")};
    assert_true(ht_summary_add(&summary, 0, rows, 2));
    assert_true(ht_summary_pair(&summary, 0, 0, &pair));
    assert_int_equal(pair.launches, 1);
    assert_close(pair.toll_ns, 1, 1e-12);
    assert_close(pair.stack_ns, 50.5, 1e-12);
    ht_summary_free(&summary);
}


static void a_lane_that_was_never_measured_has_no_figures(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    struct ht_pair pair;
    add_launch(&summary, 1, 2);
    assert_false(ht_summary_pair(&summary, 0, 1, &pair));
    ht_summary_free(&summary);
}


static void the_worst_that_happened_to_a_pair_is_kept_with_its_reason(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    const struct ht_row crashed = lost(1, 2, HT_STATUS_CRASHED, "SIGSEGV"), fine = row_of(1, 2, 5);
    assert_true(ht_summary_add(&summary, 0, &crashed, 1));
    assert_true(ht_summary_add(&summary, 0, &fine, 1));
    assert_int_equal(summary.pairs[1].worst, HT_STATUS_CRASHED);
    assert_string_equal(summary.pairs[1].reason, "SIGSEGV");
    assert_int_equal(summary.pairs[0].worst, HT_OK);
    ht_summary_free(&summary);
}


static void a_pair_is_contended_when_most_of_its_launches_are(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    struct ht_row rows[] = {row_of(0, 1, 1), row_of(0, 2, 2)};
    assert_true(ht_summary_add(&summary, 0, rows, 2));
    rows[1].status = HT_CONTENDED;
    assert_true(ht_summary_add(&summary, 0, rows, 2));
    assert_int_equal(ht_summary_losses(&summary).contended, 0); /* one of two is not most */
    assert_true(ht_summary_add(&summary, 0, rows, 2));
    assert_int_equal(ht_summary_losses(&summary).contended, 1);
    assert_int_equal(ht_summary_losses(&summary).failed, 0);
    ht_summary_free(&summary);
}


static void losses_tell_skipped_from_failed(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    const struct ht_row rows[] = {lost(0, 1, HT_SKIPPED, "stack"), lost(1, 2, HT_STATUS_TIMEOUT, "hangs")};
    assert_true(ht_summary_add(&summary, 0, rows, 2));
    struct ht_losses losses = ht_summary_losses(&summary);
    assert_int_equal(losses.pairs, 2);
    assert_int_equal(losses.skipped, 1);
    assert_int_equal(losses.failed, 1);
    ht_summary_free(&summary);
}


/* As scripts/heaptoll/summary.py does: each arm decides for itself which of its launches count. */
static void contended_launches_count_only_in_the_arm_that_has_mostly_such(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    struct ht_pair pair;
    static const struct {
        double stack, heap;
        enum ht_status stack_status, heap_status;
    } launches[] = {
        {1, 11, HT_OK, HT_CONTENDED}, {2, 22, HT_OK, HT_CONTENDED}, {30, 33, HT_CONTENDED, HT_CONTENDED}};
    for (size_t i = 0; i < 3; i++) {
        struct ht_row rows[] = {row_of(0, 1, launches[i].stack), row_of(0, 2, launches[i].heap)};
        rows[0].status = launches[i].stack_status;
        rows[1].status = launches[i].heap_status;
        assert_true(ht_summary_add(&summary, 0, rows, 2));
    }
    assert_true(ht_summary_pair(&summary, 0, 0, &pair));
    assert_true(pair.contended);
    assert_close(pair.stack_ns, 1.5, 1e-12); /* without the contended 30 */
    assert_close(pair.heap_ns, 22, 1e-12);
    assert_int_equal(pair.launches, 2);
    assert_close(pair.toll_ns, 15, 1e-12); /* of 10 and 20 */
    ht_summary_free(&summary);
}


static void a_stack_time_of_nothing_has_no_ratio(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    struct ht_pair pair;
    add_launch(&summary, 1, 11);
    add_launch(&summary, 0, 11);
    assert_true(ht_summary_pair(&summary, 0, 0, &pair));
    assert_close(pair.toll_ns, 10.5, 1e-12);
    assert_not_a_number(pair.ratio);
    ht_summary_free(&summary);
}


/* The other engine does not know cycles. */
static void cycles_that_are_not_known_are_no_number(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    struct ht_pair pair;
    struct ht_row rows[] = {row_of(0, 1, 1), row_of(0, 2, 11)};
    rows[0].cycles_median = rows[1].cycles_median = NAN;
    assert_true(ht_summary_add(&summary, 0, rows, 2));
    assert_true(ht_summary_pair(&summary, 0, 0, &pair));
    assert_close(pair.toll_ns, 10, 1e-12);
    assert_not_a_number(pair.toll_cycles);
    ht_summary_free(&summary);
}


/* Launch by launch the lanes' medians are 2 and 4; of all four times it would be 2.5. */
static void the_stack_across_lanes_is_the_median_of_medians(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    const struct ht_row first[] = {row_of(0, 1, 1), row_of(1, 1, 3)};
    const struct ht_row second[] = {row_of(0, 1, 2), row_of(1, 1, 6)};
    assert_not_a_number(ht_summary_stack_across(&summary, 0));
    assert_true(ht_summary_add(&summary, 0, first, 2));
    assert_true(ht_summary_add(&summary, 0, second, 2));
    assert_close(ht_summary_stack_across(&summary, 0), 3, 1e-12);
    ht_summary_free(&summary);
}


/* Rows of another lane are no launch of this one: the other engine hands them over lane by lane. */
static void a_launch_belongs_to_the_lanes_that_have_rows_in_it(void **state) {
    (void)state;
    struct ht_summary summary = fresh();
    add_launch(&summary, 1, 2);
    assert_int_equal(ht_summary_series(&summary, 0, 0)->count, 1);
    assert_int_equal(ht_summary_series(&summary, 0, 1)->count, 0);
    ht_summary_free(&summary);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_toll_is_paired_within_each_launch),
        cmocka_unit_test(a_launch_without_one_arm_counts_for_the_other_alone),
        cmocka_unit_test(a_lane_that_was_never_measured_has_no_figures),
        cmocka_unit_test(the_worst_that_happened_to_a_pair_is_kept_with_its_reason),
        cmocka_unit_test(a_pair_is_contended_when_most_of_its_launches_are),
        cmocka_unit_test(losses_tell_skipped_from_failed),
        cmocka_unit_test(contended_launches_count_only_in_the_arm_that_has_mostly_such),
        cmocka_unit_test(a_stack_time_of_nothing_has_no_ratio),
        cmocka_unit_test(cycles_that_are_not_known_are_no_number),
        cmocka_unit_test(the_stack_across_lanes_is_the_median_of_medians),
        cmocka_unit_test(a_launch_belongs_to_the_lanes_that_have_rows_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
