/* gbench_engine.h: the second engine: Google Benchmark times the same benches, one arm after the other, one
 * process per allocator. The cross-check of the first engine, and the baseline of its precision. */
#ifndef HEAPTOLL_GBENCH_ENGINE_H
#define HEAPTOLL_GBENCH_ENGINE_H

#include "launch.h"
#include "options.h"
#include "run_folder.h"
#include "summary.h"

struct ht_gbench_run {
    const char *program; /* heaptoll-gbench */
    const struct ht_options *options;
    const struct ht_catalogue *catalogue;
    struct ht_case_state *states; /* of the cases, after the audit */
    struct ht_engine *engine;     /* its lanes are filled in, its counts kept */
    struct ht_run_folder *folder;
    struct ht_summary *summary;
    const volatile sig_atomic_t *stop;
};

/* Measures all cases in all lanes, each on the CPU that is quietest when it begins; a repetition becomes a
 * launch. Its row has one time, which is all Google Benchmark tells; quiet_slices of 1 when the probe was
 * quiet right before and right after it and the process kept the CPU in between; and core cycles by the same
 * readings. Its status is `ok` either way: who uses this engine takes every result as it comes, or looks at
 * quiet_slices.
 */
bool ht_gbench_measure(const struct ht_gbench_run *run, struct ht_error *error);

#endif
