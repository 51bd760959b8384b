/*
 * resume.h: an interrupted run, read back so that another process can go on with it: its options and seed
 * from run.json, its complete launches from measurements.csv.
 */
#ifndef HEAPTOLL_RESUME_H
#define HEAPTOLL_RESUME_H

#include "case_state.h"
#include "engine.h"
#include "options.h"
#include "run_folder.h"
#include "summary.h"

#include <jansson.h>

/* Of an earlier launch's row, what the report at the end needs. */
struct ht_recorded_row {
    uint8_t lane, arm;
    enum ht_status status;
    double ns_median;
};

/* A case's launches that are on disk. */
struct ht_recorded_case {
    uint32_t launches, replayed; /* so many there are, so many have been reported again */
    uint32_t rows_per_launch;
    struct ht_recorded_row *rows; /* [launch * rows_per_launch] */
};

/* Zero: this run begins anew. */
struct ht_resume {
    char path[3072];               /* of the run's folder; "" when there is none */
    json_t *json;                  /* its run.json */
    char sha256[HT_MAX_LANES][65]; /* of each allocator; "" when it never came so far */
    bool complete;                 /* nothing is left to measure */
    struct ht_recorded_case *cases;
    size_t case_count;
    uint64_t launches;
    off_t csv_bytes; /* its complete launches */
    bool torn;       /* what followed them was part of a launch */
};

/* Finds the run `run`, a folder or the id of one in RESULTS/runs, and reads its run.json. Fails when it is
 * none, was made by another version, or cannot be resumed. The caller ends it with ht_resume_close. */
bool ht_resume_open(struct ht_resume *resume, const char *run, const char *results_dir,
                    struct ht_error *error);

/* Reads run.json once more, now that nobody else can be writing it; fails when the run was completed
 * meanwhile.
 */
bool ht_resume_again(struct ht_resume *resume, struct ht_error *error);

/* Sets profile, plan, seed, CPU and counters as the run had them. */
bool ht_resume_options(const struct ht_resume *resume, struct ht_options *options, struct ht_error *error);

/* Had it builds of its own, by --builds? */
bool ht_resume_has_builds(const struct ht_resume *resume);

/* Sets the builds the run had. The caller ends them with ht_builds_free, whatever came of it. */
bool ht_resume_builds(const struct ht_resume *resume, struct ht_builds *builds, struct ht_error *error);

/* Keeps the cases the run had. Fails when the worker lacks one. */
bool ht_resume_choose(const struct ht_resume *resume, struct ht_catalogue *catalogue, struct ht_error *error);

/* Sets the allocators the run had, of which ht_lanes_across makes its lanes. */
bool ht_resume_lanes(struct ht_resume *resume, struct ht_lanes *lanes, struct ht_error *error);

/* Would launches of today belong to the same run? Compares what `now`, a fresh run.json, says of machine,
 * toolchain and workers with what the run said; fails naming each difference. */
bool ht_resume_compare(const struct ht_resume *resume, const json_t *now, struct ht_error *error);

/* The same of the allocators, once the lanes have been verified. When one is another, all lanes are as if
 * they had not been: run.json goes on saying what was measured. */
bool ht_resume_compare_lanes(const struct ht_resume *resume, struct ht_lanes *lanes, struct ht_error *error);

/* Reads the complete launches into the states, the summary and the engine's totals. Part of a launch at the
 * end of the file is left out; anything else that is not as a run writes it fails with its line. */
bool ht_resume_read(struct ht_resume *resume, const struct ht_catalogue *catalogue,
                    struct ht_case_state *states, struct ht_engine *engine, struct ht_summary *summary,
                    struct ht_error *error);

void ht_resume_close(struct ht_resume *resume);

#endif
