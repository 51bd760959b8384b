/* engine.h: what all launches of a run share: processes, lanes, the best probe reading, the clock, the
 * totals. */
#ifndef HEAPTOLL_ENGINE_H
#define HEAPTOLL_ENGINE_H

#include "clock.h"
#include "cores.h"
#include "counters.h"
#include "herd.h"
#include "lanes.h"
#include "plan.h"
#include "quiet.h"

/* What opening an engine may take: looking for the best probe reading. */
#define HT_CALIBRATION_MOST_SECONDS 3.0

struct ht_engine {
    struct ht_herd herd;
    struct ht_lanes lanes;
    struct ht_plan plan;
    struct ht_quiet quiet;
    struct ht_cores cores;
    struct ht_counters counters;
    uint64_t seed;
    struct ht_moment start;
    /* Totals, for the run's own account. */
    uint64_t slices, quiet_slices, measured_ticks, threaded_launches, launches;
    uint64_t cycles_counted, cycles_disagree; /* arms whose counted cycles were compared, and differ by 5 % */
    double best_first;                        /* what probes were held against when the first launch began */
    char core_file[2200], cpu_model[128];     /* where the best reading of this kind of core is remembered */
    double earlier_seconds, earlier_timed_seconds; /* of a resumed run before this process */
    double ghz_sum;                                /* over slices: core cycles per ns */
};

/* Sets the engine up: page, probe, cores, calibration. `cpu` < 0: choose. What earlier runs found out about
 * the core is read from engine->core_file under engine->cpu_model. The caller ends it with ht_engine_close.
 */
bool ht_engine_open(struct ht_engine *engine, int cpu, double hang_seconds, const volatile sig_atomic_t *stop,
                    struct ht_error *error);

/* Ends all workers; notes the best reading this run found, if it is worth that. */
void ht_engine_close(struct ht_engine *engine);

/* Ticks per ns, from all the time since the engine was opened. */
double ht_engine_ticks_per_ns(const struct ht_engine *engine);

#endif
