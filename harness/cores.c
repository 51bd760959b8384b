#include "cores.h"

#include "clock.h"
#include "probe.h"
#include "stats.h"
#include "ticks.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READINGS 24 /* of each candidate, when choosing */
#define PROBE_MIN_NS 300
#define PROBE_GRANULES 200

static long speed_of(int cpu) {
    static const char *const sources[] = {"/sys/devices/system/cpu/cpu%d/cpu_capacity",
                                          "/sys/devices/system/cpu/cpu%d/cpufreq/cpuinfo_max_freq"};
    for (int i = 0; i < 2; i++) {
        char path[128];
        long speed;
        snprintf(path, sizeof path, sources[i], cpu);
        FILE *file = fopen(path, "re");
        bool read = file && fscanf(file, "%ld", &speed) == 1;
        if (file)
            fclose(file);
        if (read)
            return speed;
    }
    return 0;
}


bool ht_cores_init(struct ht_cores *cores, int wanted, struct ht_error *error) {
    cpu_set_t ours;
    *cores = (struct ht_cores){.current = -1};
    if (sched_getaffinity(0, sizeof ours, &ours) != 0)
        return ht_fail(error, "cannot read which CPUs this process may use");
    if (wanted >= 0) {
        if (wanted >= CPU_SETSIZE || !CPU_ISSET((size_t)wanted, &ours))
            return ht_fail(error, "--cpu=%d: this process may not use that CPU (see: taskset -p $$)", wanted);
        cores->cpus[cores->count++] = wanted;
        return true;
    }
    long fastest = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET((size_t)cpu, &ours) && speed_of(cpu) > fastest)
            fastest = speed_of(cpu);
    for (int cpu = 0; cpu < CPU_SETSIZE && cores->count < HT_MAX_CORES; cpu++)
        if (CPU_ISSET((size_t)cpu, &ours) && speed_of(cpu) == fastest)
            cores->cpus[cores->count++] = cpu;
    return cores->count || ht_fail(error, "no CPU to measure on");
}


static double read_probe(const struct ht_page *page, struct ht_quiet *quiet) {
    struct ht_reading ticks = {.alu = (uint32_t)ht_probe_alu(page->alu_rounds),
                               .chain = (uint32_t)ht_probe_chain(page->chain_rounds)};
    double reading = ht_quiet_reading(quiet, ticks);
    ht_quiet_add(quiet, reading);
    return reading;
}


void ht_cores_choose(struct ht_cores *cores, struct ht_herd *herd, struct ht_quiet *quiet) {
    double best = ht_quiet_best(quiet);
    int chosen = cores->current, most = -1;
    if (cores->count == 1 && cores->current == cores->cpus[0])
        return;
    for (uint32_t i = 0; i < cores->count; i++) {
        int found = 0;
        if (!ht_herd_move(herd, cores->cpus[i]))
            continue;
        for (int reading = 0; reading < READINGS; reading++)
            found += ht_is_quiet(read_probe(herd->page, quiet), best);
        if (found > most || (found == most && cores->cpus[i] == cores->current)) {
            most = found;
            chosen = cores->cpus[i];
        }
    }
    if (most >= 0 && ht_herd_move(herd, chosen))
        cores->current = chosen;
}


void ht_cores_calibrate(struct ht_cores *cores, struct ht_herd *herd, struct ht_quiet *quiet, double seconds,
                        double most) {
    struct ht_moment start = ht_now();
    for (uint32_t i = 0; !*herd->stop; i++) {
        double passed = ht_seconds_between(start, ht_now());
        bool sure = quiet->known_best > 0 || ht_quiet_believable(quiet, ht_quiet_lowest(quiet));
        if (passed >= (sure ? seconds : most))
            return;
        ht_herd_move(herd, cores->cpus[i % cores->count]);
        for (int reading = 0; reading < 8 * READINGS; reading++)
            read_probe(herd->page, quiet);
    }
}


/* What the last HT_NOTED runs on this CPU model noted, in `best`; returns how many. */
static uint32_t read_noted(const char *path, const char *cpu_model, double best[HT_NOTED]) {
    char line[512];
    uint64_t found = 0;
    size_t length = strlen(cpu_model);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        bool ours = strncmp(line, cpu_model, length) == 0 && line[length] == '\t';
        double reading = ours ? strtod(line + length, NULL) : 0;
        if (isfinite(reading) && reading > 0)
            best[found++ % HT_NOTED] = reading;
    }
    if (file)
        fclose(file);
    return found < HT_NOTED ? (uint32_t)found : HT_NOTED;
}


double ht_core_recall(const char *path, const char *cpu_model) {
    double noted[HT_NOTED];
    uint32_t count = read_noted(path, cpu_model, noted);
    if (count <= 1)
        return count ? noted[0] : 0;
    ht_sort(noted, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t alike = 0;
        while (i + alike < count && noted[i + alike] <= noted[i] * 1.01)
            alike++;
        if (alike >= 2 && alike * 10 >= count)
            return noted[i];
    }
    return 0;
}


void ht_core_remember(const char *path, const char *cpu_model, double best) {
    FILE *file = fopen(path, "ae");
    if (!file)
        return;
    fprintf(file, "%s\t%.5f\n", cpu_model, best);
    fclose(file);
}


void ht_probe_size(struct ht_page *page) {
    struct ht_moment from = ht_now();
    uint64_t granule = ht_ticks_granularity();
    uint64_t deadline = ht_ticks() + granule * 10000;
    while (ht_ticks() < deadline)
        ;
    double per_ns = ht_ticks_per_ns(from, ht_now());
    uint64_t wanted = granule * PROBE_GRANULES;
    if ((double)wanted < PROBE_MIN_NS * per_ns)
        wanted = (uint64_t)(PROBE_MIN_NS * per_ns);
    page->alu_rounds = page->chain_rounds = 1;
    while (ht_probe_alu(page->alu_rounds) < wanted)
        page->alu_rounds += 1 + page->alu_rounds / 8;
    while (ht_probe_chain(page->chain_rounds) < wanted)
        page->chain_rounds += 1 + page->chain_rounds / 8;
}
