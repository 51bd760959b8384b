/* health.h on made-up machines: the processor's clock, cores and counters. */
#include "made_up_machine.h"

#include <errno.h>

#define COUNT(ARRAY) (sizeof(ARRAY) / sizeof(ARRAY)[0])

static void govern(const char *governor, const char *driver) {
    put(CPU "/cpu0/cpufreq/scaling_governor", governor);
    put(CPU "/cpu1/cpufreq/scaling_governor", governor);
    put(CPU "/cpu0/cpufreq/scaling_driver", driver);
    put(CPU "/cpu1/cpufreq/scaling_driver", driver);
}


static void make_virtual(void) {
    put("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu tsc constant_tsc hypervisor sse2\n");
}


/* -- Governor ------------------------------------------------------------ */

static void a_governor_is_judged_with_its_driver(void **state) {
    (void)state;
    static const struct {
        const char *governor, *driver;
        enum ht_verdict verdict;
        const char *means;
    } known[] = {
        {"performance\n", "acpi-cpufreq\n", HT_GOOD, "highest clock"},
        {"performance\n", "intel_pstate\n", HT_GOOD, "highest clock"},
        {"powersave\n", "acpi-cpufreq\n", HT_POOR, "lowest clock"},
        {"powersave\n", "intel_cpufreq\n", HT_POOR, "lowest clock"},
        {"powersave\n", "intel_pstate\n", HT_FAIR, "not the lowest clock"},
        {"powersave\n", "amd-pstate-epp\n", HT_FAIR, "not the lowest clock"},
        {"powersave\n", "", HT_POOR, "lowest clock"},
        {"schedutil\n", "acpi-cpufreq\n", HT_FAIR, "follows the load"},
        {"ondemand\n", "acpi-cpufreq\n", HT_FAIR, "follows the load"},
        {"conservative\n", "acpi-cpufreq\n", HT_FAIR, "follows the load"},
        {"userspace\n", "acpi-cpufreq\n", HT_FAIR, "fixed clock"},
        {"interactive\n", "some-driver\n", HT_UNKNOWN, "knows nothing"},
    };
    for (size_t i = 0; i < COUNT(known); i++) {
        govern(known[i].governor, known[i].driver);
        const struct ht_finding *finding = found("governor");
        assert_verdict(finding, known[i].verdict);
        assert_contains(finding->means, known[i].means);
        if (finding->verdict != HT_GOOD)
            assert_contains(finding->advice, "sudo cpupower frequency-set -g performance ");
    }
}


static void the_way_back_to_the_old_governor_is_told(void **state) {
    (void)state;
    govern("powersave\n", "acpi-cpufreq\n");
    const struct ht_finding *finding = found("governor");
    assert_string_equal(finding->value, "powersave (acpi-cpufreq)");
    assert_string_equal(finding->undo, "sudo cpupower frequency-set -g powersave");
}


static void one_cpu_that_is_governed_worse_decides(void **state) {
    (void)state;
    put(CPU "/cpu1/cpufreq/scaling_governor", "powersave\n");
    put(CPU "/cpu1/cpufreq/scaling_driver", "acpi-cpufreq\n");
    const struct ht_finding *finding = found("governor");
    assert_verdict(finding, HT_POOR);
    assert_string_equal(finding->value, "powersave (acpi-cpufreq), 1 of 2 CPUs");
}


static void a_processor_told_to_save_power_is_poor(void **state) {
    (void)state;
    govern("powersave\n", "intel_pstate\n");
    put(CPU "/cpu0/cpufreq/energy_performance_preference", "power\n");
    assert_verdict(found("governor"), HT_POOR);
    put(CPU "/cpu0/cpufreq/energy_performance_preference", "balance_power\n");
    assert_verdict(found("governor"), HT_FAIR);
}


static void a_governor_that_cannot_be_read_is_unknown_and_in_a_guest_the_hosts(void **state) {
    (void)state;
    govern("", "");
    assert_untold(found("governor"));
    assert_contains(found("governor")->means, "firmware");
    make_virtual();
    assert_contains(found("governor")->means, "the host");
    assert_contains(found("governor")->advice, "nothing");
    lose(CPU "/cpu0/cpufreq/scaling_governor");
    assert_untold(found("governor"));
}


/* -- Turbo --------------------------------------------------------------- */

static void turbo_is_read_from_either_file(void **state) {
    (void)state;
    assert_verdict(found("turbo"), HT_GOOD);
    put(CPU "/intel_pstate/no_turbo", "0\n");
    const struct ht_finding *finding = found("turbo");
    assert_verdict(finding, HT_FAIR);
    assert_string_equal(finding->advice, "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo");
    assert_string_equal(finding->undo, "echo 0 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo");
    lose(CPU "/intel_pstate/no_turbo");
    put(CPU "/cpufreq/boost", "1\n");
    finding = found("turbo");
    assert_verdict(finding, HT_FAIR);
    assert_string_equal(finding->advice, "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost");
    assert_string_equal(finding->undo, "echo 1 | sudo tee /sys/devices/system/cpu/cpufreq/boost");
    put(CPU "/cpufreq/boost", "0\n");
    assert_verdict(found("turbo"), HT_GOOD);
}


static void turbo_that_is_not_told_is_unknown(void **state) {
    (void)state;
    static const char *const nonsense[] = {"", "\n", "yes\n", "-1\n", "1 0\n", "99999999999999999999\n"};
    for (size_t i = 0; i < COUNT(nonsense); i++) {
        put(CPU "/intel_pstate/no_turbo", nonsense[i]);
        assert_untold(found("turbo"));
    }
}


/* -- SMT ----------------------------------------------------------------- */

static void with_smt_on(void) {
    put(CPU "/smt/active", "1\n");
    put(CPU "/cpu0/topology/thread_siblings_list", "0-1\n");
    put(CPU "/cpu1/topology/thread_siblings_list", "0-1\n");
}


static void smt_matters_when_the_other_thread_works(void **state) {
    (void)state;
    static const struct {
        double busy;
        enum ht_verdict verdict;
    } cases[] = {{NAN, HT_FAIR}, {0.0, HT_GOOD}, {0.019, HT_GOOD}, {0.05, HT_FAIR}, {0.5, HT_POOR}};
    with_smt_on();
    struct ht_state machine = read_machine();
    for (size_t i = 0; i < COUNT(cases); i++) {
        machine.sibling_busy = cases[i].busy;
        const struct ht_finding *finding = found_in(&machine, "SMT");
        assert_verdict(finding, cases[i].verdict);
        if (finding->verdict != HT_GOOD) {
            assert_contains(finding->advice, "echo off | sudo tee /sys/devices/system/cpu/smt/control");
            assert_contains(finding->undo, "echo on | sudo tee /sys/devices/system/cpu/smt/control");
        }
    }
    assert_contains(found_in(&machine, "SMT")->value, "CPU 1 on the same core 50 % busy");
}


static void smt_off_is_good_on_bare_metal_and_unknown_in_a_guest(void **state) {
    (void)state;
    assert_verdict(found("SMT"), HT_GOOD);
    make_virtual();
    const struct ht_finding *finding = found("SMT");
    assert_verdict(finding, HT_UNKNOWN);
    assert_contains(finding->means, "another guest");
    with_smt_on();
    assert_verdict(found("SMT"), HT_FAIR);
}


static void siblings_alone_tell_of_smt_too(void **state) {
    (void)state;
    with_smt_on();
    lose(CPU "/smt/active");
    assert_verdict(found("SMT"), HT_FAIR);
    put(CPU "/cpu0/topology/thread_siblings_list", "nonsense\n");
    assert_untold(found("SMT"));
}


/* -- Virtual machine, counters ------------------------------------------- */

static void a_guest_is_told_from_its_processors_flags(void **state) {
    (void)state;
    assert_verdict(found("virtual machine"), HT_GOOD);
    make_virtual();
    struct ht_state machine = read_machine();
    strcpy(machine.hypervisor, "KVM");
    const struct ht_finding *finding = found_in(&machine, "virtual machine");
    assert_verdict(finding, HT_FAIR);
    assert_string_equal(finding->value, "yes (KVM)");
    put("/proc/cpuinfo", "Features: fp asimd\n");
    assert_untold(found("virtual machine"));
    put("/sys/hypervisor/type", "xen\n");
    assert_string_equal(found("virtual machine")->value, "yes");
}


static void the_reason_why_there_are_no_counters_is_told_from_the_error(void **state) {
    (void)state;
    static const struct {
        int error, paranoid;
        enum ht_pmu pmu;
        enum ht_verdict verdict;
        const char *value, *advice;
    } cases[] = {
        {0, 2, HT_PMU_WORK, HT_GOOD, "works", ""},
        {ENOENT, 2, HT_PMU_ABSENT, HT_FAIR, "none", "nothing"},
        {EOPNOTSUPP, 2, HT_PMU_ABSENT, HT_FAIR, "none", "nothing"},
        {EACCES, 3, HT_PMU_FORBIDDEN, HT_FAIR, "kernel.perf_event_paranoid = 3",
         "sudo sysctl kernel.perf_event_paranoid=2"},
        {EPERM, 4, HT_PMU_FORBIDDEN, HT_FAIR, "kernel.perf_event_paranoid = 4",
         "sudo sysctl kernel.perf_event_paranoid=2"},
        {EPERM, 1, HT_PMU_FILTERED, HT_FAIR, "filter", "seccomp=unconfined"},
        {EACCES, -1, HT_PMU_FILTERED, HT_FAIR, "filter", "seccomp=unconfined"},
        {ENOSYS, 2, HT_PMU_NO_KERNEL, HT_FAIR, "kernel", "nothing"},
        {EMFILE, 2, HT_PMU_UNKNOWN, HT_UNKNOWN, "", ""},
    };
    struct ht_state machine = read_machine();
    for (size_t i = 0; i < COUNT(cases); i++) {
        machine.paranoid = cases[i].paranoid;
        machine.pmu = ht_pmu_of(cases[i].error, cases[i].paranoid);
        assert_int_equal(machine.pmu, cases[i].pmu);
        const struct ht_finding *finding = found_in(&machine, "PMU");
        assert_verdict(finding, cases[i].verdict);
        assert_contains(finding->value, cases[i].value);
        assert_contains(finding->advice, cases[i].advice);
    }
    machine.pmu = HT_PMU_STUCK;
    assert_contains(found_in(&machine, "PMU")->value, "zero");
}


/* -- Clock, battery, heat ------------------------------------------------ */

static void a_clock_source_that_distrusts_the_tsc_is_poor(void **state) {
    (void)state;
    struct ht_state machine = read_machine();
    machine.clock_is_tsc = true;
    assert_verdict(found_in(&machine, "clock"), HT_GOOD);
    assert_string_equal(found_in(&machine, "clock")->value, "tsc, in steps of 10.0 ns");
    strcpy(machine.clocksource, "kvm-clock");
    assert_verdict(found_in(&machine, "clock"), HT_GOOD);
    strcpy(machine.clocksource, "hpet");
    assert_verdict(found_in(&machine, "clock"), HT_POOR);
    assert_contains(found_in(&machine, "clock")->advice, "echo tsc | sudo tee");
    machine.tsc_offered = false;
    assert_contains(found_in(&machine, "clock")->advice, "dmesg");
    machine.clock_is_tsc = false; /* another architecture: we do not time by what the kernel gave up */
    assert_verdict(found_in(&machine, "clock"), HT_GOOD);
    machine.clocksource[0] = '\0';
    assert_untold(found_in(&machine, "clock"));
}


static void a_counter_without_a_constant_rate_or_in_coarse_steps_is_fair(void **state) {
    (void)state;
    struct ht_state machine = read_machine();
    machine.clock_is_tsc = true;
    machine.constant_rate = 0;
    assert_verdict(found_in(&machine, "clock"), HT_FAIR);
    machine.constant_rate = -1;
    assert_verdict(found_in(&machine, "clock"), HT_GOOD);
    machine.tick_ns = 100;
    assert_verdict(found_in(&machine, "clock"), HT_FAIR);
    assert_contains(found_in(&machine, "clock")->advice, "--slice-us");
}


static void a_battery_counts_while_it_empties_and_a_mouses_never(void **state) {
    (void)state;
    assert_verdict(found("battery"), HT_GOOD);
    assert_string_equal(found("battery")->value, "none");
    put("/sys/class/power_supply/mouse/type", "Battery\n");
    put("/sys/class/power_supply/mouse/scope", "Device\n");
    put("/sys/class/power_supply/mouse/status", "Discharging\n");
    assert_string_equal(found("battery")->value, "none");
    put("/sys/class/power_supply/BAT0/type", "Battery\n");
    put("/sys/class/power_supply/BAT0/status", "Charging\n");
    assert_string_equal(found("battery")->value, "not in use");
    assert_verdict(found("battery"), HT_GOOD);
    put("/sys/class/power_supply/BAT0/status", "Discharging\n");
    assert_verdict(found("battery"), HT_POOR);
    assert_contains(found("battery")->advice, "plug");
}


static void heat_is_what_came_between_two_marks(void **state) {
    (void)state;
    struct ht_state machine = read_machine();
    struct ht_mark from, to;
    ht_mark_read(&from, root, &machine);
    ht_state_between(&machine, &from, &from, 0, root);
    assert_untold(found_in(&machine, "heat"));
    put(CPU "/cpu0/thermal_throttle/core_throttle_count", "7\n");
    put(CPU "/cpu1/thermal_throttle/core_throttle_count", "5\n");
    ht_mark_read(&from, root, &machine);
    ht_state_between(&machine, &from, &from, 0, root);
    assert_verdict(found_in(&machine, "heat"), HT_GOOD);
    put(CPU "/cpu1/thermal_throttle/core_throttle_count", "8\n");
    ht_mark_read(&to, root, &machine);
    ht_state_between(&machine, &from, &to, 0, root);
    assert_verdict(found_in(&machine, "heat"), HT_POOR);
    assert_contains(found_in(&machine, "heat")->value, "3 times");
}


int main(void) {
    const struct CMUnitTest tests[] = {
        ON_A_GOOD_MACHINE(a_governor_is_judged_with_its_driver),
        ON_A_GOOD_MACHINE(the_way_back_to_the_old_governor_is_told),
        ON_A_GOOD_MACHINE(one_cpu_that_is_governed_worse_decides),
        ON_A_GOOD_MACHINE(a_processor_told_to_save_power_is_poor),
        ON_A_GOOD_MACHINE(a_governor_that_cannot_be_read_is_unknown_and_in_a_guest_the_hosts),
        ON_A_GOOD_MACHINE(turbo_is_read_from_either_file),
        ON_A_GOOD_MACHINE(turbo_that_is_not_told_is_unknown),
        ON_A_GOOD_MACHINE(smt_matters_when_the_other_thread_works),
        ON_A_GOOD_MACHINE(smt_off_is_good_on_bare_metal_and_unknown_in_a_guest),
        ON_A_GOOD_MACHINE(siblings_alone_tell_of_smt_too),
        ON_A_GOOD_MACHINE(a_guest_is_told_from_its_processors_flags),
        ON_A_GOOD_MACHINE(the_reason_why_there_are_no_counters_is_told_from_the_error),
        ON_A_GOOD_MACHINE(a_clock_source_that_distrusts_the_tsc_is_poor),
        ON_A_GOOD_MACHINE(a_counter_without_a_constant_rate_or_in_coarse_steps_is_fair),
        ON_A_GOOD_MACHINE(a_battery_counts_while_it_empties_and_a_mouses_never),
        ON_A_GOOD_MACHINE(heat_is_what_came_between_two_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
