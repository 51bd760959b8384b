/*
 * table.h: the answer at the end of a run: what the heap costs, per case and allocator, in a table for the
 * terminal or for an issue.
 *
 * One line for each pair where there are few; otherwise one for each case, with the allocators' tolls side by
 * side; of a long run one case for each variant. Whatever is left out, lost or doubtful is said below it.
 */
#ifndef HEAPTOLL_TABLE_H
#define HEAPTOLL_TABLE_H

#include "summary.h"

#include <stdbool.h>
#include <stdio.h>

enum ht_table_format { HT_TABLE_TERMINAL, HT_TABLE_MARKDOWN, HT_TABLE_NONE };

/* What must be known of the run beside its figures. */
struct ht_table_facts {
    const char *status;    /* "complete", or why it is not */
    const char *cpu_model; /* NULL: not known */
    const char *csv_path;
    const char *launch_word; /* "launch": what is repeated */
    uint32_t launches;       /* planned for each case */
    double quiet_share;      /* of the slices, in [0, 1]; NAN: not known */
    const char *const *warnings;
    size_t warning_count;
};

/* Writes the table; nothing for HT_TABLE_NONE. No line for the terminal is wider than HT_TEXT_COLUMNS.
 * `colour`: with the escapes of ANSI, which say nothing that the text does not; for the terminal only. */
void ht_table_print(const struct ht_summary *summary, const struct ht_table_facts *facts,
                    enum ht_table_format format, bool colour, FILE *out);

#endif
