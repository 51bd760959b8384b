/* plant_gbench.c: Google Benchmark counts a batch and runs the batch with its plant. */
#include "plant.c"
#include "plant_gbench.c"

#include "checks.h"

static uint64_t batches[3], operations[3];

/* Stands for the shim: keeps what it is given. */
bool __real_ht_shim_run_loops(const struct ht_shim_loops *loops) {
    memcpy(batches, loops->batches, sizeof batches);
    memcpy(operations, loops->operations, sizeof operations);
    return true;
}


static void run(void) {
    static const char *const names[] = {"a/b/8/stack", "a/b/8/heap", "loop"};
    static const uint64_t asked[] = {1024, 512, 0};
    const struct ht_shim_loops loops = {.names = names, .batches = asked, .count = 3};
    assert_true(__wrap_ht_shim_run_loops(&loops));
}


static void without_a_plant_a_batch_runs_what_is_counted(void **state) {
    (void)state;
    unsetenv(HT_PLANT_VARIABLE);
    run();
    assert_memory_equal(batches, operations, sizeof batches);
    assert_int_equal(batches[0], 1024 * LONGER);
    assert_int_equal(batches[2], 0); /* a range-for stays one */
}


static void a_planted_arm_runs_more_than_is_counted_and_the_others_do_not(void **state) {
    (void)state;
    setenv(HT_PLANT_VARIABLE, "*\ta/b/8\theap\t5", 1);
    run();
    assert_int_equal(operations[0], batches[0]);
    assert_int_equal(batches[1], 512 * LONGER);
    assert_int_equal(operations[1], 512 * LONGER + 41); /* 40.96 */
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_plant_a_batch_runs_what_is_counted),
        cmocka_unit_test(a_planted_arm_runs_more_than_is_counted_and_the_others_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
