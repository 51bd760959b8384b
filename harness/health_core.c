/* health_core.c: judgments of the processor: its clock, its cores, its counters. */
#include "health.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CPU_FOLDER "/sys/devices/system/cpu"

static bool is(const char *text, const char *word) {
    return strcmp(text, word) == 0;
}


/* Drivers whose "powersave" is no lowest clock but their usual way: the CPU itself chooses from the load. */
static bool chooses_itself(const struct ht_state *state) {
    return is(state->driver, "intel_pstate") || is(state->driver, "amd-pstate-epp") ||
           is(state->driver, "amd_pstate_epp");
}


static void advise_governor(const struct ht_state *state, struct ht_finding *finding) {
    char undo[160];
    snprintf(undo, sizeof undo, "sudo cpupower frequency-set -g %s", state->governor);
    ht_advise(finding, undo,
              "sudo cpupower frequency-set -g performance   # or, without cpupower:\n"
              "echo performance | sudo tee " CPU_FOLDER "/cpu*/cpufreq/scaling_governor");
}


void ht_judge_governor(const struct ht_state *state, struct ht_finding *finding) {
    static const char *const by_load[] = {"schedutil", "ondemand", "conservative"};
    if (!state->governor[0]) {
        ht_judged(finding, HT_UNKNOWN,
                  state->virtual_machine == 1
                      ? "the host sets the core's clock and does not show how; Heaptoll measures the clock "
                        "beside every slice"
                      : "the kernel does not steer the core's clock, so the firmware does; Heaptoll measures "
                        "the clock beside every slice");
        ht_advise(finding, "",
                  state->virtual_machine == 1 ? "nothing: only who runs the host can hold the clock"
                                              : "nothing here: a fixed clock can be set in the firmware");
        return;
    }
    bool all = state->governed_alike == (int)state->cpu_count;
    ht_found(finding, "%s%s%s%s", state->governor, state->driver[0] ? " (" : "", state->driver,
             state->driver[0] ? ")" : "");
    if (!all && strlen(finding->value) < sizeof finding->value - 24)
        snprintf(strchr(finding->value, '\0'), 24, ", %d of %u CPUs", state->governed_alike % 1000,
                 state->cpu_count);
    if (is(state->governor, "performance")) {
        ht_judged(finding, HT_GOOD, "the kernel asks for the highest clock all the time");
        return;
    }
    advise_governor(state, finding);
    for (size_t i = 0; i < sizeof by_load / sizeof by_load[0]; i++)
        if (is(state->governor, by_load[i])) {
            ht_judged(finding, HT_FAIR,
                      "the core's clock follows the load, so work begins slowly and nanoseconds drift; core "
                      "cycles do not");
            return;
        }
    if (is(state->governor, "userspace"))
        ht_judged(finding, HT_FAIR,
                  "a program set a fixed clock: steady, but nanoseconds are those of that clock");
    else if (!is(state->governor, "powersave"))
        ht_judged(finding, HT_UNKNOWN, "a governor that Heaptoll knows nothing about");
    else if (!chooses_itself(state))
        ht_judged(
            finding, HT_POOR,
            "the core is held at its lowest clock, so every time is longer than what programs here could "
            "have");
    else if (is(state->preference, "power"))
        ht_judged(
            finding, HT_POOR,
            "the processor is told to prefer saving power to speed, so the clock stays low and rises late");
    else
        ht_judged(finding, HT_FAIR,
                  "with this driver not the lowest clock but the usual one: it follows the load, so "
                  "nanoseconds drift; core cycles do not");
}


void ht_judge_turbo(const struct ht_state *state, struct ht_finding *finding) {
    const char *file =
        state->turbo_is_intels ? CPU_FOLDER "/intel_pstate/no_turbo" : CPU_FOLDER "/cpufreq/boost";
    char undo[160];
    if (state->turbo < 0) {
        ht_judged(finding, HT_UNKNOWN,
                  "whether the core may run faster than its nominal clock is not told; Heaptoll measures the "
                  "clock");
        ht_advise(finding, "",
                  state->virtual_machine == 1 ? "nothing: the host decides"
                                              : "nothing here: the firmware's settings have a switch for it");
        return;
    }
    ht_found(finding, "%s", state->turbo ? "on" : "off");
    if (!state->turbo) {
        ht_judged(finding, HT_GOOD,
                  "the clock does not rise and fall with heat and with the work of other cores");
        return;
    }
    ht_judged(finding, HT_FAIR,
              "the clock rises while the processor is cool and few cores work: nanoseconds drift by some per "
              "cent, core cycles do not");
    snprintf(undo, sizeof undo, "echo %d | sudo tee %s", state->turbo_is_intels ? 0 : 1, file);
    ht_advise(finding, undo, "echo %d | sudo tee %s", state->turbo_is_intels ? 1 : 0, file);
}


static void advise_smt(struct ht_finding *finding) {
    ht_advise(finding, "echo on | sudo tee " CPU_FOLDER "/smt/control",
              "echo off | sudo tee " CPU_FOLDER "/smt/control   # or keep that CPU idle");
}


void ht_judge_smt(const struct ht_state *state, struct ht_finding *finding) {
    if (state->smt != 1 && state->virtual_machine == 1) {
        if (state->smt == 0)
            ht_found(finding, "not shown");
        ht_judged(finding, HT_UNKNOWN,
                  "a core's second thread may belong to another guest; the share of quiet slices shows "
                  "whether that one is busy");
        ht_advise(finding, "", "nothing: only the host knows who has the other thread");
    } else if (state->smt < 0)
        ht_judged(finding, HT_UNKNOWN, "whether two threads share a core is not told");
    else if (state->smt == 0) {
        ht_found(finding, "off");
        ht_judged(finding, HT_GOOD,
                  "each core runs one thread, so nobody shares the one that is measured on");
    } else if (isnan(state->sibling_busy)) {
        ht_found(finding, "on");
        ht_judged(
            finding, HT_FAIR,
            "two threads share each core; while both work, each gets about half, and such slices are left "
            "out");
        advise_smt(finding);
    } else {
        ht_found(finding, "on, CPU %d on the same core %.0f %% busy", state->sibling,
                 100 * state->sibling_busy);
        if (state->sibling_busy < 0.02)
            ht_judged(finding, HT_GOOD,
                      "two threads share the core that is measured on, but the other one was idle");
        else
            ht_judged(finding, state->sibling_busy < 0.2 ? HT_FAIR : HT_POOR,
                      "two threads share the core that is measured on, and the other one worked; such slices "
                      "are left out");
        if (finding->verdict != HT_GOOD)
            advise_smt(finding);
    }
}


void ht_judge_virtual(const struct ht_state *state, struct ht_finding *finding) {
    if (state->virtual_machine < 0) {
        ht_judged(finding, HT_UNKNOWN, "the kernel does not say whether this machine is a virtual one");
        return;
    }
    ht_found(finding, "%s%s%s%s", state->virtual_machine ? "yes" : "no",
             state->virtual_machine && state->hypervisor[0] ? " (" : "",
             state->virtual_machine ? state->hypervisor : "",
             state->virtual_machine && state->hypervisor[0] ? ")" : "");
    if (!state->virtual_machine) {
        ht_judged(finding, HT_GOOD, "no other guest can take or share the cores");
        return;
    }
    ht_judged(
        finding, HT_FAIR,
        "the host sets the clock, and other guests may share the core or take it away; Heaptoll leaves such "
        "slices out");
    ht_advise(finding, "",
              "nothing from in here: for figures to publish, a machine of its own or a dedicated host");
}


void ht_judge_pmu(const struct ht_state *state, struct ht_finding *finding) {
    static const char needless[] = "the processor's event counters cannot be read; times and core cycles do "
                                   "not need them, only the hardware "
                                   "events of COUNTERS= do";
    char undo[160];
    ht_judged(finding, HT_FAIR, needless);
    switch (state->pmu) {
    case HT_PMU_WORK:
        ht_found(finding, "works");
        ht_judged(finding, HT_GOOD, "the processor's event counters can be read");
        return;
    case HT_PMU_ABSENT:
        ht_found(finding, "none");
        ht_advise(finding, "",
                  state->virtual_machine == 1
                      ? "nothing from in here: few hosts pass the counters on (QEMU: -cpu host,pmu=on)"
                      : "nothing: this kernel has no driver for this processor's counters");
        return;
    case HT_PMU_FORBIDDEN:
        ht_found(finding, "not allowed (kernel.perf_event_paranoid = %d)", state->paranoid);
        snprintf(undo, sizeof undo, "sudo sysctl kernel.perf_event_paranoid=%d", state->paranoid);
        ht_advise(finding, undo, "sudo sysctl kernel.perf_event_paranoid=2");
        return;
    case HT_PMU_FILTERED:
        ht_found(finding, "not allowed (a container's filter, or a security module)");
        ht_advise(finding, "",
                  "docker run --cap-add=PERFMON …   # with an old docker: --security-opt seccomp=unconfined");
        return;
    case HT_PMU_NO_KERNEL:
        ht_found(finding, "not in this kernel");
        ht_advise(finding, "", "nothing: the kernel, or the sandbox around it, has no perf_event_open");
        return;
    case HT_PMU_STUCK:
        ht_found(finding, "there, but they stay at zero");
        ht_advise(finding, "", "nothing from in here: the host lends counters that do not count");
        return;
    default:
        ht_judged(finding, HT_UNKNOWN, needless);
    }
}


void ht_judge_clock(const struct ht_state *state, struct ht_finding *finding) {
    static const char *const slow[] = {"hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit"};
    char undo[160];
    bool distrusted = false;
    snprintf(undo, sizeof undo,
             "echo %s | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource",
             state->clocksource);
    for (size_t i = 0; i < sizeof slow / sizeof slow[0]; i++)
        distrusted |= state->clock_is_tsc && is(state->clocksource, slow[i]);
    if (!state->clocksource[0]) {
        ht_judged(finding, HT_UNKNOWN, "which clock the kernel keeps time by is not told");
        return;
    }
    ht_found(finding, "%s%s", state->clocksource,
             state->clock_is_tsc && !is(state->clocksource, "tsc") ? ", slices are timed by the TSC" : "");
    if (state->tick_ns > 0 && strlen(finding->value) < sizeof finding->value - 32)
        snprintf(strchr(finding->value, '\0'), 32, ", in steps of %.1f ns", state->tick_ns);
    ht_judged(finding, HT_GOOD,
              "the counter that times slices runs at a constant rate, in steps far below a slice");
    if (distrusted) {
        ht_judged(
            finding, HT_POOR,
            "the kernel does not keep time by the processor's counter (the TSC), perhaps because it found it "
            "unsteady; Heaptoll times slices by it");
        if (state->tsc_offered)
            ht_advise(finding, undo,
                      "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource");
        else
            ht_advise(finding, "", "sudo dmesg | grep -i tsc   # says why; it cannot be set");
    } else if (state->clock_is_tsc && state->constant_rate == 0) {
        ht_judged(finding, HT_FAIR,
                  "the processor does not promise that its counter (the TSC) keeps its rate when the clock "
                  "changes");
        ht_advise(finding, "", "nothing: a property of the processor, or of what the host shows of it");
    } else if (state->tick_ns > 75) { /* 0.1 % of a slice */
        ht_judged(finding, HT_FAIR, "the counter that times slices moves in coarse steps");
        ht_advise(finding, "", "nothing here; longer slices lose less: heaptoll --slice-us=300");
    }
}


void ht_judge_battery(const struct ht_state *state, struct ht_finding *finding) {
    if (state->on_battery < 0) {
        ht_judged(finding, HT_UNKNOWN, "the kernel does not say what the machine runs on");
        return;
    }
    ht_found(finding, "%s", state->on_battery ? "in use" : state->has_battery ? "not in use" : "none");
    ht_judged(finding, HT_GOOD, "no battery limits the clock");
    if (state->on_battery) {
        ht_judged(finding, HT_POOR,
                  "on battery most machines lower their clocks, so times are longer than with mains power");
        ht_advise(finding, "", "plug it in");
    }
}


void ht_judge_heat(const struct ht_state *state, struct ht_finding *finding) {
    if (state->throttled < 0) {
        ht_judged(finding, HT_UNKNOWN, "how often the processor slows down because it is hot is not told");
        return;
    }
    ht_found(finding, state->throttled ? "slowed down %lld times" : "never slowed down", state->throttled);
    ht_judged(finding, HT_GOOD, "the processor did not get too hot while it was watched");
    if (state->throttled) {
        ht_judged(finding, HT_POOR,
                  "the processor got too hot and lowered its clock while it was measured on");
        ht_advise(finding, "", "let it cool down, and free its air; less turbo makes less heat (see turbo)");
    }
}
