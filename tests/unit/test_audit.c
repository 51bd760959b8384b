/* audit.h: what makes a case dishonest, and how that is said and printed. */
#include "audit.h"

#include "checks.h"

#include <stdio.h>
#include <stdlib.h>

#define OPERATIONS 512

static const struct ht_case_info info = {
    .name = "a/b/64", .arms = {HT_ARM_NULL, HT_ARM_STACK, HT_ARM_HEAP}, .arm_count = 3};

enum { NULL_ARM, STACK_ARM, HEAP_ARM };

/* What three honest arms were counted to do: the heap arm takes one block of 64 bytes in every operation. */
struct counted {
    struct ht_audit audits[HT_MAX_ARMS];
    bool counted[HT_MAX_ARMS];
    char reason[HT_REASON_MAX];
};

static struct counted honest(void) {
    const struct ht_allocation one = {OPERATIONS, OPERATIONS * 64};
    struct counted all = {.counted = {true, true, true}};
    for (int arm = 0; arm < 3; arm++)
        all.audits[arm].sum = 77;
    all.audits[HEAP_ARM].declared = all.audits[HEAP_ARM].taken = one;
    all.audits[HEAP_ARM].freed = OPERATIONS;
    return all;
}


static bool judge(struct counted *all) {
    strcpy(all->reason, "untouched");
    return ht_audit_judge(&info, all->audits, all->counted, OPERATIONS, all->reason, sizeof all->reason);
}


static void arms_that_keep_their_word_are_honest(void **state) {
    (void)state;
    struct counted all = honest();
    assert_false(judge(&all));
    assert_string_equal(all.reason, "untouched");
}


/* -- Other blocks or bytes than declared ----------------------------------- */

static void a_stack_arm_that_allocates_is_named_with_both_numbers(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[STACK_ARM].taken = (struct ht_allocation){OPERATIONS, OPERATIONS * 48};
    all.audits[STACK_ARM].freed = OPERATIONS;
    assert_true(judge(&all));
    assert_contains(all.reason, "the stack arm takes 1 blocks of 48 bytes");
    assert_contains(all.reason, "declares 0 of 0");
}


/* As when the compiler removed malloc and free. */
static void a_heap_arm_that_allocates_nothing_is_dishonest(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].taken = (struct ht_allocation){0, 0};
    all.audits[HEAP_ARM].freed = 0;
    assert_true(judge(&all));
    assert_contains(all.reason, "the heap arm takes 0 blocks of 0 bytes");
    assert_contains(all.reason, "declares 1 of 64");
}


/* As when a layer counts what the one below it counts again. */
static void twice_the_blocks_are_dishonest(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].taken = (struct ht_allocation){2 * OPERATIONS, 2 * OPERATIONS * 64};
    all.audits[HEAP_ARM].freed = 2 * OPERATIONS;
    assert_true(judge(&all));
    assert_contains(all.reason, "the heap arm takes 2 blocks of 128 bytes in all");
}


static void half_of_the_operations_are_said_as_a_fraction(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].taken = (struct ht_allocation){OPERATIONS / 2, OPERATIONS / 2 * 64};
    all.audits[HEAP_ARM].freed = OPERATIONS / 2;
    assert_true(judge(&all));
    assert_contains(all.reason, "takes 0.5 blocks of 32 bytes");
}


static void one_block_too_many_in_all_operations_is_dishonest(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[STACK_ARM].taken = (struct ht_allocation){1, 0};
    all.audits[STACK_ARM].freed = 1;
    assert_true(judge(&all));
    assert_contains(all.reason, "the stack arm takes 0.001953125 blocks");
}


static void as_many_blocks_of_another_size_are_dishonest(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].taken.bytes -= OPERATIONS * 8;
    assert_true(judge(&all));
    assert_contains(all.reason, "takes 1 blocks of 56 bytes");
    assert_contains(all.reason, "declares 1 of 64");
}


/* A reason that names the same number twice explains nothing. */
static void large_sizes_that_differ_little_are_told_apart(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].declared.bytes = OPERATIONS * 1048576ull;
    all.audits[HEAP_ARM].taken.bytes = OPERATIONS * 1048577ull;
    assert_true(judge(&all));
    assert_contains(all.reason, "1048577 bytes");
    assert_contains(all.reason, "of 1048576");
}


/* A declaration of its own for each operation is compared in sum, whatever it is divided by. */
static void a_declared_fraction_is_honest(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].declared = all.audits[HEAP_ARM].taken = (struct ht_allocation){263, 263 * 8};
    all.audits[HEAP_ARM].freed = 263;
    assert_false(judge(&all));
}


/* -- What is given back ---------------------------------------------------- */

static void a_block_that_is_not_given_back_is_dishonest(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].freed = 0;
    assert_true(judge(&all));
    assert_contains(all.reason, "the heap arm takes 1 blocks from the heap per operation and gives 0 back");
}


static void one_leak_among_all_operations_is_enough(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].freed--;
    assert_true(judge(&all));
    assert_contains(all.reason, "gives 0.998046875 back");
}


static void giving_back_more_than_was_taken_is_dishonest_too(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].freed *= 2;
    assert_true(judge(&all));
    assert_contains(all.reason, "gives 2 back");
}


/* In the long run, as much is given back as is taken; the next operation just finds a warmer heap. */
/* Its boxes lie ready; if they did not, the heap arm would be about something else. */
static void a_preparation_that_keeps_other_blocks_than_it_says_is_dishonest(void **state) {
    (void)state;
    struct counted all = honest();
    for (int arm = 0; arm < 3; arm++)
        all.audits[arm].prepared = all.audits[arm].prepared_declared = 256;
    assert_false(judge(&all));
    for (int arm = 0; arm < 3; arm++)
        all.audits[arm].prepared = 255;
    assert_true(judge(&all));
    assert_contains(all.reason, "what the case prepares keeps 255 blocks from the heap and declares 256");
}


static void giving_back_in_a_later_operation_is_dishonest(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].late = 1;
    assert_true(judge(&all));
    assert_contains(all.reason,
                    "the heap arm gives blocks back, but later than in the operation that took them: 1 of");
}


/* -- Equal work ------------------------------------------------------------ */

static void a_stack_arm_may_not_even_begin_by_allocating(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[STACK_ARM].once = (struct ht_allocation){1, 4096};
    assert_true(judge(&all));
    assert_contains(all.reason, "the stack arm takes 1 blocks of 4096 bytes in all from the heap once");
    all = honest();
    all.audits[HEAP_ARM].once = (struct ht_allocation){2, 128};
    assert_false(judge(&all));
}


static void arms_with_another_sum_do_other_work(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[STACK_ARM].sum = 76;
    assert_true(judge(&all));
    assert_contains(all.reason, "the stack arm's results do not add up to those of the null arm");
}


static void an_arm_that_was_not_counted_accuses_nobody(void **state) {
    (void)state;
    struct counted all = honest();
    all.counted[NULL_ARM] = all.counted[HEAP_ARM] = false;
    memset(&all.audits[NULL_ARM], 0xff, sizeof all.audits[NULL_ARM]);
    memset(&all.audits[HEAP_ARM], 0x55, sizeof all.audits[HEAP_ARM]);
    assert_false(judge(&all)); /* one arm has nobody to compare its sum with */
}


static void arms_around_one_that_was_not_counted_are_compared(void **state) {
    (void)state;
    struct counted all = honest();
    all.counted[NULL_ARM] = false;
    all.audits[HEAP_ARM].sum = 1;
    assert_true(judge(&all));
    assert_contains(all.reason, "the heap arm's results do not add up to those of the stack arm");
}


static void nobody_counted_is_nobody_accused(void **state) {
    (void)state;
    struct counted all = honest();
    memset(all.counted, 0, sizeof all.counted);
    memset(all.audits, 0xff, sizeof all.audits);
    assert_false(judge(&all));
}


/* Wherever its arm stands in the case's list. */
static void what_is_wrong_with_an_arm_is_said_before_what_differs_between_two(void **state) {
    (void)state;
    struct counted all = honest();
    all.audits[HEAP_ARM].freed = 0;
    all.audits[HEAP_ARM].sum = 1;
    assert_true(judge(&all));
    assert_contains(all.reason, "gives 0 back");
}


static void the_longest_reason_fits_into_its_place(void **state) {
    (void)state;
    static const struct ht_case_info hybrid = {.name = "a/b", .arms = {HT_ARM_HYBRID}, .arm_count = 1};
    struct ht_audit audit = {.declared = {UINT64_MAX, UINT64_MAX}, .taken = {UINT64_MAX - 1, UINT64_MAX - 2}};
    const bool counted = true;
    char reason[HT_REASON_MAX];
    assert_true(ht_audit_judge(&hybrid, &audit, &counted, OPERATIONS, reason, sizeof reason));
    assert_true(strlen(reason) < sizeof reason - 1);
}


/* -- The table of --audit -------------------------------------------------- */

static const struct ht_lanes lanes = {.lanes = {{.allocator = "glibc"}, {.allocator = "other"}}, .count = 2};

static char *printed(const struct ht_case_state *one, size_t *bad) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    *bad = ht_audit_print(one, 1, &lanes, out);
    fclose(out);
    return text;
}


static void the_table_has_a_line_for_each_arm_and_allocator_with_exact_numbers(void **state) {
    (void)state;
    struct ht_case_state one = {.info = &info};
    size_t bad;
    for (int lane = 0; lane < 2; lane++)
        for (int arm = 0; arm < 3; arm++)
            one.counted[lane][arm].known = true;
    one.counted[1][HEAP_ARM].allocs_per_op = 263.0 / 512;
    one.counted[1][HEAP_ARM].alloc_bytes_per_op = 1048576;
    char *text = printed(&one, &bad);
    assert_int_equal(bad, 0);
    assert_contains(text, "case\tarm\tallocator\tallocs_per_op\talloc_bytes_per_op\tstatus\treason\n");
    assert_contains(text, "\na/b/64\tstack\tglibc\t0\t0\tok\t\n");
    assert_contains(text, "\na/b/64\theap\tother\t0.513671875\t1048576\tok\t\n");
    free(text);
}


static void the_table_says_what_is_wrong_and_counts_it(void **state) {
    (void)state;
    struct ht_case_state one = {.info = &info};
    size_t bad;
    ht_case_fail(&one, 0, HEAP_ARM, HT_STATUS_CRASHED, "SIGSEGV");
    ht_case_fail(&one, 0, NULL_ARM, HT_STATUS_TIMEOUT, "hangs");
    ht_case_fail(&one, 0, -1, HT_DISHONEST, "it lies");
    ht_case_fail(&one, 1, -1, HT_SKIPPED, "no stack");
    char *text = printed(&one, &bad);
    assert_int_equal(bad, 3); /* what was skipped is not wrong */
    assert_contains(text, "heap\tglibc\t\t\tcrashed\tSIGSEGV\n");
    assert_contains(text, "null\tglibc\t\t\ttimeout\thangs\n");
    assert_contains(text, "stack\tglibc\t\t\tdishonest\tit lies\n");
    assert_contains(text, "stack\tother\t\t\tskipped\tno stack\n");
    free(text);
}


static void an_interposer_that_is_missing_is_named_with_what_to_do(void **state) {
    (void)state;
    struct ht_auditor auditor;
    struct ht_error error = {""};
    assert_false(ht_audit_open(&auditor, NULL, NULL, "/no/such/heaptoll-audit.so", &error));
    assert_contains(error.text, "/no/such/heaptoll-audit.so: No such file or directory");
    assert_contains(error.text, "build again");
    ht_audit_close(&auditor); /* harmless */
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arms_that_keep_their_word_are_honest),
        cmocka_unit_test(a_stack_arm_that_allocates_is_named_with_both_numbers),
        cmocka_unit_test(a_heap_arm_that_allocates_nothing_is_dishonest),
        cmocka_unit_test(twice_the_blocks_are_dishonest),
        cmocka_unit_test(half_of_the_operations_are_said_as_a_fraction),
        cmocka_unit_test(one_block_too_many_in_all_operations_is_dishonest),
        cmocka_unit_test(as_many_blocks_of_another_size_are_dishonest),
        cmocka_unit_test(large_sizes_that_differ_little_are_told_apart),
        cmocka_unit_test(a_declared_fraction_is_honest),
        cmocka_unit_test(a_block_that_is_not_given_back_is_dishonest),
        cmocka_unit_test(one_leak_among_all_operations_is_enough),
        cmocka_unit_test(giving_back_more_than_was_taken_is_dishonest_too),
        cmocka_unit_test(a_preparation_that_keeps_other_blocks_than_it_says_is_dishonest),
        cmocka_unit_test(giving_back_in_a_later_operation_is_dishonest),
        cmocka_unit_test(a_stack_arm_may_not_even_begin_by_allocating),
        cmocka_unit_test(arms_with_another_sum_do_other_work),
        cmocka_unit_test(an_arm_that_was_not_counted_accuses_nobody),
        cmocka_unit_test(arms_around_one_that_was_not_counted_are_compared),
        cmocka_unit_test(nobody_counted_is_nobody_accused),
        cmocka_unit_test(what_is_wrong_with_an_arm_is_said_before_what_differs_between_two),
        cmocka_unit_test(the_longest_reason_fits_into_its_place),
        cmocka_unit_test(the_table_has_a_line_for_each_arm_and_allocator_with_exact_numbers),
        cmocka_unit_test(the_table_says_what_is_wrong_and_counts_it),
        cmocka_unit_test(an_interposer_that_is_missing_is_named_with_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
