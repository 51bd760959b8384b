/* run_json.h: run.json, the run's account of itself. */
#ifndef HEAPTOLL_RUN_JSON_H
#define HEAPTOLL_RUN_JSON_H

#include "engine.h"
#include "options.h"
#include "run_folder.h"

#include <jansson.h>

#define HT_SCHEMA_VERSION 1

/* Gathers once what does not change during a run: machine, toolchain with the worker at path `worker`, cases,
 * command line. */
json_t *ht_run_json_begin(const struct ht_run_folder *folder, const struct ht_options *options,
                          const struct ht_catalogue *catalogue, uint64_t seed, int argc, char **argv,
                          const char *worker, const char *benchmark_version);

/* Notes in a run.json that was read back that the run goes on from here. */
void ht_run_json_resume(json_t *json, uint64_t launches_done);

/* Says which events were asked for and are counted, and of each that is not, why. */
void ht_run_json_counters(json_t *json, const char *asked, const struct ht_counters *counters);

/* Says which builds are measured, and of the cases of some of them, why they are not. Nothing in a run
 * without
 * --builds. */
void ht_run_json_builds(json_t *json, const struct ht_builds *builds, const struct ht_catalogue *apart);

/* Adds what is known now (lanes, shares, warnings, `status`) and replaces FOLDER/run.json. */
bool ht_run_json_put(json_t *json, const struct ht_run_folder *folder, const struct ht_engine *engine,
                     const char *status, struct ht_error *error);

/* Adds a warning to the run, once. */
void ht_run_json_warn(json_t *json, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
