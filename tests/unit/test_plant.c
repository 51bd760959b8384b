/* plant.h: what is planted is what the variable says, in the arm it says, and nowhere else. */
#include <stdbool.h>

/* The turn as the worker runs it, with the linker's names written out. */
#define ht_run_turn __real_ht_run_turn
#include "slice.c"
#undef ht_run_turn
#include "plant.c"
#include "plant_turn.c"

#include "checks.h"

#include <sys/wait.h>

static uint64_t stack_operations, heap_operations;

static uint64_t count_stack(uint64_t operations) {
    return stack_operations += operations;
}


static uint64_t count_heap(uint64_t operations) {
    return heap_operations += operations;
}

/* The scenario that the turn finds its case's name in. */
HT_SCENARIO(planted, "Are so many operations run as were planted?",
            HT_CASE("two", "8", "", 8, 8, HT_SMOKE, "Two arms that count.", HT_EXTRA(STACK, count_stack),
                    HT_EXTRA(HEAP, count_heap)),
            HT_CASE("two", "64", "", 64, 64, HT_SMOKE, "Two arms that count.", HT_EXTRA(STACK, count_stack),
                    HT_EXTRA(HEAP, count_heap)));

static struct ht_page page;
static struct ht_slot slot;

/* One turn: a slice to settle and a timed one of each arm of the case `two/8` or `two/64`, 8000 operations
 * each. */
static void turn(int which) {
    page = (struct ht_page){.alu_rounds = 1, .chain_rounds = 1};
    slot =
        (struct ht_slot){.ops = {8000, 8000}, .settle_count = 2, .slice_count = 4, .slice_arm = {0, 1, 0, 1}};
    stack_operations = heap_operations = 0;
    __wrap_ht_run_turn(&page, &slot, planted_cases[which].arms);
}

/* Settling, the warm-up of an eighth, the slice. */
#define UNPLANTED (8000u + 1000u + 8000u)

static void without_a_plant_a_turn_is_what_was_asked_for(void **state) {
    (void)state;
    unsetenv(HT_PLANT_VARIABLE);
    turn(0);
    assert_int_equal(stack_operations, UNPLANTED);
    assert_int_equal(heap_operations, UNPLANTED);
}


static void a_planted_arm_runs_more_operations_than_were_asked_for(void **state) {
    (void)state;
    setenv(HT_PLANT_VARIABLE, "*\tplanted/two/8\theap\t20", 1);
    turn(0);
    assert_int_equal(heap_operations, 8160 + 1020 + 8160);
    assert_int_equal(stack_operations, UNPLANTED);
}


static void what_the_coordinator_divides_by_stays_what_it_asked_for(void **state) {
    (void)state;
    setenv(HT_PLANT_VARIABLE, "*\tplanted/two/8\theap\t1000", 1);
    turn(0);
    assert_int_equal(heap_operations, 2 * UNPLANTED);
    assert_int_equal(slot.ops[0], 8000);
    assert_int_equal(slot.ops[1], 8000);
}


static void another_case_arm_or_program_is_left_alone(void **state) {
    static const char *const elsewhere[] = {"*\tplanted/two/64\theap\t1000", "*\tplanted/two/8\tnull\t1000",
                                            "/somewhere/else\tplanted/two/8\theap\t1000"};
    (void)state;
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        setenv(HT_PLANT_VARIABLE, elsewhere[i], 1);
        turn(0);
        assert_int_equal(heap_operations, UNPLANTED);
    }
    turn(1);
    assert_int_equal(heap_operations, UNPLANTED);
    setenv(HT_PLANT_VARIABLE, elsewhere[0], 1);
    turn(1);
    assert_int_equal(heap_operations, 2 * UNPLANTED);
}


static uint32_t per_mille_of(const char *plants) {
    const struct ht_plant_place place = {"/build/head/heaptoll-worker", "planted/two/8", "heap"};
    struct ht_error error;
    uint32_t per_mille = 77;
    if (!ht_plant_per_mille(plants, &place, &per_mille, &error))
        fail_msg("%s", error.text);
    return per_mille;
}


static void the_first_line_that_fits_counts(void **state) {
    (void)state;
    assert_int_equal(per_mille_of(NULL), 0);
    assert_int_equal(per_mille_of(""), 0);
    assert_int_equal(per_mille_of("*/base/*\t*\theap\t50\n*/head/*\tplanted/*\theap\t5\n*\t*\theap\t9\n"), 5);
}


static void a_malformed_plant_is_an_error_with_its_line_even_after_one_that_fits(void **state) {
    static const char *const wrong[] = {"*\t*\theap",        "*\t*\theap\t5\t6", "*\t*\theap\t0.5",
                                        "*\t*\theap\t-5",    "*\t*\theap\t",     "*\t\theap\t5",
                                        "*\t*\theap\t10001", "nonsense",         "*\t*\theap\t5x"};
    const struct ht_plant_place place = {"/w", "planted/two/8", "heap"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[200];
        struct ht_error error;
        uint32_t per_mille;
        snprintf(text, sizeof text, "*\t*\theap\t20\n%s", wrong[i]);
        assert_false(ht_plant_per_mille(text, &place, &per_mille, &error));
        assert_contains(error.text, "line 2");
    }
}


static void a_text_too_long_to_look_at_is_an_error(void **state) {
    static char text[HT_PLANT_TEXT_MAX + 1];
    const struct ht_plant_place place = {"/w", "planted/two/8", "heap"};
    struct ht_error error;
    uint32_t per_mille;
    (void)state;
    memset(text, '\n', HT_PLANT_TEXT_MAX);
    assert_false(ht_plant_per_mille(text, &place, &per_mille, &error));
    text[HT_PLANT_TEXT_MAX - 1] = '\0';
    assert_true(ht_plant_per_mille(text, &place, &per_mille, &error));
}


static void a_process_with_a_malformed_plant_ends_instead_of_measuring(void **state) {
    int status;
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        setenv(HT_PLANT_VARIABLE, "nonsense", 1);
        turn(0);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
}


static void operations_are_rounded_to_the_nearest(void **state) {
    (void)state;
    assert_int_equal(ht_planted_operations(7500, 5), 7538); /* 37.5 */
    assert_int_equal(ht_planted_operations(1000, 5), 1005);
    assert_int_equal(ht_planted_operations(80, 5), 80); /* 0.4: such a case is no case to plant in */
    assert_int_equal(ht_planted_operations((uint64_t)1 << 40, 1000), (uint64_t)1 << 41);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_plant_a_turn_is_what_was_asked_for),
        cmocka_unit_test(a_planted_arm_runs_more_operations_than_were_asked_for),
        cmocka_unit_test(what_the_coordinator_divides_by_stays_what_it_asked_for),
        cmocka_unit_test(another_case_arm_or_program_is_left_alone),
        cmocka_unit_test(the_first_line_that_fits_counts),
        cmocka_unit_test(a_malformed_plant_is_an_error_with_its_line_even_after_one_that_fits),
        cmocka_unit_test(a_text_too_long_to_look_at_is_an_error),
        cmocka_unit_test(a_process_with_a_malformed_plant_ends_instead_of_measuring),
        cmocka_unit_test(operations_are_rounded_to_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
