/*
 * state.h: what this machine is doing and how it is set, as far as measuring cares: read, not judged.
 *
 * Reading takes a few milliseconds at most and measures nothing. What only an interval can tell (steal, a
 * busy sibling, heat) comes from two marks. All files lie below `root`: "" for this machine, another folder
 * for a made-up one. health.h says what it all means.
 */
#ifndef HEAPTOLL_STATE_H
#define HEAPTOLL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HT_STATE_CPUS 16 /* so many CPUs are looked at one by one, as many as can be measured on */
#define HT_MARK_CPUS 1024

/* Why hardware counters can or cannot be had. */
enum ht_pmu {
    HT_PMU_UNKNOWN,
    HT_PMU_WORK,
    HT_PMU_ABSENT,    /* the CPU that we see has none */
    HT_PMU_FORBIDDEN, /* kernel.perf_event_paranoid */
    HT_PMU_FILTERED,  /* allowed by that, so a seccomp filter or a security module */
    HT_PMU_NO_KERNEL, /* the kernel has no such call */
    HT_PMU_STUCK,     /* they can be opened and stay at zero */
};

/* Texts are "" and numbers NAN or -1 where the machine does not tell. */
struct ht_state {
    int cpus[HT_STATE_CPUS]; /* the first of those that we may use */
    unsigned cpu_count;      /* so many are in `cpus` */
    int usable, online;      /* so many in all */

    char governor[32], driver[32], preference[32]; /* of the worst-set CPU; preference: of its energy */
    int governed_alike;                            /* of `cpu_count`, so many have that governor */
    int turbo;                                     /* 1 on, 0 off */
    bool turbo_is_intels;                          /* read from intel_pstate/no_turbo */
    int smt;                                       /* 1 on, 0 off or not to be seen */
    int sibling;                                   /* a CPU on the same core as cpus[0]; -1: none is seen */
    char clocksource[32];
    bool tsc_offered;    /* the kernel could use the TSC as its clock source */
    bool clock_is_tsc;   /* ticks are the TSC's (x86) */
    int constant_rate;   /* of the TSC, whatever the core's clock */
    double tick_ns;      /* the steps in which the tick counter advances */
    int virtual_machine; /* 1, 0 */
    char hypervisor[32]; /* its name, set by the caller, who has it from the machine's facts */
    enum ht_pmu pmu;
    int paranoid; /* kernel.perf_event_paranoid */

    double load;                 /* mean of the last minute */
    double quota_cpus;           /* of our control groups; INFINITY: none; NAN: not known */
    double memory_free_bytes;    /* that programs can still have */
    double memory_stalled_share; /* of the last ten seconds, in which some program waited for memory */
    int on_battery;              /* 1, 0; 0 also without any battery */
    bool has_battery;

    char thp[16];
    int aslr;                  /* kernel.randomize_va_space */
    bool aslr_off_for_us;      /* this process asked the kernel not to (setarch -R) */
    double stack_limit_bytes;  /* INFINITY: unlimited */
    double stack_needed_bytes; /* by the largest case, set by the caller; 0: not known */

    /* From two marks. */
    double steal_share;  /* of the time in which programs here wanted to run, the host gave to others */
    double sibling_busy; /* share of the time */
    long long throttled; /* so often the CPU was too hot in between; -1: not known */
};

/* Counters that only ever grow. */
struct ht_mark {
    double stolen, wanted; /* of all CPUs together, in the kernel's ticks; wanted includes stolen */
    double busy[HT_MARK_CPUS], passed[HT_MARK_CPUS]; /* 0 where there is no such CPU */
    long long throttled;                             /* -1: not told */
};

/* Reads everything but what needs an interval. */
void ht_state_read(struct ht_state *state, const char *root);

void ht_mark_read(struct ht_mark *mark, const char *root, const struct ht_state *state);

/* Fills what an interval tells. `cpu` is the one that was measured on; < 0: cpus[0]. An interval in which
 * less than a second's worth was wanted tells nothing about steal: the kernel counts in hundredths. */
void ht_state_between(struct ht_state *state, const struct ht_mark *from, const struct ht_mark *to, int cpu,
                      const char *root);

/* CPUs' worth of time that our control groups, of either version, may take; INFINITY: no limit; NAN: not
 * known.
 */
double ht_quota_cpus(const char *root);

/* Tries to count this process's own cycles; what `error` (errno, 0: none) of that attempt means. */
enum ht_pmu ht_pmu_try(int paranoid);
enum ht_pmu ht_pmu_of(int error, int paranoid);

/* "" or, for tests, where a made-up machine's /proc and /sys lie (HEAPTOLL_TEST_ROOT). */
const char *ht_state_root(void);

#endif
