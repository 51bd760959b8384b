/* resume_rows.c: the part of resume.h that reads measurements.csv. */
#include "csv_line.h"
#include "describe.h"
#include "resume.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of run_folder.c, in its order. */
enum {
    RUN_ID,
    CASE,
    ARM = 6,
    ALLOCATOR,
    BUILD,
    LAUNCH = 10,
    STATUS,
    REASON,
    OPS,
    SLICES,
    QUIET,
    NS,
    CYCLES = NS + 5,
    ALLOCS,
    ALLOC_BYTES,
    FAULTS,
    COUNTERS
};
#define MAX_FIELDS (COUNTERS + HT_MAX_COUNTERS)

/* Where the reading stands. */
struct reading {
    struct ht_resume *resume;
    const struct ht_catalogue *catalogue;
    struct ht_case_state *states;
    struct ht_engine *engine;
    struct ht_summary *summary;
    struct ht_row rows[HT_MAX_ROWS]; /* of the launch being read */
    uint32_t row_count, launch;
    size_t case_index;
    uint64_t line;
    struct ht_error *error;
};

static bool damaged(const struct reading *reading, const char *what) {
    return ht_fail(reading->error,
                   "%s/measurements.csv, line %llu: %s\nthe file is not as the run wrote it; measure anew",
                   reading->resume->path, (unsigned long long)reading->line, what);
}


static double number_of(const char *field) {
    return *field ? strtod(field, NULL) : NAN;
}


static bool status_of(const char *field, enum ht_status *status) {
    for (int each = HT_OK; each <= HT_DISHONEST; each++)
        if (strcmp(field, ht_status_name((enum ht_status)each)) == 0) {
            *status = (enum ht_status)each;
            return true;
        }
    return false;
}


static struct ht_row row_of(char **fields, uint32_t lane, uint32_t arm, enum ht_status status,
                            uint32_t counters) {
    struct ht_row row = {.lane = lane,
                         .arm = arm,
                         .status = status,
                         .ops_per_slice = strtoull(fields[OPS], NULL, 10),
                         .slices = (uint32_t)strtoul(fields[SLICES], NULL, 10),
                         .quiet_slices = (uint32_t)strtoul(fields[QUIET], NULL, 10),
                         .cycles_median = number_of(fields[CYCLES]),
                         .allocs_per_op = number_of(fields[ALLOCS]),
                         .alloc_bytes_per_op = number_of(fields[ALLOC_BYTES]),
                         .minor_faults_per_op = number_of(fields[FAULTS])};
    snprintf(row.reason, sizeof row.reason, "%s", fields[REASON]);
    for (int i = 0; i < 5; i++)
        row.ns[i] = number_of(fields[NS + i]);
    for (uint32_t i = 0; i < counters; i++)
        row.counters[i] = number_of(fields[COUNTERS + i]);
    return row;
}


/* What the engine would have counted, as far as the rows tell. */
static void add_to_totals(struct ht_engine *engine, const struct ht_row *row) {
    double timed_ns = row->ns[2] * (double)row->ops_per_slice * row->slices;
    engine->slices += row->slices;
    engine->quiet_slices += row->quiet_slices;
    if (row->slices && isfinite(timed_ns) && isfinite(row->cycles_median)) {
        engine->earlier_timed_seconds += timed_ns * 1e-9;
        engine->ghz_sum += row->slices * row->cycles_median / row->ns[2];
    }
}


/* Takes up a launch that is there as a whole. */
static bool accept(struct reading *reading) {
    struct ht_case_state *state = &reading->states[reading->case_index];
    struct ht_recorded_case *kept = &reading->resume->cases[reading->case_index];
    if (reading->launch != state->launches_done)
        return damaged(reading, "a launch that is not the case's next");
    struct ht_recorded_row *more =
        reallocarray(kept->rows, (size_t)(state->launches_done + 1) * reading->row_count, sizeof *more);
    if (!more)
        return ht_fail(reading->error, "out of memory while reading earlier launches");
    kept->rows = more;
    kept->rows_per_launch = reading->row_count;
    for (uint32_t i = 0; i < reading->row_count; i++) {
        const struct ht_row *row = &reading->rows[i];
        more[state->launches_done * reading->row_count + i] =
            (struct ht_recorded_row){(uint8_t)row->lane, (uint8_t)row->arm, row->status, row->ns[2]};
        add_to_totals(reading->engine, row);
        state->counted[row->lane][row->arm].known = isfinite(row->allocs_per_op);
        state->counted[row->lane][row->arm].allocs_per_op = row->allocs_per_op;
        state->counted[row->lane][row->arm].alloc_bytes_per_op = row->alloc_bytes_per_op;
        if (row->ops_per_slice)
            state->ops[row->arm] = row->ops_per_slice;
        if (row->status > HT_CONTENDED && state->failed[row->lane][row->arm].status == HT_OK)
            ht_case_fail(state, row->lane, (int)row->arm, row->status, "%s", row->reason);
    }
    if (!ht_summary_add(reading->summary, reading->case_index, reading->rows, reading->row_count))
        return ht_fail(reading->error, "out of memory while adding up earlier launches");
    const struct ht_plan *plan = &reading->engine->plan;
    state->spent_seconds += plan->max_seconds_per_case / plan->launches; /* its fair share */
    kept->launches = ++state->launches_done;
    reading->engine->launches++;
    reading->resume->launches++;
    reading->row_count = 0;
    return true;
}


static bool find_case(struct reading *reading, const char *name) {
    for (size_t i = 0; i < reading->catalogue->count; i++)
        if (strcmp(reading->catalogue->cases[i].name, name) == 0) {
            reading->case_index = i;
            return true;
        }
    return false;
}


/* One row. A launch's rows stand together, lane by lane and arm by arm. */
static bool take_row(struct reading *reading, char *line) {
    const struct ht_lanes *lanes = &reading->engine->lanes;
    uint32_t counters = reading->engine->counters.count, number = reading->row_count;
    char *fields[MAX_FIELDS];
    size_t count;
    enum ht_status status;
    if (!ht_csv_split(line, fields, MAX_FIELDS, &count) || count != COUNTERS + counters)
        return damaged(reading, "another number of cells than columns");
    uint32_t launch = (uint32_t)strtoul(fields[LAUNCH], NULL, 10);
    if (number == 0) {
        if (!find_case(reading, fields[CASE]))
            return damaged(reading, "a case that the run does not have");
        reading->launch = launch;
    }
    const struct ht_case_info *info = &reading->catalogue->cases[reading->case_index];
    uint32_t lane = number / info->arm_count, arm = number % info->arm_count;
    if (strcmp(fields[CASE], info->name) != 0 || launch != reading->launch ||
        strcmp(fields[ALLOCATOR], lanes->lanes[lane].allocator) != 0 ||
        strcmp(fields[BUILD], lanes->lanes[lane].build->name) != 0 ||
        strcmp(fields[ARM], ht_arm_name(info->arms[arm])) != 0 || !status_of(fields[STATUS], &status))
        return damaged(reading, "not the row that comes next in a launch");
    reading->rows[reading->row_count++] = row_of(fields, lane, arm, status, counters);
    return reading->row_count < lanes->count * info->arm_count || accept(reading);
}


static char *read_file(const char *path, size_t *size, struct ht_error *error) {
    char *text = NULL, part[1 << 16];
    FILE *from = fopen(path, "re"), *into = from ? open_memstream(&text, size) : NULL;
    size_t got;
    while (into && (got = fread(part, 1, sizeof part, from)) > 0)
        fwrite(part, 1, got, into);
    bool ok = into && !ferror(from) && fclose(into) == 0;
    int why = errno;
    if (from)
        fclose(from);
    if (ok)
        return text;
    free(text);
    ht_fail(error, "cannot read %s: %s", path, strerror(why));
    return NULL;
}


bool ht_resume_read(struct ht_resume *resume, const struct ht_catalogue *catalogue,
                    struct ht_case_state *states, struct ht_engine *engine, struct ht_summary *summary,
                    struct ht_error *error) {
    char path[3200];
    size_t size, header_size;
    struct reading *reading = calloc(1, sizeof *reading);
    char *header = ht_run_folder_header(&engine->counters, &header_size);
    snprintf(path, sizeof path, "%s/measurements.csv", resume->path);
    char *text = read_file(path, &size, error);
    resume->cases = calloc(catalogue->count, sizeof *resume->cases);
    resume->case_count = resume->cases ? catalogue->count : 0;
    bool ok = text && reading && header && resume->cases;
    if (!ok && !error->text[0])
        ht_fail(error, "out of memory while reading %s", path);
    if (ok) {
        *reading = (struct reading){.resume = resume,
                                    .catalogue = catalogue,
                                    .states = states,
                                    .engine = engine,
                                    .summary = summary,
                                    .line = 1,
                                    .error = error};
        ok = (size >= header_size && memcmp(text, header, header_size) == 0) ||
             damaged(reading, "other columns than this heaptoll writes");
        resume->csv_bytes = (off_t)header_size;
    }
    for (char *at = ok ? text + header_size : NULL, *end; ok && (end = strstr(at, "\r\n")); at = end + 2) {
        *end = '\0';
        reading->line++;
        ok = take_row(reading, at);
        if (ok && reading->row_count == 0)
            resume->csv_bytes = (off_t)(end + 2 - text);
    }
    resume->torn = ok && (size_t)resume->csv_bytes != size;
    free(reading);
    free(header);
    free(text);
    return ok;
}
