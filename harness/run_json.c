#include "run_json.h"

#include "machine.h"
#include "shared_cases.h"
#include "subprocess.h"

#include <gnu/libc-version.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#ifndef HEAPTOLL_SOURCE_DIR
#define HEAPTOLL_SOURCE_DIR "."
#endif
#ifndef HEAPTOLL_VERSION
#define HEAPTOLL_VERSION "unknown"
#endif

static json_t *git_facts(void) {
    const char *revision_argv[] = {"git", "-C", HEAPTOLL_SOURCE_DIR, "rev-parse", "HEAD", NULL};
    const char *status_argv[] = {
        "git", "-C", HEAPTOLL_SOURCE_DIR, "status", "--porcelain", "--untracked-files=no", NULL};
    struct ht_error ignored = {""};
    char *revision = ht_output_of(revision_argv, true, &ignored);
    char *changes = ht_output_of(status_argv, true, &ignored);
    json_t *facts = json_object();
    if (revision)
        revision[strcspn(revision, "\n")] = '\0';
    json_object_set_new(facts, "revision", revision ? json_string(revision) : json_null());
    json_object_set_new(facts, "dirty", changes ? json_boolean(changes[0] != '\0') : json_null());
    free(revision);
    free(changes);
    return facts;
}


static json_t *now_utc(void) {
    char text[32];
    struct tm utc;
    time_t now = time(NULL);
    gmtime_r(&now, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_string(text);
}


static json_t *case_facts(const struct ht_case_info *info) {
    json_t *size = info->size_bytes == HT_NO_SIZE ? json_null() : json_integer((json_int_t)info->size_bytes);
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:s}", "name", info->name, "scenario",
                     info->scenario, "variant", info->variant, "params", info->params, "size_bytes", size,
                     "profile", ht_profile_name(info->profile), "question", info->question, "explains",
                     info->explains);
}


json_t *ht_run_json_begin(const struct ht_run_folder *folder, const struct ht_options *options,
                          const struct ht_catalogue *catalogue, uint64_t seed, int argc, char **argv,
                          const char *worker, const char *benchmark_version) {
    char worker_sha256[65], own_sha256[65];
    json_t *json = json_object(), *command_line = json_array(), *cases = json_array();
    for (int i = 0; i < argc; i++)
        json_array_append_new(command_line, json_string(argv[i]));
    for (size_t i = 0; i < catalogue->count; i++)
        json_array_append_new(cases, case_facts(&catalogue->cases[i]));
    json_object_set_new(json, "schema_version", json_integer(HT_SCHEMA_VERSION));
    json_object_set_new(json, "heaptoll_version", json_string(HEAPTOLL_VERSION));
    json_object_set_new(json, "run_id", json_string(folder->id));
    json_object_set_new(json, "started_utc", now_utc());
    json_object_set_new(json, "status", json_string("running"));
    json_object_set_new(json, "profile", json_string(ht_profile_name(options->profile)));
    json_object_set_new(json, "engine", json_string(options->engine == HT_GBENCH ? "gbench" : "lockstep"));
    json_object_set_new(json, "seed", json_sprintf("%llu", (unsigned long long)seed));
    json_object_set_new(json, "command_line", command_line);
    json_object_set_new(json, "plan",
                        json_pack("{s:i, s:f, s:f, s:f, s:i, s:i}", "launches", (int)options->plan.launches,
                                  "launch_seconds", options->plan.launch_seconds, "max_seconds_per_case",
                                  options->plan.max_seconds_per_case, "slice_us", options->plan.slice_us,
                                  "quiet_slices", (int)options->plan.quiet_slices, "cpu", options->cpu));
    json_object_set_new(json_object_get(json, "plan"), "addresses",
                        json_string(options->plan.shared_addresses ? "shared" : "random"));
    json_object_set_new(json, "git", git_facts());
    json_object_set_new(json, "machine", ht_machine_facts());
    json_object_set_new(json, "toolchain",
                        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "build", catalogue->build,
                                  "compiler", catalogue->compiler, "flags", catalogue->flags, "libc",
                                  gnu_get_libc_version(), "google_benchmark", benchmark_version,
                                  "worker_sha256", ht_sha256_of(worker, worker_sha256), "heaptoll_sha256",
                                  ht_sha256_of("/proc/self/exe", own_sha256)));
    json_object_set_new(json, "allocator_environment", ht_allocator_environment());
    json_object_set_new(json, "cases", cases);
    json_object_set_new(json, "warnings", json_array());
    return json;
}


static json_t *build_facts(const struct ht_build *build) {
    json_t *workers = json_array();
    char sha256[65];
    for (uint32_t layout = 0; layout < build->layouts; layout++)
        json_array_append_new(workers, json_pack("{s:s, s:s}", "path", build->workers[layout], "sha256",
                                                 ht_sha256_of(build->workers[layout], sha256)));
    return json_pack("{s:s, s:s, s:s, s:o}", "name", build->name, "compiler", build->compiler, "flags",
                     build->flags, "workers", workers);
}


static json_t *apart_facts(const struct ht_case_info *info, const struct ht_builds *builds) {
    char why[HT_APART_MAX];
    json_t *names = json_array();
    for (uint32_t b = 0; b < builds->count; b++)
        if (info->builds >> b & 1)
            json_array_append_new(names, json_string(builds->all[b].name));
    return json_pack("{s:s, s:o, s:s}", "case", info->name, "builds", names, "why",
                     ht_cases_why_apart(info, builds, why));
}


void ht_run_json_builds(json_t *json, const struct ht_builds *builds, const struct ht_catalogue *apart) {
    if (!builds->named)
        return;
    json_t *all = json_array(), *missing = json_array();
    for (uint32_t b = 0; b < builds->count; b++)
        json_array_append_new(all, build_facts(&builds->all[b]));
    for (size_t i = 0; i < apart->count; i++)
        json_array_append_new(missing, apart_facts(&apart->cases[i], builds));
    json_object_set_new(json, "builds", all);
    json_object_set_new(json, "not_in_every_build", missing);
}


/* The allocators, each once, as the first build's lanes have them. One that has not been verified yet keeps
 * what `before` said of it: that is what a resumed run is compared with. */
static json_t *lane_facts(const struct ht_lanes *lanes, const json_t *before) {
    json_t *all = json_array();
    for (uint32_t i = 0; i < lanes->count; i++) {
        const struct ht_lane *lane = &lanes->lanes[i];
        if (lane->build && lane->build->number)
            continue;
        json_t *known = json_array_get(before, json_array_size(all));
        if (known && !lane->answered_by[0]) {
            json_array_append(all, known);
            continue;
        }
        const char *path = lane->answered_by[0] ? lane->answered_by : lane->library;
        json_array_append_new(
            all, json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", lane->allocator, "library", lane->library,
                           "path", path[0] ? json_string(path) : json_null(), "version",
                           lane->version[0] ? json_string(lane->version) : json_null(), "sha256",
                           lane->sha256[0] ? json_string(lane->sha256) : json_null()));
    }
    return all;
}


static void add_line(void *lines, const char *line) {
    json_array_append_new(lines, json_string(line));
}


static json_t *counter_facts(const struct ht_counters *counters) {
    json_t *all = json_array();
    for (uint32_t i = 0; i < counters->count; i++) {
        const struct ht_counter *one = &counters->all[i];
        const char *scope = !one->available ? "nothing" : one->user_only ? "user" : "user and kernel";
        json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}", "name", one->name, "event",
                                             one->event_name, "scope", scope, "available", one->available,
                                             "why_not", one->why, "remedy", one->remedy));
    }
    return all;
}


void ht_run_json_counters(json_t *json, const char *asked, const struct ht_counters *counters) {
    json_t *notes = json_array();
    json_object_set_new(json, "counters_asked", json_string(asked ? asked : ""));
    json_object_set_new(json, "counters", counter_facts(counters));
    ht_counters_explain(counters, add_line, notes);
    json_object_set_new(json, "counter_notes", notes);
}


/* A number, or null while there is nothing to divide by. */
static json_t *ratio(double part, double whole) {
    return whole > 0 ? json_real(part / whole) : json_null();
}


bool ht_run_json_put(json_t *json, const struct ht_run_folder *folder, const struct ht_engine *engine,
                     const char *status, struct ht_error *error) {
    double ours = ht_seconds_between(engine->start, ht_now()), seconds = engine->earlier_seconds + ours;
    double timed = engine->earlier_timed_seconds +
                   ht_ticks_to_ns((double)engine->measured_ticks, ht_engine_ticks_per_ns(engine)) * 1e-9;
    json_object_set_new(json, "status", json_string(status));
    json_object_set_new(json, "allocators", lane_facts(&engine->lanes, json_object_get(json, "allocators")));
    json_object_set_new(json, "launches_done", json_integer((json_int_t)engine->launches));
    json_object_set_new(json, "seconds", json_real(seconds));
    json_object_set_new(json, "slices", json_integer((json_int_t)engine->slices));
    json_object_set_new(json, "quiet_share", ratio((double)engine->quiet_slices, (double)engine->slices));
    json_object_set_new(json, "measured_share", engine->slices ? ratio(timed, seconds) : json_null());
    json_object_set_new(json, "measured_ghz", ratio(engine->ghz_sum, (double)engine->slices));
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    double cpu_seconds = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
                         (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) * 1e-6;
    json_object_set_new(json, "coordinator_cpu_share", ratio(cpu_seconds, ours));
    json_object_set_new(json, "best_probe_cycles_per_op", json_real(ht_quiet_best(&engine->quiet)));
    if (strcmp(status, "running") != 0)
        json_object_set_new(json, "ended_utc", now_utc());
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    bool ok =
        text ? ht_run_folder_put_json(folder, text, error) : ht_fail(error, "out of memory for run.json");
    free(text);
    return ok;
}


/* What was warned of before still holds, but for what is judged again over all rows. */
static json_t *earlier_warnings(const json_t *warnings) {
    static const char before[] = "before the run was resumed: ";
    json_t *kept = json_array(), *each;
    size_t i;
    json_array_foreach(warnings, i, each) {
        const char *text = json_string_value(each);
        if (!text || strstr(text, "pairs are contended") || strstr(text, "(make doctor says"))
            continue;
        const char *prefix = strncmp(text, before, sizeof before - 1) == 0 ? "" : before;
        json_array_append_new(kept, json_sprintf("%s%s", prefix, text));
    }
    return kept;
}


void ht_run_json_resume(json_t *json, uint64_t launches_done) {
    json_t *resumed = json_object_get(json, "resumed");
    if (!resumed) {
        resumed = json_array();
        json_object_set_new(json, "resumed", resumed);
    }
    json_array_append_new(
        resumed, json_pack("{s:o, s:I}", "at_utc", now_utc(), "launches_done", (json_int_t)launches_done));
    json_object_del(json, "ended_utc");
    json_object_set_new(json, "warnings", earlier_warnings(json_object_get(json, "warnings")));
}


void ht_run_json_warn(json_t *json, const char *format, ...) {
    char text[512];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    json_t *warnings = json_object_get(json, "warnings"), *each;
    size_t i;
    json_array_foreach(warnings, i, each) {
        if (strcmp(json_string_value(each), text) == 0)
            return;
    }
    json_array_append_new(warnings, json_string(text));
}
