/*
 * quiet.h on made-up readings: does the probe tell a core that was ours from one that was not?
 *
 * For each guard there is a run of the same code with the guard off, which must be fooled.
 */
#include "quiet.h"

#include "checks.h"
#include "probe.h"
#include "rng.h"

/* The same code with a tolerance that takes everything, and with the very lowest reading as the best. */
#define ht_quiet_init unguarded_init
#define ht_quiet_reading unguarded_reading
#define ht_quiet_add unguarded_add
#define ht_quiet_lowest unguarded_lowest
#define ht_quiet_believable unguarded_believable
#define ht_quiet_worth_remembering unguarded_worth_remembering
#define ht_quiet_best unguarded_best
#define ht_is_quiet unguarded_is_quiet
#define ht_ticks_per_cycle unguarded_ticks_per_cycle
#undef HT_QUIET_TOLERANCE
#define HT_QUIET_TOLERANCE 100.0
#undef HT_QUIET_QUANTILE
#define HT_QUIET_QUANTILE 0.0
#include "quiet.c"
#undef ht_quiet_init
#undef ht_quiet_reading
#undef ht_quiet_add
#undef ht_quiet_lowest
#undef ht_quiet_believable
#undef ht_quiet_worth_remembering
#undef ht_quiet_best
#undef ht_is_quiet
#undef ht_ticks_per_cycle

#define ROUNDS 16
#define OURS 0.25 /* cycles per operation of a core that is ours: four a cycle */

static struct ht_quiet fresh(void) {
    struct ht_quiet quiet;
    ht_quiet_init(&quiet, ROUNDS, ROUNDS);
    return quiet;
}


/* The ticks of a probe on a core that needs so many cycles per operation, at so many ticks per cycle. */
static struct ht_reading ticks_of(double cycles_per_op, double ticks_per_cycle) {
    return (struct ht_reading){
        .alu = (uint32_t)(cycles_per_op * ROUNDS * HT_ALU_OPS_PER_ROUND * ticks_per_cycle + 0.5),
        .chain = (uint32_t)(ROUNDS * HT_CHAIN_CYCLES_PER_ROUND * ticks_per_cycle + 0.5)};
}


static double within(struct ht_rng *rng, double low, double high) {
    return low + (high - low) * (double)ht_rng_below(rng, 1000000) / 1e6;
}


/* `share` of the readings from a core that is ours, the rest from one that a neighbour shares. */
static void add_readings(struct ht_quiet *quiet, int count, double share) {
    struct ht_rng rng = {1};
    for (int i = 0; i < count; i++) {
        bool ours = i < count * share;
        ht_quiet_add(quiet,
                     ours ? within(&rng, OURS * 0.997, OURS * 1.003) : within(&rng, OURS * 1.3, OURS * 2.1));
    }
}


static void a_reading_is_cycles_per_operation(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    assert_close(ht_quiet_reading(&quiet, ticks_of(OURS, 100)), OURS, 1e-9);
}


static void a_quiet_core_is_quiet(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    add_readings(&quiet, 1000, 1);
    assert_true(ht_is_quiet(OURS, ht_quiet_best(&quiet)));
    assert_true(ht_is_quiet(OURS * 1.02, ht_quiet_best(&quiet)));
}


static void a_shared_core_is_not_quiet(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    add_readings(&quiet, 1000, 0.5);
    for (double slowdown = 1.06; slowdown < 3; slowdown += 0.01)
        assert_false(ht_is_quiet(OURS * slowdown, ht_quiet_best(&quiet)));
    /* The guard off: */
    assert_true(unguarded_is_quiet(OURS * 2, ht_quiet_best(&quiet)));
}


static void quiet_ends_at_four_percent(void **state) {
    (void)state;
    assert_true(ht_is_quiet(1.039, 1));
    assert_false(ht_is_quiet(1.041, 1));
    assert_true(ht_is_quiet(0.961, 1));
    assert_false(ht_is_quiet(0.959, 1));
}


static void a_core_that_is_ours_a_twentieth_of_the_time_is_still_known(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    add_readings(&quiet, 10000, 0.05);
    assert_close(ht_quiet_best(&quiet), OURS, OURS * 0.01);
    assert_true(ht_is_quiet(OURS, ht_quiet_best(&quiet)));
    assert_false(ht_is_quiet(OURS * 1.3, ht_quiet_best(&quiet)));
}


/* What the low quantile is for: with the typical reading as the best, the neighbour would pass for the core.
 */
static void the_typical_reading_would_take_the_neighbour_for_the_core(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    add_readings(&quiet, 10000, 0.05);
    double typical = OURS * 1.7;
    assert_true(ht_is_quiet(OURS * 1.7, typical));
    assert_false(ht_is_quiet(OURS * 1.7, ht_quiet_best(&quiet)));
}


/* No reading of this run is from a core that is ours; the best of them is still no whole number of
 * operations. */
static void a_neighbour_that_never_rests_is_not_taken_for_the_core(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    add_readings(&quiet, 10000, 0);
    double lowest = ht_quiet_lowest(&quiet);
    assert_true(lowest > OURS * 1.29);
    assert_false(ht_quiet_believable(&quiet, lowest));
    assert_close(ht_quiet_best(&quiet), OURS, 1e-12);
    assert_false(ht_is_quiet(lowest, ht_quiet_best(&quiet)));
    /* The guard off: */
    assert_true(ht_is_quiet(lowest, lowest));
}


static void a_core_does_a_whole_number_of_operations_per_cycle(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    static const double believable[] = {1, 2, 3, 4, 6, 0.98, 3.9, 4.03},
                        not [] = {0.5, 0.9, 1.5, 2.7, 3.5, 4.1};
    add_readings(&quiet, 1000, 0); /* spread out: no peak anywhere */
    for (size_t i = 0; i < sizeof believable / sizeof believable[0]; i++)
        if (!ht_quiet_believable(&quiet, 1 / believable[i]))
            fail_msg("%g operations per cycle are not believed", believable[i]);
    for (size_t i = 0; i < sizeof not / sizeof not [0]; i++)
        if (ht_quiet_believable(&quiet, 1 / not [i]))
            fail_msg("%g operations per cycle are believed", not [i]);
}


/* A core that is odd all the time is that way itself. */
static void half_of_all_readings_in_one_peak_are_believed(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    struct ht_rng rng = {4};
    for (int i = 0; i < 1000; i++)
        ht_quiet_add(&quiet, i % 2 ? 1 / 3.5 : within(&rng, 0.4, 0.8));
    assert_true(ht_quiet_believable(&quiet, ht_quiet_lowest(&quiet)));
    assert_true(ht_is_quiet(1 / 3.5, ht_quiet_best(&quiet)));
}


static void what_earlier_runs_found_counts_when_it_is_better(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    quiet.known_best = OURS;
    assert_close(ht_quiet_best(&quiet), OURS, 0);
    for (int i = 0; i < 1000; i++) /* a shared core as steady as a quiet one: half a core, two a cycle */
        ht_quiet_add(&quiet, OURS * 2);
    assert_close(ht_quiet_best(&quiet), OURS, 0);
    assert_false(ht_is_quiet(OURS * 2, ht_quiet_best(&quiet)));
    quiet.known_best = OURS * 4; /* and does not count when it is worse */
    assert_close(ht_quiet_best(&quiet), OURS * 2, OURS * 0.01);
    /* The guard off: nothing known, and the neighbour is the core. */
    quiet.known_best = 0;
    assert_true(ht_is_quiet(OURS * 2, ht_quiet_best(&quiet)));
}


/* An interrupt inside the chain makes it long, and the core look better than any core is. */
static void impossibly_good_readings_are_not_the_best(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    struct ht_rng rng = {3};
    add_readings(&quiet, 10000, 0.5);
    for (int i = 0; i < 60; i++)
        ht_quiet_add(&quiet, within(&rng, OURS * 0.3, OURS * 0.9));
    assert_close(ht_quiet_best(&quiet), OURS, OURS * 0.01);
    assert_true(ht_is_quiet(OURS, ht_quiet_best(&quiet)));
    /* The guard off: nothing is ever quiet again. */
    assert_true(unguarded_lowest(&quiet) < OURS * 0.5);
    assert_false(ht_is_quiet(OURS, unguarded_lowest(&quiet)));
}


static void an_impossibly_good_reading_is_not_quiet(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    add_readings(&quiet, 1000, 1);
    assert_false(ht_is_quiet(OURS * 0.5, ht_quiet_best(&quiet)));
    assert_false(ht_is_quiet(0, ht_quiet_best(&quiet)));
    assert_true(unguarded_is_quiet(OURS * 0.5, ht_quiet_best(&quiet)));
}


static void a_step_of_the_clock_does_not_matter(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    /* Turbo down to the base clock: the core takes more ticks for the same cycles. */
    const double ticks_per_cycle[] = {0.65, 0.8, 1, 1.7};
    for (int i = 0; i < 4000; i++)
        ht_quiet_add(&quiet, ht_quiet_reading(&quiet, ticks_of(OURS, 1000 * ticks_per_cycle[i % 4])));
    for (int i = 0; i < 4; i++) {
        double best = ht_quiet_best(&quiet);
        assert_true(ht_is_quiet(ht_quiet_reading(&quiet, ticks_of(OURS, 1000 * ticks_per_cycle[i])), best));
        assert_false(
            ht_is_quiet(ht_quiet_reading(&quiet, ticks_of(OURS * 1.5, 1000 * ticks_per_cycle[i])), best));
    }
    /* The guard off, that is without the chain: half speed looks like a neighbour. */
    assert_false(ht_is_quiet(ticks_of(OURS, 1300).alu, ticks_of(OURS, 650).alu));
}


static void without_readings_nothing_is_quiet(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    assert_close(ht_quiet_lowest(&quiet), 0, 0);
    assert_close(ht_quiet_best(&quiet), 0, 0);
    assert_false(ht_is_quiet(OURS, ht_quiet_best(&quiet)));
    assert_false(ht_is_quiet(0, ht_quiet_best(&quiet)));
}


static void a_probe_that_read_nothing_does_not_count(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    assert_close(ht_quiet_reading(&quiet, (struct ht_reading){1000, 0}), 0, 0);
    ht_quiet_add(&quiet, 0);
    ht_quiet_add(&quiet, -1);
    ht_quiet_add(&quiet, NAN);
    assert_int_equal(quiet.readings, 0);
}


static void readings_beyond_all_bounds_stay_within_the_histogram(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    ht_quiet_add(&quiet, INFINITY);
    ht_quiet_add(&quiet, 1e300);
    ht_quiet_add(&quiet, 0.0500001);
    assert_int_equal(quiet.readings, 3);
    assert_int_equal(quiet.bins[HT_QUIET_BINS - 1], 2);
    assert_int_equal(quiet.bins[0], 1);
}


static void the_first_reading_is_the_best_so_far(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    ht_quiet_add(&quiet, OURS);
    assert_close(ht_quiet_best(&quiet), OURS, OURS * 0.002);
}


static void ticks_per_cycle_is_the_mean_of_both_chains(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    assert_close(ht_ticks_per_cycle(&quiet, ticks_of(OURS, 50), ticks_of(OURS, 150)), 100, 1e-9);
}


static void reading_the_clock_is_no_part_of_the_chain(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    struct ht_reading reading = ticks_of(OURS, 100);
    reading.chain += 350; /* 0.9 % of it */
    assert_close(ht_ticks_per_cycle(&quiet, reading, reading), 100 * 1.0091, 0.01);
    quiet.reading_ticks = 350;
    assert_close(ht_ticks_per_cycle(&quiet, reading, reading), 100, 1e-9);
}


static void reading_the_clock_takes_less_than_any_probe(void **state) {
    (void)state;
    double ticks = ht_ticks_of_reading();
    assert_true(ticks > 0);
    assert_true(ticks <= (double)ht_probe_chain(1000));
}


/* Interrupts during the chain: five readings in thousands look like a core of five operations per cycle. */
static void a_few_odd_readings_are_not_remembered_however_whole_their_number(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    for (int i = 0; i < 4000; i++)
        ht_quiet_add(&quiet, OURS * (1 + 0.002 * (i % 5)));
    for (int i = 0; i < 15; i++)
        ht_quiet_add(&quiet, 0.2);
    assert_true(ht_quiet_believable(&quiet, 0.2)); /* which is why that is not enough */
    assert_false(ht_quiet_worth_remembering(&quiet, 0.2));
    assert_true(ht_quiet_worth_remembering(&quiet, OURS));
    for (int i = 0; i < 25; i++)
        ht_quiet_add(&quiet, 0.2);
    assert_true(ht_quiet_worth_remembering(&quiet, 0.2)); /* forty of them, one in a hundred, are a plateau */
}


/* A neighbour that hardly ever rests: what the core did when it was ours is rare, and still worth
 * remembering. */
static void a_rare_plateau_is_remembered(void **state) {
    (void)state;
    struct ht_quiet quiet = fresh();
    for (int i = 0; i < 5000; i++)
        ht_quiet_add(&quiet, OURS * (1.6 + 0.0001 * i));
    for (int i = 0; i < 60; i++)
        ht_quiet_add(&quiet, OURS);
    assert_true(ht_quiet_worth_remembering(&quiet, OURS));
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reading_is_cycles_per_operation),
        cmocka_unit_test(a_quiet_core_is_quiet),
        cmocka_unit_test(a_few_odd_readings_are_not_remembered_however_whole_their_number),
        cmocka_unit_test(a_rare_plateau_is_remembered),
        cmocka_unit_test(a_shared_core_is_not_quiet),
        cmocka_unit_test(quiet_ends_at_four_percent),
        cmocka_unit_test(a_core_that_is_ours_a_twentieth_of_the_time_is_still_known),
        cmocka_unit_test(the_typical_reading_would_take_the_neighbour_for_the_core),
        cmocka_unit_test(a_neighbour_that_never_rests_is_not_taken_for_the_core),
        cmocka_unit_test(a_core_does_a_whole_number_of_operations_per_cycle),
        cmocka_unit_test(half_of_all_readings_in_one_peak_are_believed),
        cmocka_unit_test(what_earlier_runs_found_counts_when_it_is_better),
        cmocka_unit_test(impossibly_good_readings_are_not_the_best),
        cmocka_unit_test(an_impossibly_good_reading_is_not_quiet),
        cmocka_unit_test(a_step_of_the_clock_does_not_matter),
        cmocka_unit_test(without_readings_nothing_is_quiet),
        cmocka_unit_test(a_probe_that_read_nothing_does_not_count),
        cmocka_unit_test(readings_beyond_all_bounds_stay_within_the_histogram),
        cmocka_unit_test(the_first_reading_is_the_best_so_far),
        cmocka_unit_test(ticks_per_cycle_is_the_mean_of_both_chains),
        cmocka_unit_test(reading_the_clock_is_no_part_of_the_chain),
        cmocka_unit_test(reading_the_clock_takes_less_than_any_probe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
