#include "run_folder.h"

#include "describe.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char header[] = "run_id,case,scenario,variant,size_bytes,params,arm,allocator,build,cpu,launch,"
                             "status,reason,ops_per_slice,"
                             "slices,quiet_slices,ns_p05,ns_p25,ns_median,ns_p75,ns_p95,cycles_median,allocs_"
                             "per_op,alloc_bytes_per_op,"
                             "minor_faults_per_op";

/* Makes a folder and those above it, like mkdir -p. */
static bool make_folders(char *path, struct ht_error *error) {
    for (char *at = path + 1;; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char kept = *at;
        *at = '\0';
        bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
        if (!made)
            return ht_fail(error, "cannot make the folder %s: %s\nchoose another with --results-dir=DIR",
                           path, strerror(errno));
        *at = kept;
        if (!kept)
            return true;
    }
}


/* Writes everything or reports why not. */
static bool write_all(int fd, const char *bytes, size_t count) {
    while (count) {
        ssize_t wrote = write(fd, bytes, count);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        bytes += wrote;
        count -= (size_t)wrote;
    }
    return true;
}


static bool append(struct ht_run_folder *folder, const char *bytes, size_t count, struct ht_error *error) {
    if (write_all(folder->csv_fd, bytes, count)) {
        folder->csv_bytes += (off_t)count;
        return true;
    }
    int why = errno;
    /* What is there stays readable: take back the part of a launch that was written. */
    bool whole = ftruncate(folder->csv_fd, folder->csv_bytes) == 0;
    return ht_fail(error, "cannot write %s: %s\n%s", folder->csv_path, strerror(why),
                   whole ? "all launches before this one are in it, and whole; make room and run again"
                         : "its last line may be cut");
}


void ht_csv_field(FILE *out, const char *text) {
    bool plain = !strpbrk(text, ",\"");
    for (const char *at = text; plain && *at; at++)
        plain = !iscntrl((unsigned char)*at);
    if (plain) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        /* One row is one line, whatever a reason quotes. */
        putc(iscntrl((unsigned char)*text) ? ' ' : *text, out);
    }
    putc('"', out);
}


char *ht_run_folder_header(const struct ht_counters *counters, size_t *size) {
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    if (!out)
        return NULL;
    fputs(header, out);
    for (uint32_t i = 0; i < counters->count; i++) {
        char name[80];
        snprintf(name, sizeof name, "counter_%s", counters->all[i].name);
        putc(',', out);
        ht_csv_field(out, name);
    }
    fputs("\r\n", out);
    return fclose(out) == 0 ? text : NULL;
}


bool ht_run_folder_make(struct ht_run_folder *folder, const char *results_dir, uint64_t seed,
                        const struct ht_counters *counters, struct ht_error *error) {
    struct timespec now;
    struct tm utc;
    char when[20];
    *folder = (struct ht_run_folder){.csv_fd = -1, .counters = counters};
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", &utc);
    if (strlen(results_dir) >= sizeof folder->results - 64)
        return ht_fail(error, "--results-dir: the path is too long");
    snprintf(folder->results, sizeof folder->results, "%s", results_dir);
    snprintf(folder->path, sizeof folder->path, "%s/runs", results_dir);
    if (!make_folders(folder->path, error))
        return false;
    /* Two runs in one second with one seed differ in the last four digits. */
    for (uint32_t attempt = 0; attempt < 64; attempt++) {
        uint64_t mixed = (seed + (uint64_t)now.tv_nsec + attempt) * 0x9e3779b97f4a7c15u;
        snprintf(folder->id, sizeof folder->id, "%s-%04x", when, (unsigned)(mixed >> 48));
        snprintf(folder->path, sizeof folder->path, "%s/runs/%s", results_dir, folder->id);
        if (mkdir(folder->path, 0777) == 0)
            break;
        if (errno != EEXIST)
            return ht_fail(error, "cannot make the folder %s: %s", folder->path, strerror(errno));
    }
    snprintf(folder->csv_path, sizeof folder->csv_path, "%s/measurements.csv", folder->path);
    folder->csv_fd = open(folder->csv_path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (folder->csv_fd < 0)
        return ht_fail(error, "cannot create %s: %s", folder->csv_path, strerror(errno));
    flock(folder->csv_fd, LOCK_EX | LOCK_NB); /* ours: see ht_run_folder_open */
    size_t size;
    char *line = ht_run_folder_header(counters, &size);
    bool ok = line ? append(folder, line, size, error) : ht_fail(error, "out of memory");
    free(line);
    return ok;
}


/* RESULTS and the id, when `path` is RESULTS/runs/ID. */
static void read_place(struct ht_run_folder *folder) {
    char *slash = strrchr(folder->path, '/');
    snprintf(folder->id, sizeof folder->id, "%.31s", slash ? slash + 1 : folder->path);
    size_t above = slash ? (size_t)(slash - folder->path) : 0;
    if (above > 5 && above - 5 < sizeof folder->results && strncmp(slash - 5, "/runs", 5) == 0)
        snprintf(folder->results, sizeof folder->results, "%.*s", (int)above - 5, folder->path);
}


bool ht_run_folder_open(struct ht_run_folder *folder, const char *path, const struct ht_counters *counters,
                        struct ht_error *error) {
    *folder = (struct ht_run_folder){.counters = counters};
    snprintf(folder->path, sizeof folder->path, "%s", path);
    read_place(folder);
    snprintf(folder->csv_path, sizeof folder->csv_path, "%s/measurements.csv", folder->path);
    folder->csv_fd = open(folder->csv_path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (folder->csv_fd < 0)
        return ht_fail(error, "cannot open %s: %s", folder->csv_path, strerror(errno));
    if (flock(folder->csv_fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return ht_fail(error, "another heaptoll is measuring %s; wait for it, or stop it", folder->path);
    return true;
}


bool ht_run_folder_cut(struct ht_run_folder *folder, off_t csv_bytes, struct ht_error *error) {
    folder->csv_bytes = csv_bytes;
    return ftruncate(folder->csv_fd, csv_bytes) == 0 ||
           ht_fail(error, "cannot write %s: %s", folder->csv_path, strerror(errno));
}


/* A number, or an empty cell where there is none. */
static void csv_number(FILE *out, double value) {
    if (isfinite(value))
        fprintf(out, ",%.6g", value);
    else
        putc(',', out);
}


/* The same of a count, which is exact: a block of 1 MiB has 1048576 bytes. */
static void csv_exact(FILE *out, double value) {
    if (isfinite(value))
        fprintf(out, ",%.17g", value);
    else
        putc(',', out);
}


static void write_row(FILE *out, const struct ht_run_folder *folder, const struct ht_case_info *info,
                      const struct ht_lanes *lanes, int cpu, uint32_t launch, const struct ht_row *row) {
    bool measured = row->status == HT_OK || row->status == HT_CONTENDED;
    fprintf(out, "%s,", folder->id);
    ht_csv_field(out, info->name);
    fprintf(out, ",%s,%s,", info->scenario, info->variant);
    if (info->size_bytes != HT_NO_SIZE)
        fprintf(out, "%zu", info->size_bytes);
    putc(',', out);
    ht_csv_field(out, info->params);
    fprintf(out, ",%s,", ht_arm_name(info->arms[row->arm]));
    ht_csv_field(out, lanes->lanes[row->lane].allocator);
    putc(',', out);
    ht_csv_field(out, lanes->lanes[row->lane].build->name);
    putc(',', out);
    if (cpu >= 0)
        fprintf(out, "%d", cpu);
    fprintf(out, ",%u,%s,", launch, ht_status_name(row->status));
    ht_csv_field(out, row->reason);
    if (measured)
        fprintf(out, ",%llu,%u,%u", (unsigned long long)row->ops_per_slice, row->slices, row->quiet_slices);
    else
        fprintf(out, ",,,");
    for (int i = 0; i < 5; i++)
        csv_number(out, row->ns[i]);
    csv_number(out, row->cycles_median);
    csv_exact(out, row->allocs_per_op);
    csv_exact(out, row->alloc_bytes_per_op);
    csv_number(out, row->minor_faults_per_op);
    for (uint32_t i = 0; i < folder->counters->count; i++)
        csv_number(out, row->counters[i]);
    fprintf(out, "\r\n");
}


bool ht_run_folder_append(struct ht_run_folder *folder, const struct ht_case_info *info,
                          const struct ht_lanes *lanes, int cpu, uint32_t launch, const struct ht_row *rows,
                          uint32_t row_count, struct ht_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (uint32_t i = 0; out && i < row_count; i++)
        write_row(out, folder, info, lanes, cpu, launch, &rows[i]);
    if (!out || fclose(out) != 0)
        return ht_fail(error, "out of memory while writing rows");
    bool ok = append(folder, text, size, error);
    free(text);
    return ok;
}


bool ht_run_folder_put_json(const struct ht_run_folder *folder, const char *text, struct ht_error *error) {
    char path[3200], fresh[3200];
    snprintf(path, sizeof path, "%s/run.json", folder->path);
    snprintf(fresh, sizeof fresh, "%s/run.json.new", folder->path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool ok = fd >= 0 && write_all(fd, text, strlen(text)) && write_all(fd, "\n", 1) && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (ok && rename(fresh, path) == 0)
        return true;
    why = ok ? errno : why;
    unlink(fresh);
    return ht_fail(error, "cannot write %s: %s", path, strerror(why));
}


bool ht_run_folder_make_latest(const struct ht_run_folder *folder, struct ht_error *error) {
    char target[64], link[2100], fresh[2100];
    if (!folder->results[0])
        return true;
    snprintf(target, sizeof target, "runs/%s", folder->id);
    snprintf(link, sizeof link, "%s/latest", folder->results);
    snprintf(fresh, sizeof fresh, "%s/latest.%d", folder->results, (int)getpid());
    unlink(fresh);
    if (symlink(target, fresh) == 0 && rename(fresh, link) == 0)
        return true;
    int why = errno;
    unlink(fresh);
    return ht_fail(error, "cannot make %s point at the run: %s", link, strerror(why));
}


void ht_run_folder_close(struct ht_run_folder *folder) {
    if (folder->csv_fd >= 0)
        close(folder->csv_fd);
    folder->csv_fd = -1;
}
