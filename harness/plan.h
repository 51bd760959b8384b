/* plan.h: how much measuring a profile buys, and how long a run will take. */
#ifndef HEAPTOLL_PLAN_H
#define HEAPTOLL_PLAN_H

#include "catalogue.h"

/* How a case is measured. Everything here can be set by an option; the profile gives the rest. */
struct ht_plan {
    uint32_t launches;
    double launch_seconds;       /* timed rounds of a launch, when the machine is quiet */
    double max_seconds_per_case; /* all launches of a case together; a launch in noise may use what is left */
    double max_seconds;          /* of the whole run, which ht_plan_fit keeps; 0: no limit */
    uint32_t quiet_slices;       /* of each arm in each lane that make a launch enough */
    double slice_us;             /* what one slice should take */
    bool shared_addresses;       /* all lanes of a launch lie at the same addresses (addresses.h) */
};

/* The profile of that name; false when there is none. */
bool ht_profile_of(const char *name, enum ht_profile *profile);
const char *ht_profile_name(enum ht_profile profile);

struct ht_plan ht_plan_of(enum ht_profile profile);

/* Shares plan->max_seconds among `cases` cases: in noise, none of them may take more than its share. */
void ht_plan_fit(struct ht_plan *plan, size_t cases);

/* Seconds a run of `cases` cases in `lanes` lanes takes: at best, and at most when the machine is never
 * quiet. */
double ht_plan_seconds(const struct ht_plan *plan, size_t cases, uint32_t lanes);
double ht_plan_max_seconds(const struct ht_plan *plan, size_t cases);

#endif
