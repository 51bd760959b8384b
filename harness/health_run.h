/* health_run.h: how a run tells the state of the machine: all findings in run.json, the poor ones as
 * warnings. */
#ifndef HEAPTOLL_HEALTH_RUN_H
#define HEAPTOLL_HEALTH_RUN_H

#include "catalogue.h"
#include "engine.h"
#include "health.h"

#include <jansson.h>

struct ht_run_health {
    struct ht_state state;
    struct ht_mark start;
};

/* A frame of every case fits a stack of so many bytes. */
double ht_stack_needed(const struct ht_catalogue *catalogue);

/* Reads the machine's state before anything is pinned or measured, and writes it to the run's `health`. A run
 * that is resumed has one already: what was poor then is warned of now. */
void ht_run_health_begin(struct ht_run_health *health, json_t *json, const struct ht_catalogue *catalogue);

/* Adds what the run's own time told (steal, heat, quiet slices), and a warning for whatever is poor. */
void ht_run_health_end(struct ht_run_health *health, json_t *json, const struct ht_engine *engine);

/* [{"name", "value", "verdict"}]; a value that cannot be read is null. */
json_t *ht_findings_json(const struct ht_finding *findings, size_t count);

#endif
