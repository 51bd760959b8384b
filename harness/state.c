#include "state.h"

#include "clock.h"
#include "probe.h"
#include "sysfile.h"
#include "ticks.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>

#define CPU_FOLDER "/sys/devices/system/cpu"
#define SOURCE_FOLDER "/sys/devices/system/clocksource/clocksource0"
#define WANTED_TICKS 100 /* a second, in the kernel's ticks */

const char *ht_state_root(void) {
    const char *root = getenv("HEAPTOLL_TEST_ROOT");
    return root ? root : "";
}


/* The number, or -1. */
static int small_number(const char *root, const char *path) {
    long long number = -1;
    ht_sys_number(root, &number, "%s", path);
    return number >= 0 && number <= 1000000 ? (int)number : -1;
}


static void read_cpus(struct ht_state *state, const char *root) {
    char list[4096];
    state->usable = state->online = -1;
    if (ht_sys_field(root, "/proc/self/status", "Cpus_allowed_list:", list, sizeof list)) {
        unsigned count = ht_cpu_list(list, state->cpus, HT_STATE_CPUS);
        state->usable = count ? (int)count : -1;
        state->cpu_count = count < HT_STATE_CPUS ? count : HT_STATE_CPUS;
    }
    if (ht_sys_line(root, list, sizeof list, CPU_FOLDER "/online")) {
        unsigned count = ht_cpu_list(list, NULL, 0);
        state->online = count ? (int)count : -1;
    }
}


/* Higher is worse to measure under. */
static int badness(const char *governor) {
    static const char *const from_best[] = {"performance", "schedutil", "ondemand", "conservative",
                                            "userspace"};
    for (int i = 0; i < (int)(sizeof from_best / sizeof from_best[0]); i++)
        if (strcmp(governor, from_best[i]) == 0)
            return i;
    return 100; /* powersave, and what we do not know */
}


static void read_governor(struct ht_state *state, const char *root) {
    for (unsigned i = 0; i < state->cpu_count; i++) {
        char governor[sizeof state->governor];
        if (!ht_sys_line(root, governor, sizeof governor, CPU_FOLDER "/cpu%d/cpufreq/scaling_governor",
                         state->cpus[i]) ||
            !governor[0])
            continue;
        if (!state->governor[0] || badness(governor) > badness(state->governor)) {
            memcpy(state->governor, governor, sizeof governor);
            state->governed_alike = 0;
            ht_sys_line(root, state->driver, sizeof state->driver, CPU_FOLDER "/cpu%d/cpufreq/scaling_driver",
                        state->cpus[i]);
            ht_sys_line(root, state->preference, sizeof state->preference,
                        CPU_FOLDER "/cpu%d/cpufreq/energy_performance_preference", state->cpus[i]);
        }
        state->governed_alike += strcmp(governor, state->governor) == 0;
    }
    int no_turbo = small_number(root, CPU_FOLDER "/intel_pstate/no_turbo");
    int boost = small_number(root, CPU_FOLDER "/cpufreq/boost");
    state->turbo_is_intels = no_turbo >= 0;
    state->turbo = no_turbo >= 0 ? no_turbo == 0 : boost >= 0 ? boost != 0 : -1;
}


/* Another CPU on the core of `cpu`; -1: none is seen. */
static int sibling_of(int cpu, const char *root) {
    char list[256];
    int cpus[8];
    if (!ht_sys_line(root, list, sizeof list, CPU_FOLDER "/cpu%d/topology/thread_siblings_list", cpu))
        return -1;
    unsigned count = ht_cpu_list(list, cpus, 8);
    for (unsigned i = 0; i < count && i < 8; i++)
        if (cpus[i] != cpu)
            return cpus[i];
    return -1;
}


static void read_core(struct ht_state *state, const char *root) {
    char line[8192];
    state->smt = small_number(root, CPU_FOLDER "/smt/active");
    state->sibling = state->cpu_count ? sibling_of(state->cpus[0], root) : -1;
    if (state->sibling >= 0)
        state->smt = 1;
    state->virtual_machine = state->constant_rate = -1;
    if (ht_sys_field(root, "/proc/cpuinfo", "flags", line, sizeof line)) {
        state->virtual_machine = strstr(line, " hypervisor") != NULL;
        state->constant_rate = strstr(line, "constant_tsc") != NULL;
    } else if (ht_sys_line(root, line, sizeof line, "/sys/hypervisor/type"))
        state->virtual_machine = strcmp(line, "none") != 0;
    ht_sys_line(root, state->clocksource, sizeof state->clocksource, SOURCE_FOLDER "/current_clocksource");
    if (ht_sys_line(root, line, sizeof line, SOURCE_FOLDER "/available_clocksource"))
        state->tsc_offered = strncmp(line, "tsc", 3) == 0 || strstr(line, " tsc") != NULL;
    state->clock_is_tsc = strcmp(HT_TICKS_SOURCE, "tsc") == 0;
}


static void read_memory(struct ht_state *state, const char *root) {
    char text[128];
    double number, unit_kib = 1024;
    state->memory_free_bytes = state->memory_stalled_share = NAN;
    if (ht_sys_field(root, "/proc/meminfo", "MemAvailable:", text, sizeof text) &&
        sscanf(text, "%lf kB", &number) == 1 && number >= 0)
        state->memory_free_bytes = number * unit_kib;
    if (ht_sys_field(root, "/proc/pressure/memory", "some", text, sizeof text) &&
        sscanf(text, "avg10=%lf", &number) == 1 && number >= 0 && number <= 100)
        state->memory_stalled_share = number / 100;
}


/* A machine runs on a battery when one of its own (not a mouse's) empties. */
static void read_battery(struct ht_state *state, const char *root) {
    char path[4352], text[32];
    state->on_battery = -1;
    snprintf(path, sizeof path, "%s/sys/class/power_supply", root);
    DIR *folder = opendir(path);
    if (!folder)
        return;
    state->on_battery = 0;
    for (struct dirent *each; (each = readdir(folder));) {
        if (each->d_name[0] == '.' ||
            !ht_sys_line(root, text, sizeof text, "/sys/class/power_supply/%s/type", each->d_name) ||
            strcmp(text, "Battery") != 0)
            continue;
        if (ht_sys_line(root, text, sizeof text, "/sys/class/power_supply/%s/scope", each->d_name) &&
            strcmp(text, "Device") == 0)
            continue;
        state->has_battery = true;
        if (ht_sys_line(root, text, sizeof text, "/sys/class/power_supply/%s/status", each->d_name) &&
            strcmp(text, "Discharging") == 0)
            state->on_battery = 1;
    }
    closedir(folder);
}


static void read_layout(struct ht_state *state, const char *root) {
    char line[256], *end;
    double limit;
    if (ht_sys_line(root, line, sizeof line, "/sys/kernel/mm/transparent_hugepage/enabled") &&
        strchr(line, '['))
        snprintf(state->thp, sizeof state->thp, "%.*s", (int)strcspn(strchr(line, '[') + 1, "]"),
                 strchr(line, '[') + 1);
    state->aslr = small_number(root, "/proc/sys/kernel/randomize_va_space");
    if (ht_sys_line(root, line, sizeof line, "/proc/self/personality")) {
        unsigned long flags = strtoul(line, &end, 16);
        state->aslr_off_for_us = end != line && flags & ADDR_NO_RANDOMIZE;
    }
    state->stack_limit_bytes = NAN;
    if (ht_sys_field(root, "/proc/self/limits", "Max stack size", line, sizeof line)) {
        if (strncmp(line, "unlimited", 9) == 0)
            state->stack_limit_bytes = INFINITY;
        else if (sscanf(line, "%lf", &limit) == 1 && limit > 0)
            state->stack_limit_bytes = limit;
    }
}


/* The rate of the ticks comes from the time that all the other reading took. */
static double tick_ns(struct ht_moment from) {
    uint64_t granule = ht_ticks_granularity();
    struct ht_moment to = ht_now();
    return ht_ticks_to_ns((double)granule, ht_ticks_per_ns(from, to));
}


void ht_state_read(struct ht_state *state, const char *root) {
    char line[128];
    struct ht_moment start = ht_now();
    *state =
        (struct ht_state){.load = NAN, .steal_share = NAN, .sibling_busy = NAN, .throttled = -1, .turbo = -1};
    read_cpus(state, root);
    read_governor(state, root);
    read_core(state, root);
    read_memory(state, root);
    read_battery(state, root);
    read_layout(state, root);
    state->quota_cpus = ht_quota_cpus(root);
    state->paranoid = small_number(root, "/proc/sys/kernel/perf_event_paranoid");
    state->pmu = ht_pmu_try(state->paranoid);
    if (ht_sys_line(root, line, sizeof line, "/proc/loadavg") && sscanf(line, "%lf", &state->load) != 1)
        state->load = NAN;
    state->tick_ns = tick_ns(start);
}


void ht_mark_read(struct ht_mark *mark, const char *root, const struct ht_state *state) {
    char line[512];
    *mark = (struct ht_mark){.throttled = -1};
    FILE *file = ht_sys_open(root, "/proc/stat");
    while (file && fgets(line, sizeof line, file) && strncmp(line, "cpu", 3) == 0) {
        double user, nice, system, idle, wait, irq, softirq, steal;
        char *at = line + 3;
        long cpu = *at == ' ' ? -1 : strtol(at, &at, 10);
        if (cpu >= HT_MARK_CPUS || sscanf(at, "%lf %lf %lf %lf %lf %lf %lf %lf", &user, &nice, &system, &idle,
                                          &wait, &irq, &softirq, &steal) != 8)
            continue;
        double busy = user + nice + system + irq + softirq;
        if (cpu >= 0) {
            mark->busy[cpu] = busy;
            mark->passed[cpu] = busy + idle + wait + steal;
        } else {
            mark->stolen = steal;
            mark->wanted = busy + steal;
        }
    }
    if (file)
        fclose(file);
    for (unsigned i = 0; i < state->cpu_count; i++) {
        long long count;
        if (ht_sys_number(root, &count, CPU_FOLDER "/cpu%d/thermal_throttle/core_throttle_count",
                          state->cpus[i]))
            mark->throttled = count + (mark->throttled > 0 ? mark->throttled : 0);
    }
}


void ht_state_between(struct ht_state *state, const struct ht_mark *from, const struct ht_mark *to, int cpu,
                      const char *root) {
    double wanted = to->wanted - from->wanted, stolen = to->stolen - from->stolen;
    state->steal_share = wanted >= WANTED_TICKS && stolen >= 0 && stolen <= wanted ? stolen / wanted : NAN;
    if (cpu >= 0)
        state->sibling = sibling_of(cpu, root);
    state->sibling_busy = NAN;
    if (state->sibling >= 0 && state->sibling < HT_MARK_CPUS) {
        double passed = to->passed[state->sibling] - from->passed[state->sibling];
        double busy = to->busy[state->sibling] - from->busy[state->sibling];
        if (passed >= WANTED_TICKS && busy >= 0 && busy <= passed)
            state->sibling_busy = busy / passed;
    }
    state->throttled =
        from->throttled >= 0 && to->throttled >= from->throttled ? to->throttled - from->throttled : -1;
}
