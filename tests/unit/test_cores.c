/* cores.h: which CPUs may be measured on, and what is remembered of a kind of core. */
#include "cores.h"

#include "checks.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[64];

static int make_file(void **state) {
    (void)state;
    strcpy(path, "/tmp/heaptoll-test-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}


static int remove_file(void **state) {
    (void)state;
    unlink(path);
    return 0;
}


static void write_file(const char *text) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}


static void what_is_remembered_of_a_core_is_recalled(void **state) {
    (void)state;
    ht_core_remember(path, "Some CPU @ 2.6 GHz", 0.25125);
    assert_close(ht_core_recall(path, "Some CPU @ 2.6 GHz"), 0.25125, 1e-9);
}


static void note(double best, int times) {
    for (int i = 0; i < times; i++)
        ht_core_remember(path, "Some CPU", best);
}


static void the_best_that_two_runs_found_counts(void **state) {
    (void)state;
    note(0.5, 4); /* a neighbour was there */
    note(0.25, 1);
    note(0.2512, 1);
    assert_close(ht_core_recall(path, "Some CPU"), 0.25, 1e-9);
}


static void what_one_run_of_several_found_is_no_best(void **state) {
    (void)state;
    note(0.2, 1); /* no core does five a cycle that does four ever after */
    note(0.25, 2);
    assert_close(ht_core_recall(path, "Some CPU"), 0.25, 1e-9);
}


static void what_a_tenth_of_the_runs_did_not_find_is_no_best(void **state) {
    (void)state;
    note(0.2, 3);
    note(0.25, 40);
    assert_close(ht_core_recall(path, "Some CPU"), 0.25, 1e-9);
    note(0.2, 2); /* 5 of 45 */
    assert_close(ht_core_recall(path, "Some CPU"), 0.2, 1e-9);
}


static void what_was_found_long_ago_is_forgotten(void **state) {
    (void)state;
    note(0.2, HT_NOTED);
    note(0.25, HT_NOTED - HT_NOTED / 20);
    assert_close(ht_core_recall(path, "Some CPU"), 0.25, 1e-9);
}


static void runs_that_agree_on_nothing_tell_nothing(void **state) {
    (void)state;
    note(0.2, 1);
    note(0.5, 1);
    assert_close(ht_core_recall(path, "Some CPU"), 0, 0);
}


static void another_model_is_another_core(void **state) {
    (void)state;
    ht_core_remember(path, "Some CPU v2", 0.25);
    assert_close(ht_core_recall(path, "Some CPU"), 0, 0);
    assert_close(ht_core_recall(path, "Some CPU v2 plus"), 0, 0);
}


static void without_a_file_nothing_is_recalled_and_nothing_breaks(void **state) {
    (void)state;
    assert_close(ht_core_recall("/no/such/folder/known-cores.tsv", "Some CPU"), 0, 0);
    ht_core_remember("/no/such/folder/known-cores.tsv", "Some CPU", 0.25);
}


static void nonsense_in_the_file_is_no_memory(void **state) {
    (void)state;
    static const char *const nonsense[] = {"Some CPU\tnan\n",  "Some CPU\tinf\n", "Some CPU\t-1\n",
                                           "Some CPU\t\n",     "Some CPU",        "\t\t\t\n",
                                           "Some CPU\twords\n"};
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        write_file(nonsense[i]);
        assert_close(ht_core_recall(path, "Some CPU"), 0, 0);
    }
}


/* -- Candidates ------------------------------------------------------------ */

static void candidates_are_cpus_we_may_use(void **state) {
    (void)state;
    struct ht_cores cores;
    struct ht_error error = {""};
    cpu_set_t ours;
    assert_int_equal(sched_getaffinity(0, sizeof ours, &ours), 0);
    assert_true(ht_cores_init(&cores, -1, &error));
    assert_in_range(cores.count, 1, HT_MAX_CORES);
    for (uint32_t i = 0; i < cores.count; i++)
        assert_true(CPU_ISSET((size_t)cores.cpus[i], &ours));
}


static void a_cpu_that_was_asked_for_is_the_only_candidate(void **state) {
    (void)state;
    struct ht_cores cores;
    struct ht_error error = {""};
    assert_true(ht_cores_init(&cores, -1, &error));
    int wanted = cores.cpus[cores.count - 1];
    assert_true(ht_cores_init(&cores, wanted, &error));
    assert_int_equal(cores.count, 1);
    assert_int_equal(cores.cpus[0], wanted);
}


static void a_cpu_that_is_not_ours_is_refused_by_number(void **state) {
    (void)state;
    static const int numbers[] = {CPU_SETSIZE, 65535};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct ht_cores cores;
        struct ht_error error = {""};
        char expected[32];
        snprintf(expected, sizeof expected, "--cpu=%d:", numbers[i]);
        assert_false(ht_cores_init(&cores, numbers[i], &error));
        assert_contains(error.text, expected);
    }
}


#define WITH_FILE(TEST) cmocka_unit_test_setup_teardown(TEST, make_file, remove_file)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_FILE(what_is_remembered_of_a_core_is_recalled),
        WITH_FILE(the_best_that_two_runs_found_counts),
        WITH_FILE(what_one_run_of_several_found_is_no_best),
        WITH_FILE(what_a_tenth_of_the_runs_did_not_find_is_no_best),
        WITH_FILE(what_was_found_long_ago_is_forgotten),
        WITH_FILE(runs_that_agree_on_nothing_tell_nothing),
        WITH_FILE(another_model_is_another_core),
        cmocka_unit_test(without_a_file_nothing_is_recalled_and_nothing_breaks),
        WITH_FILE(nonsense_in_the_file_is_no_memory),
        cmocka_unit_test(candidates_are_cpus_we_may_use),
        cmocka_unit_test(a_cpu_that_was_asked_for_is_the_only_candidate),
        cmocka_unit_test(a_cpu_that_is_not_ours_is_refused_by_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
