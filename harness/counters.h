/*
 * counters.h: which events of the kernel's perf interface to count beside the clock, and whether this
 * machine has them. Names are those of libpfm4: "cycles", "L1-dcache-load-misses", "page-faults", …
 */
#ifndef HEAPTOLL_COUNTERS_H
#define HEAPTOLL_COUNTERS_H

#include "error.h"
#include "page.h"

struct ht_counter {
    char name[64];                /* as asked for; the column is counter_NAME */
    struct perf_event_attr event; /* meaningful when available */
    bool available;
    bool user_only;       /* what the kernel does for the process is not counted */
    char event_name[160]; /* as libpfm4 calls it in full; "" when it does not know the name */
    char why[160];        /* when it is not available: why, and what would change that */
    char remedy[200];
};

struct ht_counters {
    struct ht_counter all[HT_MAX_COUNTERS];
    uint32_t count;
};

/* Reads a list of names separated by commas (NULL: none) and tries each on this process. A name that is not
 * known or cannot be counted here is kept, not available, with the reason; false only for a list that is
 * none: an empty name, one twice, too many. */
bool ht_counters_parse(struct ht_counters *counters, const char *list, struct ht_error *error);

/* Is there one that can be counted here? */
bool ht_counters_any(const struct ht_counters *counters);

/* Seconds a worker needs to count one arm whose timed slice takes `slice_us`, when nothing disturbs it. */
double ht_counters_seconds(const struct ht_counters *counters, double slice_us);

/* Tells the workers which to count. */
void ht_counters_publish(const struct ht_counters *counters, struct ht_page *page);

/* Writes one line for each reason why events are missing: which, why, and what would enable them. Calls
 * `take(context, line)` for each. */
void ht_counters_explain(const struct ht_counters *counters, void (*take)(void *context, const char *line),
                         void *context);

/* What `longer` counted more than `shorter`, each scaled to the time it was enabled when the kernel
 * multiplexed; never below 0. NAN when either was never running. */
double ht_counter_value(struct ht_counter_reading longer, struct ht_counter_reading shorter);

#endif
