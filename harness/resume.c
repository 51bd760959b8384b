#include "resume.h"

#include "run_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_folder(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}


static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}


static bool damaged(const struct ht_resume *resume, const char *key, struct ht_error *error) {
    return ht_fail(error, "%s/run.json: '%s' is missing or not as a run writes it; measure anew",
                   resume->path, key);
}


static bool read_account(struct ht_resume *resume, struct ht_error *error) {
    char file[3200];
    json_error_t why;
    snprintf(file, sizeof file, "%s/run.json", resume->path);
    resume->json = json_load_file(file, 0, &why);
    if (!resume->json)
        return ht_fail(
            error, "cannot read %s: %s (line %d)\n%s", file, why.text, why.line,
            "a run that was stopped before it wrote this file has nothing to go on with: run again");
    json_int_t schema = json_integer_value(json_object_get(resume->json, "schema_version"));
    if (schema != HT_SCHEMA_VERSION)
        return ht_fail(error, "%s has schema version %lld, this heaptoll writes %d; measure anew", file,
                       (long long)schema, HT_SCHEMA_VERSION);
    if (strcmp(text_of(resume->json, "engine"), "lockstep") != 0)
        return ht_fail(error, "%s: only runs of the lockstep engine can be resumed; measure anew", file);
    resume->complete = strcmp(text_of(resume->json, "status"), "complete") == 0;
    return true;
}


bool ht_resume_open(struct ht_resume *resume, const char *run, const char *results_dir,
                    struct ht_error *error) {
    char resolved[4096];
    *resume = (struct ht_resume){0};
    if (is_folder(run))
        snprintf(resume->path, sizeof resume->path, "%s", run);
    else
        snprintf(resume->path, sizeof resume->path, "%s/runs/%s", results_dir, run);
    if (!is_folder(resume->path) || !realpath(resume->path, resolved) ||
        strlen(resolved) >= sizeof resume->path) {
        resume->path[0] = '\0';
        return ht_fail(error, "--resume=%s: no such run\nname a run's folder, or its id in %s/runs", run,
                       results_dir);
    }
    snprintf(resume->path, sizeof resume->path, "%s", resolved);
    return read_account(resume, error);
}


bool ht_resume_again(struct ht_resume *resume, struct ht_error *error) {
    json_decref(resume->json);
    if (!read_account(resume, error))
        return false;
    return !resume->complete ||
           ht_fail(error, "%s has been completed by another heaptoll meanwhile", resume->path);
}


bool ht_resume_options(const struct ht_resume *resume, struct ht_options *options, struct ht_error *error) {
    const json_t *plan = json_object_get(resume->json, "plan");
    const char *seed = text_of(resume->json, "seed");
    char *end;
    int launches, quiet_slices, cpu;
    double launch_seconds, max_seconds, slice_us;
    if (!ht_profile_of(text_of(resume->json, "profile"), &options->profile))
        return damaged(resume, "profile", error);
    options->seed = strtoull(seed, &end, 10);
    options->seed_given = true;
    if (!*seed || *end)
        return damaged(resume, "seed", error);
    if (json_unpack((json_t *)plan, "{s:i, s:F, s:F, s:F, s:i, s:i}", "launches", &launches, "launch_seconds",
                    &launch_seconds, "max_seconds_per_case", &max_seconds, "slice_us", &slice_us,
                    "quiet_slices", &quiet_slices, "cpu", &cpu) != 0 ||
        launches < 1 || quiet_slices < 0 || !(slice_us > 0))
        return damaged(resume, "plan", error);
    options->plan = (struct ht_plan){.launches = (uint32_t)launches,
                                     .launch_seconds = launch_seconds,
                                     .max_seconds_per_case = max_seconds,
                                     .quiet_slices = (uint32_t)quiet_slices,
                                     .slice_us = slice_us,
                                     .shared_addresses = strcmp(text_of(plan, "addresses"), "shared") == 0};
    options->cpu = cpu;
    const char *counters = text_of(resume->json, "counters_asked");
    options->counters = *counters ? counters : NULL;
    return true;
}


bool ht_resume_has_builds(const struct ht_resume *resume) {
    return json_object_get(resume->json, "builds") != NULL;
}


bool ht_resume_builds(const struct ht_resume *resume, struct ht_builds *builds, struct ht_error *error) {
    const json_t *listed = json_object_get(resume->json, "builds"), *one, *worker;
    size_t b, layout;
    *builds = (struct ht_builds){.named = true};
    json_array_foreach(listed, b, one) {
        struct ht_build *build = ht_builds_add(builds, text_of(one, "name"), error);
        if (!build)
            return damaged(resume, "builds", error);
        json_array_foreach(json_object_get(one, "workers"), layout, worker) {
            if (!ht_build_add_worker(build, text_of(worker, "path"), error))
                return damaged(resume, "builds", error);
        }
        if (!build->layouts)
            return damaged(resume, "builds", error);
    }
    return builds->count ? ht_builds_even(builds, error) : damaged(resume, "builds", error);
}


bool ht_resume_choose(const struct ht_resume *resume, struct ht_catalogue *catalogue,
                      struct ht_error *error) {
    const json_t *listed = json_object_get(resume->json, "cases");
    size_t next = 0, wanted = json_array_size(listed);
    if (!wanted)
        return damaged(resume, "cases", error);
    for (size_t i = 0; i < catalogue->count; i++) {
        size_t at = 0;
        while (at < wanted &&
               strcmp(text_of(json_array_get(listed, at), "name"), catalogue->cases[i].name) != 0)
            at++;
        if (at < wanted)
            catalogue->cases[next++] = catalogue->cases[i];
        else
            ht_case_info_free(&catalogue->cases[i]);
    }
    catalogue->count = next;
    return next == wanted || ht_fail(error,
                                     "%s: %zu of its %zu cases are not in this worker; build the sources it "
                                     "was measured with, or measure anew",
                                     resume->path, wanted - next, wanted);
}


bool ht_resume_lanes(struct ht_resume *resume, struct ht_lanes *lanes, struct ht_error *error) {
    const json_t *listed = json_object_get(resume->json, "allocators");
    size_t count = json_array_size(listed);
    *lanes = (struct ht_lanes){0};
    if (!count || count > HT_MAX_LANES)
        return damaged(resume, "allocators", error);
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(listed, i);
        struct ht_lane *lane = &lanes->lanes[lanes->count++];
        snprintf(lane->allocator, sizeof lane->allocator, "%s", text_of(one, "name"));
        snprintf(lane->library, sizeof lane->library, "%s", text_of(one, "library"));
        snprintf(resume->sha256[i], sizeof resume->sha256[i], "%s", text_of(one, "sha256"));
        if (!lane->allocator[0] || !json_object_get(one, "library"))
            return damaged(resume, "allocators", error);
    }
    return true;
}


/* Adds a line to the list of differences. */
static void differs(char *text, size_t size, const char *what, const char *then, const char *now) {
    size_t used = strlen(text);
    snprintf(text + used, size - used, "\n  %s: then %.120s, now %.120s", what, *then ? then : "unknown",
             *now ? now : "unknown");
}


static void differs_in_list(char *text, size_t size, const char *what, const json_t *then,
                            const json_t *now) {
    char *before = json_dumps(then, JSON_ENCODE_ANY), *after = json_dumps(now, JSON_ENCODE_ANY);
    differs(text, size, what, before ? before : "", after ? after : "");
    free(before);
    free(after);
}


/* Lines on workers of builds that are others now. */
static void compare_builds(char *text, size_t size, const json_t *then, const json_t *now) {
    json_t *build, *worker;
    size_t b, layout;
    json_array_foreach(now, b, build) {
        const json_t *before = json_object_get(json_array_get(then, b), "workers");
        json_array_foreach(json_object_get(build, "workers"), layout, worker) {
            char what[160];
            const char *old = text_of(json_array_get(before, layout), "sha256");
            snprintf(what, sizeof what, "worker of build %s, layout %zu", text_of(build, "name"), layout);
            if (strcmp(old, text_of(worker, "sha256")) != 0)
                differs(text, size, what, old, text_of(worker, "sha256"));
        }
    }
}


static bool report(const struct ht_resume *resume, const char *differences, struct ht_error *error) {
    return !*differences ||
           ht_fail(error, "cannot go on with %s: what it measured is not what is here now%s\nmeasure anew",
                   resume->path, differences);
}


bool ht_resume_compare(const struct ht_resume *resume, const json_t *now, struct ht_error *error) {
    static const char *const keys[][2] = {{"machine", "cpu_model"},
                                          {"machine", "kernel"},
                                          {"toolchain", "build"},
                                          {"toolchain", "compiler"},
                                          {"toolchain", "flags"},
                                          {"toolchain", "libc"},
                                          {"toolchain", "worker_sha256"},
                                          {"toolchain", "heaptoll_sha256"},
                                          {"machine", "thp"}};
    static const char *const lists[] = {"allocator_environment", "counters"};
    char differences[1800] = "";
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *old = text_of(json_object_get(resume->json, keys[i][0]), keys[i][1]);
        const char *new = text_of(json_object_get(now, keys[i][0]), keys[i][1]);
        if (strcmp(old, new) != 0)
            differs(differences, sizeof differences, keys[i][1], old, new);
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (!json_equal(json_object_get(resume->json, lists[i]), json_object_get(now, lists[i])))
            differs_in_list(differences, sizeof differences, lists[i],
                            json_object_get(resume->json, lists[i]), json_object_get(now, lists[i]));
    compare_builds(differences, sizeof differences, json_object_get(resume->json, "builds"),
                   json_object_get(now, "builds"));
    return report(resume, differences, error);
}


bool ht_resume_compare_lanes(const struct ht_resume *resume, struct ht_lanes *lanes, struct ht_error *error) {
    char differences[1800] = "";
    for (uint32_t i = 0, allocator = 0; i < lanes->count; i++) {
        if (lanes->lanes[i].build && lanes->lanes[i].build->number)
            continue;
        const char *old = resume->sha256[allocator++];
        if (*old && lanes->lanes[i].sha256[0] && strcmp(old, lanes->lanes[i].sha256) != 0)
            differs(differences, sizeof differences, lanes->lanes[i].allocator, old, lanes->lanes[i].sha256);
    }
    for (uint32_t i = 0; *differences && i < lanes->count; i++)
        lanes->lanes[i].answered_by[0] = '\0';
    return report(resume, differences, error);
}


void ht_resume_close(struct ht_resume *resume) {
    for (size_t i = 0; i < resume->case_count; i++)
        free(resume->cases[i].rows);
    free(resume->cases);
    json_decref(resume->json);
    *resume = (struct ht_resume){0};
}
