/*
 * shared_cases.h: by which cases builds can be compared. Their lists become one, which remembers who has
 * what; what is not alike in all of them is set apart. Alike: the same name, arms in the same order,
 * parameters, size, and both or neither prepare their process.
 */
#ifndef HEAPTOLL_SHARED_CASES_H
#define HEAPTOLL_SHARED_CASES_H

#include "builds.h"
#include "catalogue.h"

/* Adds build number `number`'s list to `all`, the list of the builds before it; takes `other` over. */
bool ht_cases_unite(struct ht_catalogue *all, struct ht_catalogue *other, const struct ht_builds *builds,
                    uint32_t number, struct ht_error *error);

/* Moves the cases that cannot be compared from `all` to `apart`, whose strings stay with `all`. Fails naming
 * them when nothing is left. The caller ends it with ht_catalogue_free. */
bool ht_cases_set_apart(struct ht_catalogue *all, struct ht_catalogue *apart, const struct ht_builds *builds,
                        struct ht_error *error);

/* Why a case was set apart, in words: "missing in head", "its arms are …". */
#define HT_APART_MAX 512
const char *ht_cases_why_apart(const struct ht_case_info *info, const struct ht_builds *builds,
                               char why[HT_APART_MAX]);

/* Does `other` mean the same as `one`? False: `why`, HT_APART_MAX bytes, says how not, with the names of the
 * two places that list them. */
bool ht_cases_alike(const struct ht_case_info *one, const char *one_place, const struct ht_case_info *other,
                    const char *other_place, char why[HT_APART_MAX]);

#endif
