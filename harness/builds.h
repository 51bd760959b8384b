/*
 * builds.h: which workers to measure. Usually one; with --builds several, side by side in the lanes of one
 * run: a change's base and head, or one source through two compilers.
 *
 * A build may come as several workers, its layouts: the same code, linked to other places. Launch k measures
 * every build with its layout number k % L, of the L that each of them has: what was moved alike is compared,
 * so that code which is the same in two builds lies in the same places in both. A reader finds a row's layout
 * from its launch and `builds` in run.json.
 */
#ifndef HEAPTOLL_BUILDS_H
#define HEAPTOLL_BUILDS_H

#include "error.h"
#include "page.h"

#define HT_MAX_LAYOUTS 16

struct ht_build {
    char name[64];                 /* in every file and table */
    uint32_t number;               /* its place in the list */
    bool alone;                    /* the only one of its run: lanes need not be told apart by it */
    char *workers[HT_MAX_LAYOUTS]; /* paths, by layout; owned */
    uint32_t layouts;              /* how many there are: the same in all builds */
    char *compiler, *flags;        /* as the first of them says; NULL before it was asked; owned */
};

struct ht_builds {
    struct ht_build all[HT_MAX_LANES];
    uint32_t count;
    bool named; /* by --builds; otherwise the one build is named after its compiler */
};

/* Reads "base=/p/worker,head=/q/worker", where each worker may be several, its layouts, separated by colons.
 * On success the caller ends it with ht_builds_free. */
bool ht_builds_parse(struct ht_builds *builds, const char *list, struct ht_error *error);

/* The one build of a run without --builds; its name comes with its description. */
bool ht_builds_one(struct ht_builds *builds, const char *worker, struct ht_error *error);

/* Adds the build `name`, of which no worker is known yet. NULL with `error` set: there are too many, the name
 * is no name, or there already. */
struct ht_build *ht_builds_add(struct ht_builds *builds, const char *name, struct ht_error *error);

/* Adds the worker at `path` as the build's next layout. */
bool ht_build_add_worker(struct ht_build *build, const char *path, struct ht_error *error);

/* Do all builds have as many layouts? Fails naming two that do not. */
bool ht_builds_even(const struct ht_builds *builds, struct ht_error *error);

/* Replaces each worker's path by its real one; fails when it is no program that can be run. */
bool ht_builds_find(struct ht_builds *builds, struct ht_error *error);

/* Which layout of every build launch number `launch` measures, of `layouts` >= 1 that there are. */
uint32_t ht_build_layout(uint32_t launch, uint32_t layouts);

void ht_builds_free(struct ht_builds *builds);

#endif
