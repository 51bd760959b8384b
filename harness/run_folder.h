/*
 * run_folder.h: the folder of a run on disk. Rows are appended and flushed launch by launch; run.json is
 * replaced as a whole; so a crash, a full disk or Ctrl-C loses at most the launch in flight.
 */
#ifndef HEAPTOLL_RUN_FOLDER_H
#define HEAPTOLL_RUN_FOLDER_H

#include "counters.h"
#include "lanes.h"
#include "row.h"

#include <stdio.h>
#include <sys/types.h>

struct ht_run_folder {
    char id[32];     /* "20260131T235959Z-1a2b" */
    char path[3072]; /* RESULTS/runs/ID */
    char results[2048];
    char csv_path[3200];
    const struct ht_counters *counters; /* one more column each */
    int csv_fd;
    off_t csv_bytes; /* whole launches only */
};

/* Makes RESULTS/runs/<UTC time>-<4 hex of the seed> and its CSV with the header line; `counters` must live as
 * long as the folder. */
bool ht_run_folder_make(struct ht_run_folder *folder, const char *results_dir, uint64_t seed,
                        const struct ht_counters *counters, struct ht_error *error);

/* Opens the folder of a run that is to go on; fails while another process still measures it. */
bool ht_run_folder_open(struct ht_run_folder *folder, const char *path, const struct ht_counters *counters,
                        struct ht_error *error);

/* Keeps the first `csv_bytes` bytes of its CSV: the complete launches. */
bool ht_run_folder_cut(struct ht_run_folder *folder, off_t csv_bytes, struct ht_error *error);

/* The CSV's header line with these counters; freed by the caller. NULL: out of memory. */
char *ht_run_folder_header(const struct ht_counters *counters, size_t *size);

/* Appends one launch's rows, all or none of them. `cpu` < 0: it ran wherever the kernel put it. */
bool ht_run_folder_append(struct ht_run_folder *folder, const struct ht_case_info *info,
                          const struct ht_lanes *lanes, int cpu, uint32_t launch, const struct ht_row *rows,
                          uint32_t row_count, struct ht_error *error);

/* Replaces FOLDER/run.json by `text`. */
bool ht_run_folder_put_json(const struct ht_run_folder *folder, const char *text, struct ht_error *error);

/* Makes RESULTS/latest point here; a resumed run that does not lie in a RESULTS/runs leaves it alone. */
bool ht_run_folder_make_latest(const struct ht_run_folder *folder, struct ht_error *error);

void ht_run_folder_close(struct ht_run_folder *folder);

/* Writes `text` as one RFC 4180 field on one line: quoted when it holds a comma, a quote or a control
 * character; control characters become spaces. */
void ht_csv_field(FILE *out, const char *text);

#endif
