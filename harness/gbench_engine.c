#include "gbench_engine.h"

#include "describe.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define RESULTS_FD 3
/* "result", name, repetition, ns, CPU ns, switches, iterations, and two readings of two numbers. */
#define RESULT_FIELDS 11
/* A repetition that had the CPU for a smaller share of its time was interrupted, whatever the probe says; so
 * was one in which another process ran, however shortly: branches are mispredicted for 0.3 ms after that. */
#define CPU_SHARE 0.99

/* The cases that share a process: those that prepare nothing, or one that does, which others would notice. */
#define ALL_TOGETHER SIZE_MAX

static bool in_group(const struct ht_gbench_run *run, size_t index, size_t group) {
    return group == ALL_TOGETHER ? !run->catalogue->cases[index].prepares : index == group;
}


/* The arms of a group that work in a lane, as heaptoll-gbench wants them: "case/arm", each with its own '\0'.
 * What the audit saw crash, hang or lie would take the others along, or the machine's memory. Freed by the
 * caller. */
static char *working_arms(const struct ht_gbench_run *run, uint32_t lane, size_t group, size_t *size) {
    char *names = NULL;
    FILE *out = open_memstream(&names, size);
    for (size_t i = 0; out && i < run->catalogue->count; i++) {
        const struct ht_case_info *info = &run->catalogue->cases[i];
        for (uint32_t arm = 0; arm < info->arm_count && in_group(run, i, group); arm++)
            if (run->states[i].failed[lane][arm].status == HT_OK)
                fprintf(out, "%s/%s%c", info->name, ht_arm_name(info->arms[arm]), '\0');
    }
    return out && fclose(out) == 0 ? names : NULL;
}


/* argv for one lane: probe, repetitions, arms, flags. Freed by the caller; the strings belong to others. */
static char **arguments_of(const struct ht_gbench_run *run, char *probe, char *repetitions, char *names,
                           size_t names_size, char *min_time) {
    size_t arms = run->catalogue->count * HT_MAX_ARMS, next = 0;
    char **argv = calloc(arms + (size_t)run->options->benchmark_flag_count + 7, sizeof *argv);
    if (!argv)
        return NULL;
    argv[next++] = (char *)run->program;
    argv[next++] = probe;
    argv[next++] = repetitions;
    for (char *name = names; name < names + names_size; name += strlen(name) + 1)
        argv[next++] = name;
    argv[next++] = (char *)"--";
    if (run->options->min_time)
        argv[next++] = min_time;
    for (int i = 1; i < run->options->benchmark_flag_count; i++)
        argv[next++] = run->options->benchmark_flags[i];
    return argv;
}


/* Starts heaptoll-gbench for the arms `names` in a lane. */
static pid_t start_lane(const struct ht_gbench_run *run, const struct ht_lane *lane, char *names,
                        size_t names_size, int *results, struct ht_error *error) {
    char probe[40], repetitions[16], min_time[64], preload[HT_LANE_PATH_MAX + 16];
    int ends[2];
    pid_t child = 0;
    const struct ht_page *page = run->engine->herd.page;
    snprintf(probe, sizeof probe, "--probe=%u,%u", page->alu_rounds, page->chain_rounds);
    snprintf(repetitions, sizeof repetitions, "%u", run->options->plan.launches);
    snprintf(min_time, sizeof min_time, "--benchmark_min_time=%s",
             run->options->min_time ? run->options->min_time : "");
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", lane->library);
    char **argv = arguments_of(run, probe, repetitions, names, names_size, min_time);
    size_t count = 0, next = 0;
    while (environ[count])
        count++;
    char **environment = calloc(count + 2, sizeof *environment);
    if (!argv || !environment || pipe2(ends, O_CLOEXEC) != 0) {
        free(argv);
        free(environment);
        ht_fail(error, "cannot make a pipe for %s: %s", run->program, strerror(errno));
        return 0;
    }
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "LD_PRELOAD=", 11) != 0)
            environment[next++] = environ[i];
    if (lane->library[0])
        environment[next] = preload;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], RESULTS_FD);
    int failed = posix_spawn(&child, run->program, &actions, NULL, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    free(argv);
    free(environment);
    close(ends[1]);
    if (failed) {
        close(ends[0]);
        ht_fail(error, "cannot start %s: %s", run->program, strerror(failed));
        return 0;
    }
    *results = ends[0];
    return child;
}


/* Splits a line at its tabs into exactly `count` fields. */
static bool split(char *line, char **fields, size_t count) {
    size_t found = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *field; (field = strsep(&line, "\t")); found++)
        if (found < count)
            fields[found] = field;
    return found == count;
}


/* Case and arm of "case/arm". */
static bool find_arm(const struct ht_catalogue *catalogue, char *name, size_t *index, uint32_t *arm) {
    char *slash = strrchr(name, '/');
    if (!slash)
        return false;
    *slash = '\0';
    for (*index = 0; *index < catalogue->count; ++*index) {
        const struct ht_case_info *info = &catalogue->cases[*index];
        if (strcmp(info->name, name) != 0)
            continue;
        for (*arm = 0; *arm < info->arm_count; ++*arm)
            if (strcmp(ht_arm_name(info->arms[*arm]), slash + 1) == 0)
                return true;
    }
    return false;
}


static struct ht_reading reading_of(char **fields) {
    return (struct ht_reading){.alu = (uint32_t)strtoul(fields[0], NULL, 10),
                               .chain = (uint32_t)strtoul(fields[1], NULL, 10)};
}


/* Holds the readings around a repetition against the best, as a launch does with a slice, and counts it. A
 * slice is too short to be interrupted often; a repetition is not, and that another process had the CPU in
 * the middle of it no probe can see. */
static void judge(struct ht_engine *engine, struct ht_row *row, bool kept_cpu, struct ht_reading first,
                  struct ht_reading last) {
    double best = ht_quiet_best(&engine->quiet), ticks_per_ns = ht_engine_ticks_per_ns(engine);
    double before = ht_quiet_reading(&engine->quiet, first), after = ht_quiet_reading(&engine->quiet, last);
    double ticks_per_cycle = ht_ticks_per_cycle(&engine->quiet, first, last);
    ht_quiet_add(&engine->quiet, before);
    ht_quiet_add(&engine->quiet, after);
    row->slices = 1;
    row->quiet_slices = ht_is_quiet(before, best) && ht_is_quiet(after, best) && kept_cpu;
    engine->slices++;
    engine->quiet_slices += row->quiet_slices;
    engine->measured_ticks += (uint64_t)(row->ns[2] * ticks_per_ns * (double)row->ops_per_slice);
    if (!(ticks_per_cycle > 0))
        return;
    row->cycles_median = row->ns[2] * ticks_per_ns / ticks_per_cycle;
    engine->ghz_sum += ticks_per_ns / ticks_per_cycle;
}


static bool take_result(const struct ht_gbench_run *run, uint32_t lane, char **fields, struct ht_row *rows,
                        struct ht_error *error) {
    size_t index;
    uint32_t arm;
    uint32_t repetition = (uint32_t)strtoul(fields[2], NULL, 10);
    if (!find_arm(run->catalogue, fields[1], &index, &arm) || repetition >= run->options->plan.launches)
        return ht_fail(error, "heaptoll-gbench reports '%s', which nobody asked for; build again", fields[1]);
    double ns = strtod(fields[3], NULL);
    struct ht_row *row = &rows[(index * run->options->plan.launches + repetition) * HT_MAX_ARMS + arm];
    *row = ht_row_begin(&run->states[index], lane, arm);
    if (row->status != HT_OK) /* timed unasked; it is not worth a time */
        return true;
    row->ops_per_slice = strtoull(fields[6], NULL, 10);
    row->ns[2] = ns;
    bool kept_cpu = strtod(fields[4], NULL) >= CPU_SHARE * ns && strcmp(fields[5], "0") == 0;
    judge(run->engine, row, kept_cpu, reading_of(fields + 7), reading_of(fields + 9));
    return true;
}


static bool read_lane(const struct ht_gbench_run *run, uint32_t lane, int results, struct ht_row *rows,
                      struct ht_error *error) {
    FILE *in = fdopen(results, "r");
    char *line = NULL, *fields[RESULT_FIELDS];
    size_t room = 0;
    bool ok = in != NULL;
    while (ok && !*run->stop && getline(&line, &room, in) > 0) {
        if (strncmp(line, "allocator\t", 10) == 0 && split(line, fields, 4)) {
            static struct ht_slot who;
            snprintf(who.malloc_from, sizeof who.malloc_from, "%s", fields[1]);
            snprintf(who.free_from, sizeof who.free_from, "%s", fields[2]);
            snprintf(who.allocator_version, sizeof who.allocator_version, "%s", fields[3]);
            ok = ht_lane_verify(&run->engine->lanes.lanes[lane], &who, error);
        } else if (strncmp(line, "result\t", 7) == 0 && split(line, fields, RESULT_FIELDS))
            ok = take_result(run, lane, fields, rows, error);
        else
            ok = ht_fail(error, "heaptoll-gbench says what is not understood: %s", line);
    }
    free(line);
    if (in)
        fclose(in);
    else
        close(results);
    return ok;
}


/* Appends what a lane measured of a group, launch by launch, and adds it to the summary. */
static bool keep_group(const struct ht_gbench_run *run, uint32_t lane, size_t group, const char *died,
                       struct ht_row *rows, struct ht_error *error) {
    for (size_t c = 0; c < run->catalogue->count; c++)
        for (uint32_t launch = 0; launch < run->options->plan.launches && in_group(run, c, group); launch++) {
            const struct ht_case_info *info = &run->catalogue->cases[c];
            struct ht_row *row = &rows[(c * run->options->plan.launches + launch) * HT_MAX_ARMS];
            bool whole = true;
            for (uint32_t arm = 0; arm < info->arm_count; arm++)
                whole = whole && (row[arm].ops_per_slice || run->states[c].failed[lane][arm].status != HT_OK);
            if (*run->stop && !whole) /* not measured, and nothing crashed */
                continue;
            for (uint32_t arm = 0; arm < info->arm_count; arm++) {
                if (row[arm].ops_per_slice)
                    continue;
                row[arm] = ht_row_begin(&run->states[c], lane, arm);
                if (row[arm].status != HT_OK)
                    continue;
                row[arm].status = HT_STATUS_CRASHED;
                snprintf(row[arm].reason, sizeof row[arm].reason, "%s", died);
            }
            if (!ht_run_folder_append(run->folder, info, &run->engine->lanes, run->engine->cores.current,
                                      launch, row, info->arm_count, error))
                return false;
            if (!ht_summary_add(run->summary, c, row, info->arm_count))
                return ht_fail(error, "out of memory while adding up the repetitions");
            run->engine->launches++;
        }
    return true;
}


static bool measure_group(const struct ht_gbench_run *run, uint32_t lane, size_t group,
                          struct ht_error *error) {
    size_t names_size = 0, room = run->catalogue->count * run->options->plan.launches * HT_MAX_ARMS;
    struct ht_row *rows = calloc(room, sizeof *rows);
    char *names = working_arms(run, lane, group, &names_size);
    char died[64] = "not reported";
    int results, status;
    bool ok = rows && names;
    if (!ok)
        ht_fail(error, "out of memory for %zu rows", room);
    pid_t child = 0;
    if (ok && names_size) {
        /* The child stays on the CPU that this process is on. */
        ht_cores_choose(&run->engine->cores, &run->engine->herd, &run->engine->quiet);
        child = start_lane(run, &run->engine->lanes.lanes[lane], names, names_size, &results, error);
        ok = child != 0 && read_lane(run, lane, results, rows, error);
    }
    if (child) {
        if (!ok || *run->stop)
            kill(child, SIGKILL);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
        if (WIFSIGNALED(status))
            snprintf(died, sizeof died, "the process was killed by SIG%s", sigabbrev_np(WTERMSIG(status)));
        else if (WEXITSTATUS(status))
            snprintf(died, sizeof died, "the process exited with status %d", WEXITSTATUS(status));
    }
    ok = ok && keep_group(run, lane, group, died, rows, error);
    free(names);
    free(rows);
    return ok;
}


static bool measure_lane(const struct ht_gbench_run *run, uint32_t lane, struct ht_error *error) {
    if (*run->stop || !measure_group(run, lane, ALL_TOGETHER, error))
        return false;
    for (size_t i = 0; i < run->catalogue->count; i++)
        if (run->catalogue->cases[i].prepares && (*run->stop || !measure_group(run, lane, i, error)))
            return false;
    return true;
}


/* Google Benchmark's own report is one process's. One that is alone can have it. */
static void skip_what_needs_a_process(const struct ht_gbench_run *run) {
    for (size_t i = 0; i < run->catalogue->count && run->catalogue->count > 1; i++)
        if (run->catalogue->cases[i].prepares)
            for (uint32_t lane = 0; lane < run->engine->lanes.count; lane++)
                ht_case_fail(
                    &run->states[i], lane, -1, HT_SKIPPED,
                    "needs a process of its own, and Google Benchmark's report holds one; measure it "
                    "by its name alone");
}


bool ht_gbench_measure(const struct ht_gbench_run *run, struct ht_error *error) {
    if ((run->options->format_on_stdout || run->options->out) && run->engine->lanes.count > 1)
        return ht_fail(
            error, "--engine=gbench with --benchmark_format or --benchmark_out measures one allocator at a "
                   "time\nname it: --allocators=glibc");
    if (run->options->format_on_stdout || run->options->out)
        skip_what_needs_a_process(run);
    for (uint32_t lane = 0; lane < run->engine->lanes.count; lane++)
        if (!measure_lane(run, lane, error))
            return false;
    return true;
}
