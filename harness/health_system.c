/* health_system.c: judgments of what else runs here, and of what this process is given. */
#include "health.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MIB (1024.0 * 1024)

/* Poor: more programs want to run than there are CPUs. The core that our own last run or the compiler kept
 * busy a minute ago must not count against the machine. */
void ht_judge_load(const struct ht_state *state, struct ht_finding *finding) {
    if (!(state->load >= 0 && state->load < 1e6)) {
        ht_judged(finding, HT_UNKNOWN, "how many programs want to run is not told");
        return;
    }
    int cpus = state->online > 0 ? state->online : 1;
    ht_found(finding, "%.2f on %d CPU%s", state->load, cpus, cpus == 1 ? "" : "s");
    if (state->load <= 0.25 * cpus) {
        ht_judged(finding, HT_GOOD, "in the last minute few other programs wanted to run");
        return;
    }
    if (state->load <= fmax(cpus, 1.25))
        ht_judged(finding, HT_FAIR, "in the last minute other programs kept some of the CPUs busy");
    else
        ht_judged(finding, HT_POOR,
                  "in the last minute more programs wanted to run than there are CPUs; they take turns on "
                  "our core and empty its caches, which no probe sees");
    ht_advise(finding, "", "top -o %%CPU   # shows who; stop it, or wait a minute");
}


void ht_judge_steal(const struct ht_state *state, struct ht_finding *finding) {
    if (isnan(state->steal_share)) {
        ht_judged(finding, HT_UNKNOWN,
                  "too little was measured to tell how much time the host gave to others");
        return;
    }
    ht_found(finding, "%.1f %%", 100 * state->steal_share);
    if (state->steal_share < 0.01) {
        ht_judged(finding, HT_GOOD,
                  "the host hardly ever gave the CPU to others while programs here wanted it");
        return;
    }
    ht_judged(
        finding, state->steal_share < 0.05 ? HT_FAIR : HT_POOR,
        "so much of the time that programs here wanted to run, the host ran other guests: slices are cut "
        "short of their core");
    ht_advise(finding, "", "nothing from in here: another hour, a larger instance, or a dedicated host");
}


void ht_judge_cpus(const struct ht_state *state, struct ht_finding *finding) {
    if (state->usable < 0) {
        ht_judged(finding, HT_UNKNOWN, "which CPUs this process may use is not told");
        return;
    }
    if (state->online > 0)
        ht_found(finding, "%d of %d usable", state->usable, state->online);
    else
        ht_found(finding, "%d usable", state->usable);
    if (state->usable >= 2) {
        ht_judged(finding, HT_GOOD, "while one core is measured on, everything else has another to run on");
        return;
    }
    if (state->online > 1) {
        ht_judged(finding, HT_FAIR,
                  "Heaptoll may use one CPU only, so it cannot move to a quieter one when others disturb it");
        ht_advise(finding, "", "taskset -c 0-%d make bench   # or lift what limits this shell",
                  state->online - 1);
    } else {
        ht_judged(finding, HT_POOR,
                  "everything else that runs here must run on the core that is measured on");
        ht_advise(finding, "", "nothing: give the machine a second CPU");
    }
}


void ht_judge_quota(const struct ht_state *state, struct ht_finding *finding) {
    if (isnan(state->quota_cpus)) {
        ht_judged(finding, HT_UNKNOWN, "whether a container limits our CPU time is not told");
        return;
    }
    if (isinf(state->quota_cpus)) {
        ht_found(finding, "none");
        ht_judged(finding, HT_GOOD, "no container limits our CPU time");
        return;
    }
    ht_found(finding, "%.2f CPUs", state->quota_cpus);
    if (state->quota_cpus >= 2)
        ht_judged(finding, HT_GOOD, "the container may use more CPU time than a run takes");
    else if (state->quota_cpus >= 1)
        ht_judged(
            finding, HT_FAIR,
            "a run takes one CPU's whole time; whatever else runs in the container can use up the rest, and "
            "then all of it is stopped");
    else
        ht_judged(finding, HT_POOR,
                  "a run wants one CPU's whole time, and is stopped for a part of every tenth of a second");
    if (state->quota_cpus < 2)
        ht_advise(finding, "",
                  "docker update --cpus=2 CONTAINER   # Kubernetes: limits.cpu; systemd: CPUQuota=");
}


void ht_judge_memory(const struct ht_state *state, struct ht_finding *finding) {
    double available = state->memory_free_bytes, stalled = state->memory_stalled_share;
    if (isnan(available)) {
        ht_judged(finding, HT_UNKNOWN, "how much memory is free is not told");
        return;
    }
    if (available >= 1024 * MIB)
        ht_found(finding, "%.1f GiB available", available / MIB / 1024);
    else
        ht_found(finding, "%.0f MiB available", available / MIB);
    if (stalled >= 0.01)
        snprintf(strchr(finding->value, '\0'), 48, ", programs waited for some %.0f %% of the time",
                 100 * stalled);
    if (available < 128 * MIB || stalled >= 0.1)
        ht_judged(finding, HT_POOR,
                  "programs wait for memory or soon will; the kernel then takes pages from the ones that are "
                  "measured");
    else if (available < 512 * MIB || stalled >= 0.01)
        ht_judged(finding, HT_FAIR, "memory is short; the kernel may take time to find some during a run");
    else
        ht_judged(finding, HT_GOOD, "a run takes less than 0.1 GiB");
    if (finding->verdict != HT_GOOD)
        ht_advise(finding, "", "top -o %%MEM   # shows who has it");
}


void ht_judge_thp(const struct ht_state *state, struct ht_finding *finding) {
    ht_found(finding, "%s", state->thp);
    if (!state->thp[0])
        ht_judged(finding, HT_UNKNOWN, "whether the kernel hands out huge pages by itself is not told");
    else if (strcmp(state->thp, "always") == 0) {
        ht_judged(finding, HT_FAIR,
                  "large blocks get a 2 MiB page when one happens to be free, so their first touches cost "
                  "now this, "
                  "now that");
        ht_advise(finding, "echo always | sudo tee /sys/kernel/mm/transparent_hugepage/enabled",
                  "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled");
    } else if (strcmp(state->thp, "madvise") == 0)
        ht_judged(finding, HT_GOOD, "huge pages go only to programs that ask for them");
    else if (strcmp(state->thp, "never") == 0)
        ht_judged(finding, HT_GOOD, "no huge pages, also for allocators that would ask for them: steady");
    else
        ht_judged(finding, HT_UNKNOWN, "a setting that Heaptoll knows nothing about");
}


/* On is good: each launch is a fresh draw of the layout, and the kernel draws more than we can. */
void ht_judge_aslr(const struct ht_state *state, struct ht_finding *finding) {
    static const char *const degrees[] = {"off", "on, but for the heap", "on"};
    if (state->aslr_off_for_us) {
        ht_found(finding, "off for this process");
        ht_judged(finding, HT_FAIR,
                  "every launch gets the same addresses but for the offsets that Heaptoll draws, so one "
                  "layout's luck "
                  "stays");
        ht_advise(finding, "", "start it without setarch -R, and not from a debugger");
        return;
    }
    if (state->aslr < 0 || state->aslr > 2) {
        ht_judged(finding, HT_UNKNOWN, "whether processes start at random addresses is not told");
        return;
    }
    ht_found(finding, "%s", degrees[state->aslr]);
    if (state->aslr == 2)
        ht_judged(
            finding, HT_GOOD,
            "every launch gets new random addresses, which the method wants: no result hangs on one layout");
    else {
        char undo[64];
        ht_judged(
            finding, HT_FAIR,
            "launches get the same addresses but for the offsets that Heaptoll draws, so one layout's luck "
            "stays");
        snprintf(undo, sizeof undo, "sudo sysctl kernel.randomize_va_space=%d", state->aslr);
        ht_advise(finding, undo, "sudo sysctl kernel.randomize_va_space=2");
    }
}


void ht_judge_stack(const struct ht_state *state, struct ht_finding *finding) {
    double limit = state->stack_limit_bytes, needed = state->stack_needed_bytes;
    if (isnan(limit)) {
        ht_judged(finding, HT_UNKNOWN, "how large a stack may grow is not told");
        return;
    }
    if (isinf(limit)) {
        ht_found(finding, "unlimited");
        ht_judged(
            finding, HT_FAIR,
            "without a limit the kernel lays memory out the old way, from the bottom up: not as programs "
            "usually have it");
        ht_advise(finding, "", "ulimit -s 8192   # in the shell that starts the run");
        return;
    }
    ht_found(finding, limit >= MIB ? "%.1f MiB" : "%.0f KiB", limit >= MIB ? limit / MIB : limit / 1024);
    if (limit >= needed) {
        ht_judged(finding, HT_GOOD, "room for the largest stack frame of any case");
        return;
    }
    ht_judged(finding, HT_POOR,
              "too small for the largest stack frames, so the cases that need them are skipped");
    ht_advise(finding, "", "ulimit -s %.0f   # in the shell that starts the run", ceil(needed / 1024));
}
