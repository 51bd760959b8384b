/* made_up_machine.h: a /proc and a /sys of our own, below a folder, for tests of what is read from them. */
#ifndef HEAPTOLL_MADE_UP_MACHINE_H
#define HEAPTOLL_MADE_UP_MACHINE_H

#include "health.h"

#include "checks.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CPU "/sys/devices/system/cpu"

static char root[64];

/* Writes a file of the machine, and the folders above it. */
static void put(const char *path, const char *text) {
    char whole[512];
    assert_true((size_t)snprintf(whole, sizeof whole, "%s%s", root, path) < sizeof whole);
    for (char *slash = whole + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(whole, 0777);
        *slash = '/';
    }
    FILE *file = fopen(whole, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}


/* Takes a file away. */
static inline void lose(const char *path) {
    char whole[512];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    assert_int_equal(unlink(whole), 0);
}


static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
    (void)about, (void)kind, (void)walk;
    return remove(path);
}


static int scrap_machine(void **state) {
    (void)state;
    return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}


static int empty_machine(void **state) {
    (void)state;
    strcpy(root, "/tmp/heaptoll-test-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}


/* A bare-metal machine of two cores on which there is nothing to better. */
static int good_machine(void **state) {
    if (empty_machine(state) != 0)
        return -1;
    put("/proc/self/status", "Name:\theaptoll\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\nSeccomp:\t0\n");
    put("/proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units\n"
                             "Max cpu time              unlimited            unlimited            seconds\n"
                             "Max stack size            8388608              unlimited            bytes\n");
    put("/proc/self/personality", "00000000\n");
    put("/proc/self/cgroup", "0::/user.slice/session-1.scope\n");
    put("/proc/cpuinfo", "processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: fpu tsc constant_tsc sse2\n");
    put("/proc/loadavg", "0.12 0.20 0.30 1/200 4242\n");
    put("/proc/meminfo", "MemTotal:       16000000 kB\nMemFree:   100 kB\nMemAvailable:   12000000 kB\n");
    put("/proc/pressure/memory", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    put("/proc/sys/kernel/randomize_va_space", "2\n");
    put("/proc/sys/kernel/perf_event_paranoid", "2\n");
    put("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    put("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
    put("/sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc hpet acpi_pm \n");
    put("/sys/class/power_supply/AC/type", "Mains\n");
    put(CPU "/online", "0-1\n");
    put(CPU "/smt/active", "0\n");
    put(CPU "/intel_pstate/no_turbo", "1\n");
    put(CPU "/cpu0/topology/thread_siblings_list", "0\n");
    put(CPU "/cpu1/topology/thread_siblings_list", "1\n");
    put(CPU "/cpu0/cpufreq/scaling_governor", "performance\n");
    put(CPU "/cpu1/cpufreq/scaling_governor", "performance\n");
    put(CPU "/cpu0/cpufreq/scaling_driver", "intel_pstate\n");
    put(CPU "/cpu1/cpufreq/scaling_driver", "intel_pstate\n");
    return 0;
}


static struct ht_state read_machine(void) {
    struct ht_state state;
    ht_state_read(&state, root);
    state.tick_ns = 10;         /* the one thing in it that is this machine's own, */
    state.pmu = HT_PMU_UNKNOWN; /* and the other */
    return state;
}


/* What is found of one matter; valid until the next call. */
static inline const struct ht_finding *found_in(const struct ht_state *state, const char *name) {
    static struct ht_finding findings[HT_STATE_FINDINGS];
    ht_health_judge(state, findings);
    for (int i = 0; i < HT_STATE_FINDINGS; i++)
        if (strcmp(findings[i].name, name) == 0)
            return &findings[i];
    fail_msg("nothing is found of '%s'", name);
    return NULL;
}


static inline const struct ht_finding *found(const char *name) {
    struct ht_state state = read_machine();
    return found_in(&state, name);
}


#define assert_verdict(FINDING, VERDICT)                                                                     \
    do {                                                                                                     \
        const struct ht_finding *one = (FINDING);                                                            \
        if (one->verdict != (VERDICT))                                                                       \
            fail_msg("%s %s is %s, expected %s: %s", one->name, one->value, ht_verdict_name(one->verdict),   \
                     ht_verdict_name(VERDICT), one->means);                                                  \
    } while (0)

/* Nothing can be told, and nothing is made up. */
#define assert_untold(FINDING)                                                                               \
    do {                                                                                                     \
        const struct ht_finding *untold = (FINDING);                                                         \
        assert_verdict(untold, HT_UNKNOWN);                                                                  \
        assert_string_equal(untold->value, "");                                                              \
    } while (0)

#define ON_A_GOOD_MACHINE(TEST) cmocka_unit_test_setup_teardown(TEST, good_machine, scrap_machine)
#define ON_AN_EMPTY_MACHINE(TEST) cmocka_unit_test_setup_teardown(TEST, empty_machine, scrap_machine)

#endif
