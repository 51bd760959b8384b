/*
 * gbench_shim.h: Google Benchmark as C sees it. The only file that knows its C++ is gbench_shim.cc.
 *
 * Two uses. In heaptoll, Google Benchmark is the shell: one entry is one case, one repetition is one launch,
 * and the time is what the lockstep engine measured. In heaptoll-gbench it times the benches itself, the
 * ordinary way.
 */
#ifndef HEAPTOLL_GBENCH_SHIM_H
#define HEAPTOLL_GBENCH_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HT_SHIM_MAX_COUNTERS 64

/* What one repetition reports. */
struct ht_shim_result {
    double seconds;       /* per operation: the manual time of the repetition */
    const char *skipped;  /* why there is none; NULL when there is */
    size_t counter_count; /* flat keys beside the time */
    struct {
        char name[144];
        double value;
    } counters[HT_SHIM_MAX_COUNTERS];
};

/* Runs the next launch of case number `index`. */
typedef void ht_shim_launch_fn(void *context, size_t index, struct ht_shim_result *result);

struct ht_shim_shell {
    int argc; /* Google Benchmark's flags; argv[argc] is NULL */
    char **argv;
    const char *const *names; /* of the cases, in order */
    size_t count;
    ht_shim_launch_fn *launch;
    void *context;
    bool format_on_stdout; /* let it print its own report; otherwise it is silent */
};

/* Runs all launches of all cases. False: Google Benchmark does not know one of the flags and has said so. */
bool ht_shim_run_shell(const struct ht_shim_shell *shell);

/* Google Benchmark's own version, as the headers it was built against tell; "unknown" when they do not. */
const char *ht_shim_version(void);

/* -- The ordinary engine ------------------------------------------------- */

typedef uint64_t ht_shim_loop_fn(uint64_t operations);

/* One reading: the probe (probe.h), in ticks, and how often the process has lost the CPU so far. */
struct ht_shim_reading {
    double alu, chain, switches;
};
typedef struct ht_shim_reading ht_shim_probe_fn(void *context);

/* One result of a loop: what Google Benchmark made of a repetition, and what the probe read right before its
 * timing began and right after it had ended; zeros without a probe. Switches are counted from before on. */
struct ht_shim_repetition {
    uint32_t number;
    double ns;     /* per operation */
    double cpu_ns; /* per operation, of those that the process had the CPU */
    double iterations;
    struct ht_shim_reading before, after;
};
typedef void ht_shim_report_fn(void *context, size_t index, const struct ht_shim_repetition *repetition);

struct ht_shim_loops {
    int argc;
    char **argv;
    const char *const *names; /* "case/arm" */
    ht_shim_loop_fn *const *loops;
    const uint64_t *batches;    /* operations per turn of the KeepRunningBatch loop; 0: a range-for over the
                                   state, one operation each, as people write it by hand */
    const uint64_t *operations; /* what a turn really does, for plants (plant.h); NULL: what `batches` says */
    size_t count;
    uint32_t repetitions;
    ht_shim_report_fn *report;
    ht_shim_probe_fn *probe; /* NULL: none */
    void *context;
};

/* Times all loops with `while (state.KeepRunningBatch(batch)) loop(operations)`. */
bool ht_shim_run_loops(const struct ht_shim_loops *loops);

#ifdef __cplusplus
}
#endif

#endif
