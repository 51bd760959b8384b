/* options.h: every option and every way to get one wrong. --help and unknown options end the process: see the
 * end-to-end tests. */
#include "options.h"

#include "checks.h"

#include <stdio.h>

#define COUNT(ARRAY) (sizeof(ARRAY) / sizeof(ARRAY)[0])

static struct ht_error error;

static bool parse_all(struct ht_options *options, int count, const char *const *arguments) {
    static char kept[64][256];
    static char *argv[65];
    assert_true(count < 63);
    strcpy(kept[0], "heaptoll");
    argv[0] = kept[0];
    for (int i = 0; i < count; i++) {
        snprintf(kept[i + 1], sizeof kept[0], "%s", arguments[i]);
        argv[i + 1] = kept[i + 1];
    }
    argv[count + 1] = NULL;
    error = (struct ht_error){""};
    return ht_options_parse(options, count + 1, argv, &error);
}


/* What a command line of these arguments means. */
#define PARSED(...) parsed((const char *const[]){__VA_ARGS__, NULL})
static struct ht_options parsed(const char *const *arguments) {
    struct ht_options options;
    int count = 0;
    while (arguments[count])
        count++;
    if (!parse_all(&options, count, arguments))
        fail_msg("%s", error.text);
    return options;
}


static void assert_refused(const char *argument, const char *expected) {
    struct ht_options options;
    if (parse_all(&options, 1, &argument))
        fail_msg("accepted: %s", argument);
    assert_contains(error.text, expected);
}


static void an_empty_command_line_means_a_quick_run_of_everything(void **state) {
    (void)state;
    struct ht_options options = parsed((const char *const[]){NULL});
    struct ht_plan quick = ht_plan_of(HT_QUICK);
    assert_int_equal(options.engine, HT_LOCKSTEP);
    assert_int_equal(options.profile, HT_QUICK);
    assert_int_equal(options.list, HT_LIST_NOTHING);
    assert_int_equal(options.table, HT_TABLE_TERMINAL);
    assert_int_equal(options.colour, HT_COLOUR_AUTO);
    assert_int_equal(options.plan.launches, quick.launches);
    assert_close(options.plan.launch_seconds, quick.launch_seconds, 0);
    assert_close(options.plan.max_seconds_per_case, quick.max_seconds_per_case, 0);
    assert_close(options.plan.slice_us, quick.slice_us, 0);
    assert_null(options.allocators);
    assert_null(options.worker);
    assert_null(options.min_time);
    assert_string_equal(options.filter, "");
    assert_string_equal(options.results_dir, "results");
    assert_int_equal(options.cpu, -1);
    assert_false(options.seed_given);
    assert_false(options.format_on_stdout);
    assert_null(options.out);
    assert_int_equal(options.benchmark_flag_count, 1);
}


static void each_option_sets_its_field(void **state) {
    (void)state;
    assert_int_equal(PARSED("--profile=smoke").profile, HT_SMOKE);
    assert_int_equal(PARSED("--profile=full").profile, HT_FULL);
    assert_int_equal(PARSED("--engine=gbench").engine, HT_GBENCH);
    assert_int_equal(PARSED("--engine=gbench", "--engine=lockstep").engine, HT_LOCKSTEP);
    assert_string_equal(PARSED("--allocators=glibc,new=/x.so").allocators, "glibc,new=/x.so");
    assert_int_equal(PARSED("--launches=17").plan.launches, 17);
    assert_close(PARSED("--launch-seconds=0.25").plan.launch_seconds, 0.25, 0);
    assert_close(PARSED("--max-seconds-per-case=1.5").plan.max_seconds_per_case, 1.5, 0);
    assert_close(PARSED("--slice-us=50").plan.slice_us, 50, 0);
    assert_int_equal(PARSED("--cpu=3").cpu, 3);
    assert_int_equal(PARSED("--cpu=auto").cpu, -1);
    assert_int_equal(PARSED("--cpu=3", "--cpu=auto").cpu, -1);
    assert_string_equal(PARSED("--results-dir=/tmp/elsewhere").results_dir, "/tmp/elsewhere");
    assert_string_equal(PARSED("--worker=/tmp/worker").worker, "/tmp/worker");
    assert_close(PARSED("--hang-seconds=0.5").hang_seconds, 0.5, 0);
    assert_int_equal(PARSED("--list").list, HT_LIST_EXPLAINED);
    assert_int_equal(PARSED("--list").action, HT_MEASURE);
    assert_int_equal(PARSED("--doctor").action, HT_DOCTOR);
    assert_int_equal(PARSED("--doctor=json").action, HT_DOCTOR_JSON);
    assert_int_equal(PARSED("--table=markdown").table, HT_TABLE_MARKDOWN);
    assert_int_equal(PARSED("--table=none").table, HT_TABLE_NONE);
    assert_int_equal(PARSED("--resume=x", "--table=markdown").table, HT_TABLE_MARKDOWN);
    assert_int_equal(PARSED("--benchmark_color=false").colour, HT_COLOUR_NEVER);
    assert_int_equal(PARSED("--benchmark_color=true").benchmark_flag_count, 2); /* Google Benchmark's too */
    assert_int_equal(PARSED("--list-lanes").list, HT_LIST_LANES);
    assert_int_equal(PARSED("--launches", "3").plan.launches, 3);
}


static void a_seed_may_be_any_64_bits(void **state) {
    (void)state;
    assert_true(PARSED("--seed=0").seed_given);
    assert_true(PARSED("--seed=0").seed == 0);
    assert_true(PARSED("--seed=18446744073709551615").seed == UINT64_MAX);
    assert_true(PARSED("--seed=0xff").seed == 255);
}


static void a_profile_gives_what_no_option_says(void **state) {
    (void)state;
    struct ht_options options = PARSED("--launches=3", "--profile=full");
    assert_int_equal(options.plan.launches, 3);
    assert_close(options.plan.launch_seconds, ht_plan_of(HT_FULL).launch_seconds, 0);
    assert_int_equal(options.plan.quiet_slices, ht_plan_of(HT_FULL).quiet_slices);
}


static void more_launches_get_more_time_unless_it_was_said(void **state) {
    (void)state;
    struct ht_options options = PARSED("--launches=40", "--launch-seconds=1");
    assert_true(options.plan.max_seconds_per_case > 40);
    assert_close(PARSED("--launches=40", "--max-seconds-per-case=2").plan.max_seconds_per_case, 2, 0);
}


static void a_bad_number_names_option_value_and_what_was_expected(void **state) {
    (void)state;
    static const struct {
        const char *option, *expected;
        const char *bad[8];
    } numbers[] = {
        {"launches", "a whole number from 1 to 10000", {"0", "-1", "1.5", "10001", "many", "", "3x", "nan"}},
        {"launch-seconds", "seconds from 0.001 to 3600", {"0", "-1", "4000", "soon", "", "1s", "inf", "nan"}},
        {"max-seconds-per-case",
         "seconds from 0.001 to 86400",
         {"0", "-1", "1e9", "soon", "", "1s", "inf", "nan"}},
        {"slice-us",
         "microseconds from 1 to 10000",
         {"0", "0.5", "10001", "short", "", "75us", "inf", "nan"}},
        {"hang-seconds", "seconds from 0.1 to 3600", {"0", "0.05", "4000", "never", "", "1s", "inf", "nan"}},
        {"cpu", "the number of a CPU, or auto", {"-1", "1.5", "65536", "any", "", "0-3", "inf", "nan"}},
        {"seed",
         "a whole number from 0 to 2^64-1",
         {"-1", "1.5", "18446744073709551616", "x", "", " 1", "+1", "1 "}},
    };
    for (size_t i = 0; i < COUNT(numbers); i++)
        for (size_t j = 0; j < COUNT(numbers[i].bad); j++) {
            char argument[128];
            snprintf(argument, sizeof argument, "--%s=%s", numbers[i].option, numbers[i].bad[j]);
            assert_refused(argument, numbers[i].expected);
            assert_contains(error.text, argument); /* option and value, as they were typed */
        }
}


static void an_unknown_profile_lists_the_nearest_first(void **state) {
    (void)state;
    assert_refused("--profile=quik", "unknown profile 'quik'");
    assert_contains(error.text, "valid: quick, ");
    assert_contains(error.text, "smoke");
    assert_contains(error.text, "full");
    assert_refused("--table=markdwon", "unknown --table format 'markdwon'\nvalid: markdown, ");
}


static void an_unknown_engine_lists_the_engines(void **state) {
    (void)state;
    assert_refused("--engine=gbnch", "unknown engine 'gbnch'");
    assert_contains(error.text, "valid: gbench, lockstep");
}


static void a_word_that_is_no_option_is_refused(void **state) {
    (void)state;
    assert_refused("returned_pointer", "'returned_pointer' is no option");
}


/* It would make its folders in the root of the file system. */
static void an_empty_results_dir_is_refused(void **state) {
    (void)state;
    assert_refused("--results-dir=", "--results-dir=");
}


/* -- Google Benchmark's flags ---------------------------------------------- */

static bool passes_on(const struct ht_options *options, const char *flag) {
    for (int i = 1; i < options->benchmark_flag_count; i++)
        if (strcmp(options->benchmark_flags[i], flag) == 0)
            return true;
    return false;
}


static void flags_that_mean_nothing_to_us_are_passed_on(void **state) {
    (void)state;
    struct ht_options options =
        PARSED("--benchmark_color=false", "--profile=smoke", "--benchmark_context=a=b");
    assert_int_equal(options.benchmark_flag_count, 3);
    assert_string_equal(options.benchmark_flags[0], "heaptoll");
    assert_true(passes_on(&options, "--benchmark_color=false"));
    assert_true(passes_on(&options, "--benchmark_context=a=b"));
    assert_null(options.benchmark_flags[3]);
    assert_int_equal(options.profile, HT_SMOKE);
}


static void the_filter_is_ours(void **state) {
    (void)state;
    struct ht_options options = PARSED("--benchmark_filter=a/.*=b");
    assert_string_equal(options.filter, "a/.*=b");
    assert_int_equal(options.benchmark_flag_count, 1);
}


static void repetitions_are_launches(void **state) {
    (void)state;
    struct ht_options options = PARSED("--benchmark_repetitions=7");
    assert_int_equal(options.plan.launches, 7);
    assert_int_equal(options.benchmark_flag_count, 1);
}


static void bad_repetitions_are_refused_as_they_were_typed(void **state) {
    (void)state;
    assert_refused("--benchmark_repetitions=0", "a whole number from 1 to 10000");
    assert_contains(error.text, "--benchmark_repetitions=0");
}


static void list_tests_lists_unless_it_says_no(void **state) {
    (void)state;
    assert_int_equal(PARSED("--benchmark_list_tests").list, HT_LIST_NAMES);
    assert_int_equal(PARSED("--benchmark_list_tests=true").list, HT_LIST_NAMES);
    assert_int_equal(PARSED("--benchmark_list_tests=1").list, HT_LIST_NAMES);
    assert_int_equal(PARSED("--benchmark_list_tests=false").list, HT_LIST_NOTHING);
    assert_int_equal(PARSED("--benchmark_list_tests=0").list, HT_LIST_NOTHING);
    assert_int_equal(PARSED("--benchmark_list_tests=no").list, HT_LIST_NOTHING);
}


static void a_format_for_programs_takes_stdout(void **state) {
    (void)state;
    struct ht_options options = PARSED("--benchmark_format=json");
    assert_true(options.format_on_stdout);
    assert_true(passes_on(&options, "--benchmark_format=json"));
    assert_false(PARSED("--benchmark_format=console").format_on_stdout);
}


static void an_output_file_is_noted_and_passed_on(void **state) {
    (void)state;
    struct ht_options options = PARSED("--benchmark_out=/tmp/x.json");
    assert_non_null(options.out);
    assert_true(passes_on(&options, "--benchmark_out=/tmp/x.json"));
    assert_null(PARSED("--benchmark_out_format=json").out);
}


static void min_time_is_kept_for_the_other_engine(void **state) {
    (void)state;
    struct ht_options options = PARSED("--benchmark_min_time=0.1");
    assert_string_equal(options.min_time, "0.1");
    assert_int_equal(options.benchmark_flag_count, 1);
}


static void more_flags_than_there_is_room_for_are_refused(void **state) {
    (void)state;
    const char *flags[HT_MAX_BENCHMARK_FLAGS];
    struct ht_options options;
    for (int i = 0; i < HT_MAX_BENCHMARK_FLAGS; i++)
        flags[i] = "--benchmark_context=a=b";
    /* Room must be left for the program, for the repetitions and for the NULL at the end. */
    assert_false(parse_all(&options, HT_MAX_BENCHMARK_FLAGS - 1, flags));
    assert_contains(error.text, "--benchmark_ flags");
    assert_true(parse_all(&options, HT_MAX_BENCHMARK_FLAGS - 3, flags));
    assert_true(options.benchmark_flag_count + 2 <= HT_MAX_BENCHMARK_FLAGS);
}


static void builds_stand_beside_nothing_that_names_or_measures_another_way(void **state) {
    (void)state;
    static const char *const beside[][2] = {{"--worker=/p/w", "leave out --worker"},
                                            {"--engine=gbench", "leave out --engine=gbench"},
                                            {"--doctor", "--doctor"},
                                            {"--list-lanes", "--list-lanes"},
                                            {"--resume=some", "leave out --builds"}};
    struct ht_options options = PARSED("--builds=base=/p/w,head=/q/w", "--audit");
    assert_string_equal(options.builds, "base=/p/w,head=/q/w");
    for (size_t i = 0; i < COUNT(beside); i++) {
        const char *const both[] = {"--builds=base=/p/w", beside[i][0]};
        assert_false(parse_all(&options, 2, both));
        assert_contains(error.text, beside[i][1]);
    }
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_command_line_means_a_quick_run_of_everything),
        cmocka_unit_test(each_option_sets_its_field),
        cmocka_unit_test(a_seed_may_be_any_64_bits),
        cmocka_unit_test(a_profile_gives_what_no_option_says),
        cmocka_unit_test(more_launches_get_more_time_unless_it_was_said),
        cmocka_unit_test(a_bad_number_names_option_value_and_what_was_expected),
        cmocka_unit_test(an_unknown_profile_lists_the_nearest_first),
        cmocka_unit_test(an_unknown_engine_lists_the_engines),
        cmocka_unit_test(a_word_that_is_no_option_is_refused),
        cmocka_unit_test(an_empty_results_dir_is_refused),
        cmocka_unit_test(flags_that_mean_nothing_to_us_are_passed_on),
        cmocka_unit_test(the_filter_is_ours),
        cmocka_unit_test(repetitions_are_launches),
        cmocka_unit_test(bad_repetitions_are_refused_as_they_were_typed),
        cmocka_unit_test(list_tests_lists_unless_it_says_no),
        cmocka_unit_test(a_format_for_programs_takes_stdout),
        cmocka_unit_test(an_output_file_is_noted_and_passed_on),
        cmocka_unit_test(min_time_is_kept_for_the_other_engine),
        cmocka_unit_test(more_flags_than_there_is_room_for_are_refused),
        cmocka_unit_test(builds_stand_beside_nothing_that_names_or_measures_another_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
