/* options.h: heaptoll's command line. */
#ifndef HEAPTOLL_OPTIONS_H
#define HEAPTOLL_OPTIONS_H

#include "colour.h"
#include "error.h"
#include "plan.h"
#include "table.h"

/* What to do with the cases; the doctor judges the machine instead. */
enum ht_action { HT_MEASURE, HT_AUDIT, HT_DOCTOR, HT_DOCTOR_JSON };
enum ht_engine_kind { HT_LOCKSTEP, HT_GBENCH };
enum ht_list_kind { HT_LIST_NOTHING, HT_LIST_NAMES, HT_LIST_EXPLAINED, HT_LIST_LANES };

#define HT_MAX_BENCHMARK_FLAGS 32

struct ht_options {
    enum ht_action action;
    enum ht_engine_kind engine;
    enum ht_profile profile;
    enum ht_list_kind list;
    struct ht_plan plan;
    const char *allocators; /* NULL: every one installed */
    const char *filter;     /* "" : every case */
    const char *counters;   /* NULL: none */
    const char *resume;     /* the run to go on with; NULL: a new one */
    const char *results_dir;
    const char *worker; /* NULL: heaptoll-worker beside this program */
    const char *builds; /* NULL: that one worker is the only build */
    int cpu;            /* -1: the quietest, chosen again for every launch */
    bool seed_given;
    uint64_t seed;
    double hang_seconds;
    enum ht_table_format table;
    enum ht_colour colour; /* --benchmark_color */
    bool format_on_stdout; /* --benchmark_format was given: stdout belongs to Google Benchmark */
    const char *out;       /* --benchmark_out; NULL: not given */
    const char *min_time;  /* --benchmark_min_time, for --engine=gbench; NULL: not given */
    char *benchmark_flags[HT_MAX_BENCHMARK_FLAGS]; /* argv for Google Benchmark: program, flags, NULL */
    int benchmark_flag_count;
};

/* Reads the command line. --help, --version and an option that does not exist end the process (status 0, 0
 * and 2), as argp does; a bad value returns false with `error` set. */
bool ht_options_parse(struct ht_options *options, int argc, char **argv, struct ht_error *error);

#endif
