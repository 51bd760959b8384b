/*
 * plant_gbench.c: what the linker puts in the place of ht_shim_run_loops in a Google Benchmark lane with
 * plants
 * (-Wl,--wrap=ht_shim_run_loops): the same loops, of which the planted ones do more operations in a batch
 * than Google Benchmark counts.
 *
 * All batches are longer than in an ordinary lane, planted or not: 0.5 % of a short one is not even an
 * operation.
 */
#include "gbench_shim.h"
#include "plant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGER 16

bool __real_ht_shim_run_loops(const struct ht_shim_loops *loops);
bool __wrap_ht_shim_run_loops(const struct ht_shim_loops *loops);

/* `name` is "case/arm". */
static uint64_t planted(const char *name, uint64_t batch) {
    char case_name[512];
    const char *slash = strrchr(name, '/');
    if (!slash || (size_t)(slash - name) >= sizeof case_name)
        return batch;
    snprintf(case_name, sizeof case_name, "%.*s", (int)(slash - name), name);
    return ht_planted_here(case_name, slash + 1, batch);
}


bool __wrap_ht_shim_run_loops(const struct ht_shim_loops *loops) {
    uint64_t *batches = calloc(2 * loops->count + 1, sizeof *batches);
    uint64_t *operations = batches + loops->count;
    if (!batches) {
        fprintf(stderr, "heaptoll-gbench: no memory for %zu loops\n", loops->count);
        return false;
    }
    for (size_t i = 0; i < loops->count; i++) {
        batches[i] = loops->batches[i] * LONGER;
        operations[i] = planted(loops->names[i], batches[i]);
    }
    struct ht_shim_loops with_plants = *loops;
    with_plants.batches = batches;
    with_plants.operations = operations;
    bool ran = __real_ht_shim_run_loops(&with_plants);
    free(batches);
    return ran;
}
