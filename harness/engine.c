#include "engine.h"

#include "probe.h"

#include <errno.h>
#include <string.h>

#define CALIBRATION_SECONDS 0.4

bool ht_engine_open(struct ht_engine *engine, int cpu, double hang_seconds, const volatile sig_atomic_t *stop,
                    struct ht_error *error) {
    engine->start = ht_now();
    if (!ht_herd_open(&engine->herd, hang_seconds, stop, error) || !ht_cores_init(&engine->cores, cpu, error))
        return false;
    engine->herd.shared_addresses = engine->plan.shared_addresses;
    ht_counters_publish(&engine->counters, engine->herd.page);
    engine->herd.count_seconds = 4 * ht_counters_seconds(&engine->counters, engine->plan.slice_us);
    ht_probe_size(engine->herd.page);
    ht_quiet_init(&engine->quiet, engine->herd.page->alu_rounds, engine->herd.page->chain_rounds);
    engine->quiet.reading_ticks = ht_ticks_of_reading();
    engine->quiet.known_best = ht_core_recall(engine->core_file, engine->cpu_model);
    double seconds = engine->quiet.known_best > 0 ? CALIBRATION_SECONDS / 8 : CALIBRATION_SECONDS;
    ht_cores_calibrate(&engine->cores, &engine->herd, &engine->quiet, seconds, HT_CALIBRATION_MOST_SECONDS);
    if (!ht_herd_move(&engine->herd, engine->cores.cpus[0]))
        return ht_fail(error, "cannot move to CPU %d: %s", engine->cores.cpus[0], strerror(errno));
    engine->best_first = ht_quiet_best(&engine->quiet);
    return true;
}


void ht_engine_close(struct ht_engine *engine) {
    double best = ht_quiet_lowest(&engine->quiet);
    if (engine->herd.page && best > 0 && ht_quiet_worth_remembering(&engine->quiet, best))
        ht_core_remember(engine->core_file, engine->cpu_model, best);
    ht_herd_close(&engine->herd);
}


double ht_engine_ticks_per_ns(const struct ht_engine *engine) {
    return ht_ticks_per_ns(engine->start, ht_now());
}
