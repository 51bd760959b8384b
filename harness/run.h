/*
 * run.h: everything one run needs, with one owner (main.c), and its two long parts: measuring in lockstep and
 * saying at the end what came of it.
 */
#ifndef HEAPTOLL_RUN_H
#define HEAPTOLL_RUN_H

#include "builds.h"
#include "catalogue.h"
#include "health_run.h"
#include "launch.h"
#include "options.h"
#include "progress.h"
#include "resume.h"
#include "run_folder.h"
#include "summary.h"

#include <jansson.h>
#include <signal.h>

#define HT_EXIT_BAD 2

struct ht_run {
    struct ht_options options;
    struct ht_builds builds;
    struct ht_catalogue catalogue; /* of the cases that every build has */
    struct ht_catalogue apart;     /* of the others that were asked for */
    struct ht_engine engine;
    struct ht_run_folder folder;
    struct ht_summary summary;
    struct ht_progress progress;
    struct ht_case_state *states;
    struct ht_resume resume;  /* what an interrupted run had, when this one goes on with it */
    struct ht_moment written; /* when run.json was last replaced */
    bool written_once;
    json_t *json;
    struct ht_run_health health;
    FILE *human;           /* where all goes that is for people, but progress and the table */
    FILE *table;           /* where that goes */
    struct ht_error error; /* what ended the run early; "" while nothing did */
};

/* The signal that asked us to stop; 0: none. */
extern volatile sig_atomic_t ht_stop_signal;

/* lockstep.c: lets Google Benchmark's shell call for every launch of every case, and measures them. False
 * with run->error set when something ended the run. */
bool ht_measure_lockstep(struct ht_run *run);

/* closing.c: writes run.json for the last time, prints table, warnings and losses; returns the exit status.
 */
int ht_finish(struct ht_run *run);

/* Prints an error and returns the exit status that goes with it. */
int ht_complain(const struct ht_error *error);

/* Prints each string of a JSON array on a line of its own, after `before`. */
void ht_print_lines(FILE *out, const char *before, json_t *lines);

#endif
