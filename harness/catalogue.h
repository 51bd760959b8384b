/* catalogue.h: the coordinator's list of cases, as the worker describes them, and the choice from it. */
#ifndef HEAPTOLL_CATALOGUE_H
#define HEAPTOLL_CATALOGUE_H

#include "bench.h"
#include "error.h"
#include "page.h"

struct ht_case_info {
    char *name; /* "returned_pointer/by_value/64" */
    char *scenario, *variant, *point, *params, *question, *explains;
    size_t size_bytes;  /* HT_NO_SIZE where it has no meaning */
    size_t stack_bytes; /* the largest frame an arm needs */
    enum ht_profile profile;
    bool prepares; /* it does something once in a process, which others would notice there */
    const char *unavailable[HT_MAX_LANES]; /* why build number b cannot have it; "" or NULL: it can */
    uint32_t builds;                       /* bit b: build number b lists a case of this name */
    char *differs;                         /* how builds that list it mean different things; NULL: alike */
    enum ht_arm_kind arms[HT_MAX_ARMS];
    uint32_t arm_count;
};

struct ht_catalogue {
    struct ht_case_info *cases;
    size_t count;
    char *build;               /* "gcc": the worker's build, half of a lane's name */
    char *compiler;            /* "gcc 12.2.0" */
    char *flags;               /* what the benches were compiled with */
    char *texts[HT_MAX_LANES]; /* own all strings but the names, one for each build */
};

/* Lets go of what a case owns. */
void ht_case_info_free(struct ht_case_info *info);

/* Asks the worker at `worker_path` for its cases. On success the caller frees with ht_catalogue_free. */
bool ht_catalogue_read(struct ht_catalogue *catalogue, const char *worker_path, struct ht_error *error);

/* The same from text that a worker printed; takes the text over. */
bool ht_catalogue_parse(struct ht_catalogue *catalogue, char *text, struct ht_error *error);

/* The protocol that a worker's description is in, by its line `worker` alone; false when it has none. */
bool ht_described_version(const char *text, unsigned long *version);

void ht_catalogue_free(struct ht_catalogue *catalogue);

/* Keeps the cases that belong to `profile` and whose names match `filter`, with Google Benchmark's meaning:
 * an extended regular expression found anywhere in the name, "all" or "" for every case, a leading '-' for
 * those that do not match. A case that only a larger profile has is kept too when the filter names it
 * exactly. Fails, listing the nearest names, when nothing is left. */
bool ht_catalogue_choose(struct ht_catalogue *catalogue, enum ht_profile profile, const char *filter,
                         struct ht_error *error);

/* Kind of that name, or HT_ARM_KINDS. */
enum ht_arm_kind ht_arm_kind_of(const char *name);

#endif
