/* health.h on made-up machines: what else runs, what this process is given, and machines that tell nothing.
 */
#include "made_up_machine.h"

#define COUNT(ARRAY) (sizeof(ARRAY) / sizeof(ARRAY)[0])
#define MIB 1048576.0

/* What one file says, and what is found of it. */
struct said {
    const char *text;
    enum ht_verdict verdict;
    const char *value;
};

static void check(const char *path, const char *name, const struct said *said, size_t count) {
    for (size_t i = 0; i < count; i++) {
        put(path, said[i].text);
        const struct ht_finding *finding = found(name);
        assert_verdict(finding, said[i].verdict);
        if (strcmp(said[i].value, finding->value) != 0)
            fail_msg("%s: \"%s\", expected \"%s\"", said[i].text, finding->value, said[i].value);
    }
}


#define CHECK(PATH, NAME, ...)                                                                               \
    do {                                                                                                     \
        const struct said all_said[] = {__VA_ARGS__};                                                        \
        check(PATH, NAME, all_said, COUNT(all_said));                                                        \
    } while (0)

/* -- The whole machine --------------------------------------------------- */

static void nothing_is_held_against_a_good_machine(void **state) {
    (void)state;
    struct ht_finding findings[HT_STATE_FINDINGS];
    struct ht_state machine = read_machine();
    machine.pmu = HT_PMU_WORK;
    machine.steal_share = 0;
    machine.throttled = 0;
    ht_health_judge(&machine, findings);
    for (int i = 0; i < HT_STATE_FINDINGS; i++) {
        assert_verdict(&findings[i], HT_GOOD);
        assert_string_equal(findings[i].advice, "");
        assert_string_not_equal(findings[i].value, "");
    }
}


static void a_machine_that_tells_nothing_is_unknown_in_every_respect(void **state) {
    (void)state;
    struct ht_finding findings[HT_STATE_FINDINGS];
    struct ht_state machine = read_machine();
    ht_health_judge(&machine, findings);
    for (int i = 0; i < HT_STATE_FINDINGS; i++)
        assert_untold(&findings[i]);
}


/* No file breaks the reader, and none makes it call a machine poor. */
static void nonsense_in_every_file_is_unknown(void **state) {
    (void)state;
    static const char *const files[] = {"/proc/self/status",
                                        "/proc/self/limits",
                                        "/proc/self/personality",
                                        "/proc/self/cgroup",
                                        "/proc/cpuinfo",
                                        "/proc/loadavg",
                                        "/proc/meminfo",
                                        "/proc/pressure/memory",
                                        "/proc/stat",
                                        "/proc/sys/kernel/randomize_va_space",
                                        "/proc/sys/kernel/perf_event_paranoid",
                                        "/sys/kernel/mm/transparent_hugepage/enabled",
                                        CPU "/online",
                                        CPU "/smt/active",
                                        CPU "/intel_pstate/no_turbo",
                                        CPU "/cpufreq/boost",
                                        "/sys/class/power_supply/BAT0/type",
                                        CPU "/cpu0/topology/thread_siblings_list"};
    static const char *const nonsense[] = {
        "",
        "\n",
        "nonsense\n",
        "nan nan nan\n",
        "-5\n",
        "[[[\n",
        "99999999999999999999999999\n",
        "cpu -1 x\ncpu0\ncpu99999999999 1\n",
        "Max stack size -1\nCpus_allowed_list: ,-,\nMemAvailable: x kB\n::\n:\n"};
    for (size_t n = 0; n < COUNT(nonsense); n++) {
        struct ht_finding findings[HT_STATE_FINDINGS];
        struct ht_mark mark;
        for (size_t f = 0; f < COUNT(files); f++)
            put(files[f], nonsense[n]);
        struct ht_state machine = read_machine();
        ht_mark_read(&mark, root, &machine);
        ht_state_between(&machine, &mark, &mark, -1, root);
        ht_health_judge(&machine, findings);
        for (int i = 0; i < HT_STATE_FINDINGS; i++)
            if (findings[i].verdict == HT_POOR)
                fail_msg("'%s' makes %s %s poor", nonsense[n], findings[i].name, findings[i].value);
    }
}


/* -- What else runs ------------------------------------------------------ */

static void load_is_poor_when_more_want_to_run_than_there_are_cpus(void **state) {
    (void)state;
    CHECK("/proc/loadavg", "load", {"0.50 1 1 1/2 3\n", HT_GOOD, "0.50 on 2 CPUs"},
          {"0.51 1 1 1/2 3\n", HT_FAIR, "0.51 on 2 CPUs"}, {"2.00 1 1 1/2 3\n", HT_FAIR, "2.00 on 2 CPUs"},
          {"2.01 1 1 1/2 3\n", HT_POOR, "2.01 on 2 CPUs"}, {"", HT_UNKNOWN, ""}, {"high\n", HT_UNKNOWN, ""},
          {"-1\n", HT_UNKNOWN, ""});
}


static void the_run_before_does_not_make_a_single_cpu_poor(void **state) {
    (void)state;
    put(CPU "/online", "0\n");
    CHECK("/proc/loadavg", "load", {"1.00 1 1 1/2 3\n", HT_FAIR, "1.00 on 1 CPU"},
          {"1.30 1 1 1/2 3\n", HT_POOR, "1.30 on 1 CPU"});
}


/* user nice system idle iowait irq softirq steal: 2000 ticks wanted between the marks, `stolen` of them not
 * had. */
static const struct ht_finding *after_steal(struct ht_state *machine, int stolen) {
    char text[256];
    struct ht_mark from, to;
    put("/proc/stat", "cpu  1000 0 0 5000 0 0 0 50 0 0\ncpu0 1000 0 0 5000 0 0 0 50 0 0\nintr 1\n");
    ht_mark_read(&from, root, machine);
    snprintf(text, sizeof text, "cpu  %d 0 0 5000 0 0 0 %d 0 0\ncpu0 1 0 0 1 0 0 0 1 0 0\n", 3000 - stolen,
             50 + stolen);
    put("/proc/stat", text);
    ht_mark_read(&to, root, machine);
    ht_state_between(machine, &from, &to, 0, root);
    return found_in(machine, "steal");
}


static void steal_is_a_share_of_what_programs_wanted(void **state) {
    (void)state;
    struct ht_state machine = read_machine();
    assert_untold(found_in(&machine, "steal"));
    assert_verdict(after_steal(&machine, 10), HT_GOOD);
    assert_string_equal(after_steal(&machine, 10)->value, "0.5 %");
    assert_verdict(after_steal(&machine, 60), HT_FAIR);
    assert_verdict(after_steal(&machine, 200), HT_POOR);
    assert_string_equal(after_steal(&machine, 200)->value, "10.0 %");
}


/* One tick in ten is no 10 %. */
static void an_interval_below_a_second_tells_nothing_of_steal(void **state) {
    (void)state;
    struct ht_state machine = read_machine();
    struct ht_mark from, to;
    put("/proc/stat", "cpu  1000 0 0 5000 0 0 0 50 0 0\n");
    ht_mark_read(&from, root, &machine);
    put("/proc/stat", "cpu  1009 0 0 5100 0 0 0 51 0 0\n");
    ht_mark_read(&to, root, &machine);
    ht_state_between(&machine, &from, &to, 0, root);
    assert_untold(found_in(&machine, "steal"));
}


static void the_sibling_of_the_cpu_that_was_measured_on_is_watched(void **state) {
    (void)state;
    put(CPU "/cpu1/topology/thread_siblings_list", "1,3\n");
    struct ht_state machine = read_machine();
    struct ht_mark from, to;
    put("/proc/stat", "cpu  0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0\ncpu3 100 0 0 100 0 0 0 0\n");
    ht_mark_read(&from, root, &machine);
    put("/proc/stat", "cpu  0 0 0 0 0 0 0 0\ncpu1 9 0 0 0 0 0 0 0\ncpu3 150 0 0 250 0 0 0 0\n");
    ht_mark_read(&to, root, &machine);
    ht_state_between(&machine, &from, &to, 1, root);
    assert_int_equal(machine.sibling, 3);
    assert_close(machine.sibling_busy, 0.25, 1e-12);
    ht_state_between(&machine, &from, &to, 0, root);
    assert_not_a_number(machine.sibling_busy);
}


/* -- What this process is given ------------------------------------------ */

static void one_cpu_is_fair_when_others_may_use_the_rest_and_poor_when_it_is_the_only_one(void **state) {
    (void)state;
    CHECK("/proc/self/status", "CPUs", {"Cpus_allowed_list:\t0-1\n", HT_GOOD, "2 of 2 usable"},
          {"Cpus_allowed_list:\t1\n", HT_FAIR, "1 of 2 usable"}, {"Cpus_allowed_list:\t\n", HT_UNKNOWN, ""});
    assert_untold(found("CPUs"));
    put("/proc/self/status", "Cpus_allowed_list:\t0\n");
    put(CPU "/online", "0\n");
    assert_verdict(found("CPUs"), HT_POOR);
}


static void memory_is_poor_when_it_is_nearly_gone_or_waited_for(void **state) {
    (void)state;
    CHECK("/proc/meminfo", "memory", {"MemAvailable: 1048576 kB\n", HT_GOOD, "1.0 GiB available"},
          {"MemAvailable: 307200 kB\n", HT_FAIR, "300 MiB available"},
          {"MemAvailable: 102400 kB\n", HT_POOR, "100 MiB available"}, {"MemTotal: 5 kB\n", HT_UNKNOWN, ""},
          {"MemAvailable: 1048576 kB\n", HT_GOOD, "1.0 GiB available"});
    CHECK(
        "/proc/pressure/memory", "memory",
        {"some avg10=2.00 avg60=0\n", HT_FAIR, "1.0 GiB available, programs waited for some 2 % of the time"},
        {"some avg10=20.0 avg60=0\n", HT_POOR,
         "1.0 GiB available, programs waited for some 20 % of the time"});
}


static void huge_pages_for_all_are_fair(void **state) {
    (void)state;
    CHECK("/sys/kernel/mm/transparent_hugepage/enabled", "huge pages",
          {"[always] madvise never\n", HT_FAIR, "always"}, {"always madvise [never]\n", HT_GOOD, "never"},
          {"always madvise never\n", HT_UNKNOWN, ""}, {"[often]\n", HT_UNKNOWN, "often"});
    put("/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
    assert_contains(found("huge pages")->advice, "echo madvise | sudo tee");
    assert_contains(found("huge pages")->undo, "echo always | sudo tee");
}


/* The other way round than in most advice on benchmarking. */
static void random_addresses_are_good_and_fixed_ones_only_fair(void **state) {
    (void)state;
    CHECK("/proc/sys/kernel/randomize_va_space", "ASLR", {"2\n", HT_GOOD, "on"},
          {"1\n", HT_FAIR, "on, but for the heap"}, {"0\n", HT_FAIR, "off"}, {"3\n", HT_UNKNOWN, ""},
          {"on\n", HT_UNKNOWN, ""}, {"2\n", HT_GOOD, "on"});
    put("/proc/self/personality", "00040000\n");
    assert_verdict(found("ASLR"), HT_FAIR);
    assert_contains(found("ASLR")->advice, "setarch -R");
}


static void the_stack_limit_is_held_against_what_the_largest_case_needs(void **state) {
    (void)state;
    struct ht_state machine = read_machine();
    machine.stack_needed_bytes = 1.25 * MIB;
    assert_verdict(found_in(&machine, "stack limit"), HT_GOOD);
    assert_string_equal(found_in(&machine, "stack limit")->value, "8.0 MiB");
    machine.stack_limit_bytes = 0.5 * MIB;
    assert_verdict(found_in(&machine, "stack limit"), HT_POOR);
    assert_string_equal(found_in(&machine, "stack limit")->value, "512 KiB");
    assert_contains(found_in(&machine, "stack limit")->advice, "ulimit -s 1280 ");
    put("/proc/self/limits", "Max stack size            unlimited            unlimited            bytes\n");
    assert_verdict(found("stack limit"), HT_FAIR);
    put("/proc/self/limits", "Max processes             1                    1\n");
    assert_untold(found("stack limit"));
}


/* -- Quota --------------------------------------------------------------- */

static void the_tightest_group_around_us_sets_the_quota(void **state) {
    (void)state;
    assert_verdict(found("CPU quota"), HT_GOOD);
    put("/sys/fs/cgroup/user.slice/session-1.scope/cpu.max", "max 100000\n");
    assert_string_equal(found("CPU quota")->value, "none");
    put("/sys/fs/cgroup/user.slice/cpu.max", "50000 100000\n");
    assert_string_equal(found("CPU quota")->value, "0.50 CPUs");
    assert_verdict(found("CPU quota"), HT_POOR);
    put("/sys/fs/cgroup/user.slice/session-1.scope/cpu.max", "20000 100000\n");
    assert_string_equal(found("CPU quota")->value, "0.20 CPUs");
}


static void a_container_sees_its_quota_at_the_top(void **state) {
    (void)state;
    put("/proc/self/cgroup", "0::/\n");
    CHECK("/sys/fs/cgroup/cpu.max", "CPU quota", {"150000 100000\n", HT_FAIR, "1.50 CPUs"},
          {"200000 100000\n", HT_GOOD, "2.00 CPUs"}, {"max 100000\n", HT_GOOD, "none"},
          {"0 0\n", HT_GOOD, "none"});
}


static void the_first_version_of_control_groups_is_read_too(void **state) {
    (void)state;
    put("/proc/self/cgroup", "12:cpuset:/x\n4:cpu,cpuacct:/docker/abc\n0::/\n");
    put("/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us", "-1\n");
    put("/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us", "100000\n");
    assert_string_equal(found("CPU quota")->value, "none");
    put("/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us", "75000\n");
    assert_string_equal(found("CPU quota")->value, "0.75 CPUs");
    assert_verdict(found("CPU quota"), HT_POOR);
}


/* -- Quiet slices -------------------------------------------------------- */

static void quiet_slices_are_judged_from_enough_of_them_only(void **state) {
    (void)state;
    static const struct {
        uint64_t quiet, all;
        enum ht_verdict verdict;
    } cases[] = {{0, 0, HT_UNKNOWN},   {0, 499, HT_UNKNOWN}, {0, 500, HT_POOR},    {499, 1000, HT_POOR},
                 {500, 1000, HT_FAIR}, {799, 1000, HT_FAIR}, {800, 1000, HT_GOOD}, {1000, 1000, HT_GOOD}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct ht_finding finding;
        ht_judge_quiet(cases[i].quiet, cases[i].all, &finding);
        assert_verdict(&finding, cases[i].verdict);
    }
}


int main(void) {
    const struct CMUnitTest tests[] = {
        ON_A_GOOD_MACHINE(nothing_is_held_against_a_good_machine),
        ON_AN_EMPTY_MACHINE(a_machine_that_tells_nothing_is_unknown_in_every_respect),
        ON_A_GOOD_MACHINE(nonsense_in_every_file_is_unknown),
        ON_A_GOOD_MACHINE(load_is_poor_when_more_want_to_run_than_there_are_cpus),
        ON_A_GOOD_MACHINE(the_run_before_does_not_make_a_single_cpu_poor),
        ON_A_GOOD_MACHINE(steal_is_a_share_of_what_programs_wanted),
        ON_A_GOOD_MACHINE(an_interval_below_a_second_tells_nothing_of_steal),
        ON_A_GOOD_MACHINE(the_sibling_of_the_cpu_that_was_measured_on_is_watched),
        ON_A_GOOD_MACHINE(one_cpu_is_fair_when_others_may_use_the_rest_and_poor_when_it_is_the_only_one),
        ON_A_GOOD_MACHINE(memory_is_poor_when_it_is_nearly_gone_or_waited_for),
        ON_A_GOOD_MACHINE(huge_pages_for_all_are_fair),
        ON_A_GOOD_MACHINE(random_addresses_are_good_and_fixed_ones_only_fair),
        ON_A_GOOD_MACHINE(the_stack_limit_is_held_against_what_the_largest_case_needs),
        ON_A_GOOD_MACHINE(the_tightest_group_around_us_sets_the_quota),
        ON_A_GOOD_MACHINE(a_container_sees_its_quota_at_the_top),
        ON_A_GOOD_MACHINE(the_first_version_of_control_groups_is_read_too),
        cmocka_unit_test(quiet_slices_are_judged_from_enough_of_them_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
