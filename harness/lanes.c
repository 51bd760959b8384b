#include "lanes.h"

#include "nearest.h"
#include "subprocess.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct known {
    const char *name;
    const char *patterns[4]; /* of file names, the preferred first; none: the C library itself */
    const char *package;     /* that brings it, on Debian */
};

static const struct known known_allocators[] = {
    {"glibc", {NULL}, "libc6"},
    {"jemalloc", {"libjemalloc.so.2", "libjemalloc.so*", NULL}, "libjemalloc2"},
    {"mimalloc", {"libmimalloc.so.[0-9]*", "libmimalloc.so", NULL}, "libmimalloc2.0"},
    {"tcmalloc",
     {"libtcmalloc_minimal.so.4*", "libtcmalloc_minimal.so*", "libtcmalloc.so*", NULL},
     "libtcmalloc-minimal4"},
};
#define KNOWN_COUNT (sizeof known_allocators / sizeof known_allocators[0])

#if defined(__x86_64__)
#define MULTIARCH "x86_64-linux-gnu"
#elif defined(__aarch64__)
#define MULTIARCH "aarch64-linux-gnu"
#else
#define MULTIARCH "."
#endif
static const char *const folders[] = {
    "/usr/local/lib", "/usr/lib/" MULTIARCH, "/lib/" MULTIARCH, "/usr/lib64", "/usr/lib", "/usr/local/lib64"};
#define FOLDERS_TEXT "/usr/local/lib, /usr/lib/" MULTIARCH ", /lib/" MULTIARCH ", /usr/lib64, /usr/lib"

static const struct known *find_known(const char *name) {
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        if (strcmp(known_allocators[i].name, name) == 0)
            return &known_allocators[i];
    return NULL;
}


static bool find_library(const struct known *known, char *path, size_t size) {
    for (size_t p = 0; known->patterns[p]; p++)
        for (size_t f = 0; f < sizeof folders / sizeof folders[0]; f++) {
            char pattern[256];
            glob_t found;
            snprintf(pattern, sizeof pattern, "%s/%s", folders[f], known->patterns[p]);
            bool ok = glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc > 0;
            if (ok) /* sorted: the last is the newest of several versions */
                snprintf(path, size, "%s", found.gl_pathv[found.gl_pathc - 1]);
            globfree(&found);
            if (ok)
                return true;
        }
    return false;
}


static bool unknown_name(const char *name, struct ht_error *error) {
    const char *names[KNOWN_COUNT];
    char nearest[256];
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        names[i] = known_allocators[i].name;
    ht_nearest_names(name, names, KNOWN_COUNT, KNOWN_COUNT, nearest, sizeof nearest);
    return ht_fail(error,
                   "unknown allocator '%s'\nknown: %s\nanother one: --allocators=%s=/path/to/its/library.so",
                   name, nearest, name);
}


/* Fills the library of a lane from "known name" or "/path". */
static bool resolve(struct ht_lane *lane, const char *what, struct ht_error *error) {
    if (strchr(what, '/')) {
        char *real = realpath(what, NULL);
        bool usable = real && access(real, R_OK) == 0 && strlen(real) < sizeof lane->library;
        if (usable)
            snprintf(lane->library, sizeof lane->library, "%s", real);
        free(real);
        return usable ||
               ht_fail(error,
                       "allocator '%s': cannot read the library %s\ngive the path of a shared object "
                       "that defines malloc and free",
                       lane->allocator, what);
    }
    const struct known *known = find_known(what);
    if (!known)
        return unknown_name(what, error);
    if (!known->patterns[0] || find_library(known, lane->library, sizeof lane->library))
        return true;
    return ht_fail(error,
                   "allocator '%s': no %s in " FOLDERS_TEXT
                   "\ninstall it (Debian, Ubuntu: apt-get install %s), or "
                   "give its path: --allocators=%s=/path/lib.so",
                   what, known->patterns[0], known->package, lane->allocator);
}


static bool add_lane(struct ht_lanes *lanes, const char *word, struct ht_error *error) {
    char name[64];
    const char *equals = strchr(word, '=');
    int length = equals ? (int)(equals - word) : (int)strlen(word);

    if (lanes->count == HT_MAX_LANES)
        return ht_fail(error, "more than %d allocators; measure them in two runs", HT_MAX_LANES);
    if (length == 0 || (equals && !equals[1]))
        return ht_fail(error, "--allocators: '%s' is neither a name nor name=/path/lib.so", word);
    if (length >= (int)sizeof name || strcspn(word, ",;\"/\n\t") < (size_t)length)
        return ht_fail(error,
                       "--allocators: '%.*s' is no name (at most 63 characters, none of , ; \" /)\n"
                       "to measure a library, name it: mine=%s",
                       length, word, word);
    snprintf(name, sizeof name, "%.*s", length, word);
    for (uint32_t i = 0; i < lanes->count; i++)
        if (strcmp(lanes->lanes[i].allocator, name) == 0)
            return ht_fail(
                error, "--allocators: '%s' stands there twice; name the second differently, as in other=%s",
                name, name);
    struct ht_lane *lane = &lanes->lanes[lanes->count];
    *lane = (struct ht_lane){0};
    snprintf(lane->allocator, sizeof lane->allocator, "%s", name);
    if (!resolve(lane, equals ? equals + 1 : name, error))
        return false;
    lanes->count++;
    return true;
}


bool ht_lanes_parse(struct ht_lanes *lanes, const char *list, struct ht_error *error) {
    *lanes = (struct ht_lanes){0};
    if (!list) {
        for (size_t i = 0; i < KNOWN_COUNT; i++) {
            struct ht_error not_installed = {""};
            add_lane(lanes, known_allocators[i].name, &not_installed);
        }
        return true;
    }
    char *copy = strdup(list), *rest = copy;
    bool ok = copy != NULL;
    for (char *word; ok && (word = strsep(&rest, ","));)
        ok = add_lane(lanes, word, error);
    free(copy);
    return ok;
}


bool ht_lanes_across(struct ht_lanes *lanes, const struct ht_builds *builds, struct ht_error *error) {
    struct ht_lanes allocators = *lanes;
    if (allocators.count * builds->count > HT_MAX_LANES)
        return ht_fail(error,
                       "%u allocators under %u builds are %u lanes, and a run has at most %d\n"
                       "name fewer allocators, as in --allocators=glibc, or measure in two runs",
                       allocators.count, builds->count, allocators.count * builds->count, HT_MAX_LANES);
    lanes->count = 0;
    for (uint32_t i = 0; i < allocators.count; i++)
        for (uint32_t b = 0; b < builds->count; b++) {
            lanes->lanes[lanes->count] = allocators.lanes[i];
            lanes->lanes[lanes->count++].build = &builds->all[b];
        }
    return true;
}


const char *ht_lane_title(const struct ht_lane *lane, char title[HT_LANE_TITLE_MAX]) {
    bool told_apart = lane->build && !lane->build->alone;
    snprintf(title, HT_LANE_TITLE_MAX, "%s%s%s", lane->allocator, told_apart ? " " : "",
             told_apart ? lane->build->name : "");
    return title;
}


static bool same_file(const char *left, const char *right) {
    char *real_left = realpath(left, NULL), *real_right = realpath(right, NULL);
    bool same = real_left && real_right && strcmp(real_left, real_right) == 0;
    free(real_left);
    free(real_right);
    return same;
}


static bool is_libc(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    return strncmp(file, "libc.so", 7) == 0 || strncmp(file, "libc-2.", 7) == 0;
}


bool ht_lane_verify(struct ht_lane *lane, const struct ht_slot *slot, struct ht_error *error) {
    const char *asked = lane->library[0] ? lane->library : "the C library";
    const char *answers[] = {slot->malloc_from, slot->free_from};
    const char *functions[] = {"malloc", "free"};

    for (int i = 0; i < 2; i++) {
        bool right = lane->library[0] ? same_file(answers[i], lane->library) : is_libc(answers[i]);
        if (!right)
            return ht_fail(
                error,
                "allocator '%s': %s asked for, but %s is answered by %s; nothing was measured with it\n"
                "is it a shared object for this machine that defines malloc and free?",
                lane->allocator, asked, functions[i], answers[i][0] ? answers[i] : "nobody known");
    }
    snprintf(lane->version, sizeof lane->version, "%.63s", slot->allocator_version);
    char *real = realpath(slot->malloc_from, NULL);
    snprintf(lane->answered_by, sizeof lane->answered_by, "%s", real ? real : slot->malloc_from);
    free(real);
    if (!lane->sha256[0])
        ht_sha256_of(lane->answered_by, lane->sha256);
    return true;
}
