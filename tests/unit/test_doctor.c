/* doctor.h: what is made of its samples, that it fits its ten seconds, and how it looks. */
#include "doctor.h"

#include "engine.h"
#include "health_run.h"
#include "made_up_machine.h"
#include "run_json.h"

#include <jansson.h>

static struct ht_samples quiet_samples(void) {
    struct ht_samples samples = {
        .count = HT_DOCTOR_LAUNCHES, .slices = 10000, .quiet_slices = 9900, .seconds = 4};
    for (unsigned i = 0; i < samples.count; i++) {
        samples.ratio[i] = i % 2 ? 1.001 : 0.999;
        samples.ghz[i] = 3.0;
    }
    return samples;
}


static struct ht_report report_of(const struct ht_samples *samples) {
    struct ht_report report = {.machine = "Some CPU, Linux 6"};
    struct ht_state machine = read_machine();
    ht_doctor_judge(&report, samples, &machine);
    return report;
}


static char *printed(const struct ht_report *report, void (*print)(const struct ht_report *, FILE *)) {
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    print(report, out);
    fclose(out);
    return text;
}


static void the_plan_fits_ten_seconds_on_the_noisiest_machine(void **state) {
    (void)state;
    struct ht_plan plan = ht_doctor_plan();
    assert_int_equal(plan.launches, HT_DOCTOR_LAUNCHES);
    /* A second for what is not planned: processes to start and end, the machine's state to read. */
    assert_true(HT_CALIBRATION_MOST_SECONDS + plan.max_seconds_per_case <= HT_DOCTOR_MOST_SECONDS - 1);
    assert_true(plan.launches * (plan.launch_seconds + 0.02) <= plan.max_seconds_per_case);
}


/* -- Verdicts ------------------------------------------------------------ */

static void a_quiet_and_well_set_machine_measures_well(void **state) {
    (void)state;
    struct ht_samples samples = quiet_samples();
    struct ht_report report = report_of(&samples);
    assert_int_equal(report.verdict, HT_GOOD);
    assert_contains(report.sentence, "measures well");
    assert_contains(report.sentence, "above 0.1 %");
    assert_lacks(report.sentence, "poor");
}


static void a_poor_setting_makes_a_quiet_machine_usable_and_is_named(void **state) {
    (void)state;
    struct ht_samples samples = quiet_samples();
    put(CPU "/cpu0/cpufreq/scaling_governor", "powersave\n");
    put(CPU "/cpu0/cpufreq/scaling_driver", "acpi-cpufreq\n");
    struct ht_report report = report_of(&samples);
    assert_int_equal(report.verdict, HT_FAIR);
    assert_contains(report.sentence, "usable");
    assert_contains(report.sentence, "poor: governor");
}


static void too_few_quiet_slices_are_inconclusive(void **state) {
    (void)state;
    struct ht_samples samples = quiet_samples();
    samples.quiet_slices = 3000;
    assert_int_equal(report_of(&samples).verdict, HT_POOR);
    samples.quiet_slices = 6000;
    assert_int_equal(report_of(&samples).verdict, HT_FAIR);
}


static void contended_launches_are_counted_and_most_of_them_are_inconclusive(void **state) {
    (void)state;
    struct ht_samples samples = quiet_samples();
    samples.contended = 11;
    struct ht_report report = report_of(&samples);
    assert_int_equal(report.verdict, HT_POOR);
    assert_contains(report.sentence, "11 in 20 launches");
    samples.contended = 10;
    assert_int_equal(report_of(&samples).verdict, HT_FAIR);
    samples.contended = 2;
    assert_int_equal(report_of(&samples).verdict, HT_GOOD);
}


static void identical_lanes_that_differ_are_inconclusive(void **state) {
    (void)state;
    struct ht_samples samples = quiet_samples();
    for (unsigned i = 0; i < samples.count; i++)
        samples.ratio[i] = i % 2 ? 1.2 : 0.8;
    struct ht_report report = report_of(&samples);
    assert_int_equal(report.verdict, HT_POOR);
    assert_contains(report.sentence, "below 20.0 %");
    for (unsigned i = 0; i < samples.count; i++)
        samples.ratio[i] = 1.03; /* steady, and wrong */
    assert_int_equal(report_of(&samples).verdict, HT_FAIR);
}


static void a_moving_clock_alone_is_not_inconclusive(void **state) {
    (void)state;
    struct ht_samples samples = quiet_samples();
    samples.ghz[3] = 2.0;
    struct ht_report report = report_of(&samples);
    assert_int_equal(report.verdict, HT_FAIR);
    assert_contains(report.sentence, "clock drift");
}


/* -- Looks --------------------------------------------------------------- */

static void check_table(const struct ht_report *report, size_t columns) {
    char *text = printed(report, ht_report_print);
    for (int i = 0; i < HT_DOCTOR_FINDINGS; i++)
        assert_contains(text, report->findings[i].name);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (strlen(line) > columns)
            fail_msg("longer than %zu columns: %s", columns, line);
    free(text);
}


static void every_finding_is_in_the_table_and_lines_are_short(void **state) {
    (void)state;
    struct ht_samples samples = quiet_samples();
    samples.contended = 20;
    struct ht_report report = report_of(&samples);
    check_table(&report, 100);
}


static void a_machine_that_is_all_bad_is_told_what_to_do_about_each_matter(void **state) {
    (void)state;
    struct ht_samples samples = quiet_samples();
    struct ht_report report = {.machine = "Some CPU, Linux 6"};
    struct ht_state machine = {.usable = 1,
                               .online = 1,
                               .turbo = 1,
                               .smt = 1,
                               .sibling = 3,
                               .sibling_busy = 0.9,
                               .governor = "powersave",
                               .driver = "acpi-cpufreq",
                               .clocksource = "hpet",
                               .tsc_offered = true,
                               .clock_is_tsc = true,
                               .virtual_machine = 1,
                               .pmu = HT_PMU_FORBIDDEN,
                               .paranoid = 4,
                               .load = 99,
                               .quota_cpus = 0.1,
                               .memory_free_bytes = 1e6,
                               .on_battery = 1,
                               .thp = "always",
                               .stack_limit_bytes = 1e5,
                               .stack_needed_bytes = 1e6,
                               .steal_share = 0.5,
                               .throttled = 5};
    samples.contended = 20;
    samples.quiet_slices = 0;
    samples.ghz[0] = 1;
    for (unsigned i = 0; i < samples.count; i++)
        samples.ratio[i] = i % 2 ? 2 : 0.5;
    ht_doctor_judge(&report, &samples, &machine);
    check_table(&report, 110);
    for (int i = 0; i < HT_DOCTOR_FINDINGS; i++) {
        assert_in_range(report.findings[i].verdict, HT_FAIR, HT_POOR);
        assert_string_not_equal(report.findings[i].advice, "");
    }
}


static void a_command_stays_on_one_line(void **state) {
    (void)state;
    struct ht_samples samples = quiet_samples();
    put(CPU "/cpu0/cpufreq/scaling_governor", "powersave\n");
    put(CPU "/cpu0/cpufreq/scaling_driver", "acpi-cpufreq\n");
    struct ht_report report = report_of(&samples);
    char *text = printed(&report, ht_report_print);
    assert_contains(text, "do:   sudo cpupower frequency-set -g performance   # or, without cpupower:\n");
    assert_contains(text,
                    "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
    assert_contains(text, "undo: sudo cpupower frequency-set -g powersave\n");
    free(text);
}


static void the_json_says_the_same(void **state) {
    (void)state;
    struct ht_samples samples = quiet_samples();
    struct ht_report report = report_of(&samples);
    char *text = printed(&report, ht_report_print_json);
    json_t *all = json_loads(text, 0, NULL);
    assert_non_null(all);
    assert_string_equal(json_string_value(json_object_get(all, "verdict")), "good");
    assert_string_equal(json_string_value(json_object_get(all, "sentence")), report.sentence);
    json_t *findings = json_object_get(all, "findings");
    assert_int_equal(json_array_size(findings), HT_DOCTOR_FINDINGS);
    for (int i = 0; i < HT_DOCTOR_FINDINGS; i++) {
        json_t *value = json_object_get(json_array_get(findings, (size_t)i), "value");
        assert_int_equal(json_is_null(value), report.findings[i].value[0] == '\0');
    }
    json_decref(all);
    free(text);
}


/* -- In a run ------------------------------------------------------------ */

/* What a run of `slices` slices on the made-up machine says of it. */
static json_t *run_on(uint64_t quiet_slices, uint64_t slices) {
    static struct ht_engine engine;
    static struct ht_run_health health;
    const struct ht_catalogue none = {.count = 0};
    engine.slices = slices;
    engine.quiet_slices = quiet_slices;
    engine.cores.current = 0;
    json_t *json = json_pack("{s:[], s:{}}", "warnings", "machine");
    setenv("HEAPTOLL_TEST_ROOT", root, 1);
    ht_run_health_begin(&health, json, &none);
    assert_int_equal(json_array_size(json_object_get(json, "health")), HT_STATE_FINDINGS);
    ht_run_health_end(&health, json, &engine);
    unsetenv("HEAPTOLL_TEST_ROOT");
    assert_int_equal(json_array_size(json_object_get(json, "health")), HT_STATE_FINDINGS + 1);
    return json;
}


static void a_run_on_a_good_machine_warns_of_nothing(void **state) {
    (void)state;
    json_t *json = run_on(9000, 10000);
    assert_int_equal(json_array_size(json_object_get(json, "warnings")), 0);
    json_decref(json);
}


static void a_run_warns_of_what_is_poor_and_of_nothing_else(void **state) {
    (void)state;
    put("/proc/loadavg", "1.5 1 1 1/2 3\n"); /* fair */
    put("/sys/fs/cgroup/user.slice/cpu.max", "50000 100000\n");
    json_t *json = run_on(100, 10000), *warnings = json_object_get(json, "warnings");
    assert_int_equal(json_array_size(warnings), 2);
    assert_contains(json_string_value(json_array_get(warnings, 0)), "CPU quota 0.50 CPUs: a run wants");
    assert_contains(json_string_value(json_array_get(warnings, 0)), "make doctor");
    assert_contains(json_string_value(json_array_get(warnings, 1)), "quiet slices 1 % of 10000: ");
    json_decref(json);
}


static void a_resumed_run_warns_of_what_was_poor_before(void **state) {
    (void)state;
    struct ht_run_health health;
    const struct ht_catalogue none = {.count = 0};
    json_t *json =
        json_pack("{s:[], s:[{s:s, s:s, s:s}, {s:s, s:s, s:s}, {s:s, s:n, s:s}, {}, s]}", "warnings",
                  "health", "name", "governor", "value", "powersave", "verdict", "poor", "name", "load",
                  "value", "1.00", "verdict", "fair", "name", "x", "value", "verdict", "poor", "nonsense");
    assert_non_null(json);
    setenv("HEAPTOLL_TEST_ROOT", root, 1);
    ht_run_health_begin(&health, json, &none);
    unsetenv("HEAPTOLL_TEST_ROOT");
    json_t *warnings = json_object_get(json, "warnings");
    assert_int_equal(json_array_size(warnings), 1);
    assert_contains(json_string_value(json_array_get(warnings, 0)), "resumed, governor was poor: powersave");
    assert_int_equal(json_array_size(json_object_get(json, "health")), HT_STATE_FINDINGS);
    json_decref(json);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plan_fits_ten_seconds_on_the_noisiest_machine),
        ON_A_GOOD_MACHINE(a_quiet_and_well_set_machine_measures_well),
        ON_A_GOOD_MACHINE(a_poor_setting_makes_a_quiet_machine_usable_and_is_named),
        ON_A_GOOD_MACHINE(too_few_quiet_slices_are_inconclusive),
        ON_A_GOOD_MACHINE(contended_launches_are_counted_and_most_of_them_are_inconclusive),
        ON_A_GOOD_MACHINE(identical_lanes_that_differ_are_inconclusive),
        ON_A_GOOD_MACHINE(a_moving_clock_alone_is_not_inconclusive),
        ON_AN_EMPTY_MACHINE(every_finding_is_in_the_table_and_lines_are_short),
        ON_A_GOOD_MACHINE(a_machine_that_is_all_bad_is_told_what_to_do_about_each_matter),
        ON_A_GOOD_MACHINE(a_command_stays_on_one_line),
        ON_A_GOOD_MACHINE(the_json_says_the_same),
        ON_A_GOOD_MACHINE(a_run_on_a_good_machine_warns_of_nothing),
        ON_A_GOOD_MACHINE(a_run_warns_of_what_is_poor_and_of_nothing_else),
        ON_A_GOOD_MACHINE(a_resumed_run_warns_of_what_was_poor_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
