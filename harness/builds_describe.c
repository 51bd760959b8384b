#include "builds_describe.h"

#include "shared_cases.h"
#include "subprocess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An error that says of which build it is. */
static bool name_build(const struct ht_build *build, struct ht_error *error) {
    struct ht_error told = *error;
    return ht_fail(error, "build '%s': %.1900s", build->name, told.text);
}


bool ht_build_speaks(const struct ht_build *build, const char *path, const char *text,
                     struct ht_error *error) {
    unsigned long version;
    if (!ht_described_version(text, &version) || version == HT_PROTOCOL_VERSION)
        return true;
    return ht_fail(error,
                   "build '%s': the worker %s speaks protocol %lu, this heaptoll %u: they cannot be measured "
                   "together\n"
                   "measure each with its own heaptoll and compare the two runs: make compare BASE=… HEAD=…",
                   build->name, path, version, HT_PROTOCOL_VERSION);
}


static bool ask(const struct ht_build *build, uint32_t layout, struct ht_catalogue *catalogue,
                struct ht_error *error) {
    const char *path = build->workers[layout], *argv[] = {path, "--describe", NULL};
    char *text = ht_output_of(argv, false, error);
    if (!text)
        return name_build(build, error);
    if (!ht_build_speaks(build, path, text, error)) {
        free(text);
        return false;
    }
    return ht_catalogue_parse(catalogue, text, error) || name_build(build, error);
}


static const struct ht_case_info *find(const struct ht_catalogue *catalogue, const char *name) {
    for (size_t i = 0; i < catalogue->count; i++)
        if (strcmp(catalogue->cases[i].name, name) == 0)
            return &catalogue->cases[i];
    return NULL;
}


/* How two layouts' lists differ, in words; "" when they do not. */
static const char *difference(const struct ht_catalogue *first, const struct ht_catalogue *other,
                              char why[HT_APART_MAX]) {
    why[0] = '\0';
    if (strcmp(first->compiler, other->compiler) != 0)
        snprintf(why, HT_APART_MAX, "compiled by %.120s, not by %.120s", other->compiler, first->compiler);
    for (size_t i = 0; i < first->count && !*why; i++) {
        const struct ht_case_info *one = &first->cases[i], *same = find(other, one->name);
        char how[HT_APART_MAX];
        if (!same)
            snprintf(why, HT_APART_MAX, "it has no case %.200s", one->name);
        else if (!ht_cases_alike(one, "the first", same, "this one", how))
            snprintf(why, HT_APART_MAX, "%.100s: %.400s", one->name, how);
        else if (strcmp(one->unavailable[0], same->unavailable[0]) != 0)
            snprintf(why, HT_APART_MAX, "%.100s is available in one of them only, or not for the same reason",
                     one->name);
    }
    for (size_t i = 0; i < other->count && !*why; i++)
        if (!find(first, other->cases[i].name))
            snprintf(why, HT_APART_MAX, "it has a case %.200s more", other->cases[i].name);
    return why;
}


bool ht_build_same(const struct ht_build *build, uint32_t layout, const struct ht_catalogue *first,
                   const struct ht_catalogue *other, struct ht_error *error) {
    char why[HT_APART_MAX];
    return !*difference(first, other, why) ||
           ht_fail(error,
                   "build '%s': layout %u, %s, is another program than layout 0, %s: %s\n"
                   "layouts are the same code, linked to other places; make them from the same sources",
                   build->name, layout, build->workers[layout], build->workers[0], why);
}


/* One build: its first layout's list, which the others must have too. */
static bool describe(struct ht_build *build, struct ht_catalogue *catalogue, struct ht_error *error) {
    if (!ask(build, 0, catalogue, error))
        return false;
    bool ok = true;
    for (uint32_t layout = 1; layout < build->layouts && ok; layout++) {
        struct ht_catalogue other;
        ok = ask(build, layout, &other, error);
        if (ok) {
            ok = ht_build_same(build, layout, catalogue, &other, error);
            ht_catalogue_free(&other);
        }
    }
    if (!ok)
        ht_catalogue_free(catalogue);
    return ok;
}


static bool keep_facts(struct ht_build *build, const struct ht_catalogue *catalogue, struct ht_error *error) {
    build->compiler = strdup(catalogue->compiler);
    build->flags = strdup(catalogue->flags);
    return (build->compiler && build->flags) || ht_fail(error, "out of memory while describing the builds");
}


bool ht_builds_describe(struct ht_builds *builds, struct ht_catalogue *all, struct ht_error *error) {
    struct ht_build *first = &builds->all[0];
    if (!builds->named) {
        if (!ht_catalogue_read(all, first->workers[0], error))
            return false;
        snprintf(first->name, sizeof first->name, "%s", all->build);
        return keep_facts(first, all, error);
    }
    if (!describe(first, all, error) || !keep_facts(first, all, error))
        return false;
    for (uint32_t b = 1; b < builds->count; b++) {
        struct ht_catalogue other;
        if (!describe(&builds->all[b], &other, error))
            return false;
        if (!keep_facts(&builds->all[b], &other, error)) {
            ht_catalogue_free(&other);
            return false;
        }
        if (!ht_cases_unite(all, &other, builds, b, error))
            return false;
    }
    return true;
}
