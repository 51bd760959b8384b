/* builds_describe.h: what the builds' workers say of themselves, before any of them is measured. */
#ifndef HEAPTOLL_BUILDS_DESCRIBE_H
#define HEAPTOLL_BUILDS_DESCRIBE_H

#include "builds.h"
#include "catalogue.h"

/* Asks every worker of every build for its cases. `all` becomes the list of all builds (shared_cases.h); the
 * builds get their compiler and flags, and the one of a run without --builds its name. Fails when a worker
 * cannot be asked, speaks another protocol, or is not what the first layout of its build is. */
bool ht_builds_describe(struct ht_builds *builds, struct ht_catalogue *all, struct ht_error *error);

/* Is `text`, what the worker at `path` said, in our protocol? Only the line `worker` is read: in another
 * protocol the others may be anything. Text without that line passes; reading the list refuses it. */
bool ht_build_speaks(const struct ht_build *build, const char *path, const char *text,
                     struct ht_error *error);

/* Does another layout say the same of itself as the first: compiler, and cases in any order? */
bool ht_build_same(const struct ht_build *build, uint32_t layout, const struct ht_catalogue *first,
                   const struct ht_catalogue *other, struct ht_error *error);

#endif
