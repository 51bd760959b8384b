#include "builds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REMEDY                                                                                               \
    "expected --builds=NAME=WORKER,… as in --builds=base=/p/heaptoll-worker,head=/q/heaptoll-worker"

struct ht_build *ht_builds_add(struct ht_builds *builds, const char *name, struct ht_error *error) {
    if (builds->count == HT_MAX_LANES) {
        ht_fail(error, "--builds: more than %d builds; measure them in two runs", HT_MAX_LANES);
        return NULL;
    }
    size_t length = strlen(name);
    if (!length || length >= sizeof builds->all[0].name || name[strcspn(name, ",;:=\"/\n\r\t")]) {
        ht_fail(error, "--builds: '%.80s' is no name (1 to 63 characters, none of , ; : = \" /)\n" REMEDY,
                name);
        return NULL;
    }
    for (uint32_t i = 0; i < builds->count; i++)
        if (strcmp(builds->all[i].name, name) == 0) {
            ht_fail(error, "--builds: '%s' stands there twice; name the second differently", name);
            return NULL;
        }
    struct ht_build *build = &builds->all[builds->count];
    *build = (struct ht_build){.number = builds->count};
    snprintf(build->name, sizeof build->name, "%s", name);
    builds->count++;
    for (uint32_t i = 0; i < builds->count; i++)
        builds->all[i].alone = builds->count == 1;
    return build;
}


bool ht_build_add_worker(struct ht_build *build, const char *path, struct ht_error *error) {
    if (build->layouts == HT_MAX_LAYOUTS)
        return ht_fail(error, "build '%s': more than %d layouts", build->name, HT_MAX_LAYOUTS);
    if (!*path)
        return ht_fail(error,
                       "build '%s': layout %u has no path; ':' stands between two workers, and nowhere else",
                       build->name, build->layouts);
    char *copy = strdup(path);
    if (!copy)
        return ht_fail(error, "out of memory while reading the builds");
    build->workers[build->layouts++] = copy;
    return true;
}


bool ht_builds_even(const struct ht_builds *builds, struct ht_error *error) {
    const struct ht_build *first = &builds->all[0];
    for (uint32_t i = 1; i < builds->count; i++)
        if (builds->all[i].layouts != first->layouts)
            return ht_fail(
                error,
                "--builds: '%s' has %u layouts, '%s' has %u; give every build as many, so that each "
                "meets each",
                first->name, first->layouts, builds->all[i].name, builds->all[i].layouts);
    return true;
}


/* Where layouts stand, one path with a colon in it would be read as two. */
static bool no_colon(const char *name, const char *workers, struct ht_error *error) {
    return !strchr(workers, ':') || access(workers, F_OK) != 0 ||
           ht_fail(error,
                   "build '%s': there is a file %s, but ':' separates a build's layouts\n"
                   "give the worker a path without ':', or link to it from one",
                   name, workers);
}


/* One NAME=WORKER[:WORKER…], which is cut to pieces. */
static bool parse_build(struct ht_builds *builds, char *word, struct ht_error *error) {
    char *equals = strchr(word, '=');
    if (!equals || !equals[1])
        return ht_fail(
            error, "--builds: '%s' is no NAME=WORKER; ',' separates builds, no path may hold one\n" REMEDY,
            word);
    *equals = '\0';
    char *workers = equals + 1;
    struct ht_build *build = ht_builds_add(builds, word, error);
    if (!build || !no_colon(word, workers, error))
        return false;
    for (char *path; (path = strsep(&workers, ":"));)
        if (!ht_build_add_worker(build, path, error))
            return false;
    return true;
}


bool ht_builds_parse(struct ht_builds *builds, const char *list, struct ht_error *error) {
    char *copy = strdup(list), *rest = copy;
    *builds = (struct ht_builds){.named = true};
    bool ok = copy ? true : ht_fail(error, "out of memory while reading the builds");
    for (char *word; ok && (word = strsep(&rest, ","));)
        ok = parse_build(builds, word, error);
    free(copy);
    ok = ok && ht_builds_even(builds, error);
    if (!ok)
        ht_builds_free(builds);
    return ok;
}


bool ht_builds_one(struct ht_builds *builds, const char *worker, struct ht_error *error) {
    *builds = (struct ht_builds){.count = 1, .all = {{.alone = true}}};
    return ht_build_add_worker(&builds->all[0], worker, error);
}


static bool find_worker(const struct ht_build *build, char **path, struct ht_error *error) {
    struct stat about;
    char *real = realpath(*path, NULL);
    int why = errno;
    if (real && (stat(real, &about) != 0 || access(real, X_OK) != 0))
        why = errno;
    else if (real && !S_ISREG(about.st_mode))
        why = EISDIR;
    else if (real) {
        free(*path);
        *path = real;
        return true;
    }
    free(real);
    return ht_fail(error,
                   "build '%s': cannot run the worker %s: %s\nbuild it, or name another; a path may hold "
                   "neither ':' nor ','",
                   build->name, *path, strerror(why));
}


bool ht_builds_find(struct ht_builds *builds, struct ht_error *error) {
    for (uint32_t b = 0; b < builds->count; b++)
        for (uint32_t layout = 0; layout < builds->all[b].layouts; layout++)
            if (!find_worker(&builds->all[b], &builds->all[b].workers[layout], error))
                return false;
    return true;
}


uint32_t ht_build_layout(uint32_t launch, uint32_t layouts) {
    return launch % layouts;
}


void ht_builds_free(struct ht_builds *builds) {
    for (uint32_t b = 0; b < builds->count; b++) {
        for (uint32_t layout = 0; layout < builds->all[b].layouts; layout++)
            free(builds->all[b].workers[layout]);
        free(builds->all[b].compiler);
        free(builds->all[b].flags);
    }
    *builds = (struct ht_builds){0};
}
