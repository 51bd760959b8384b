#include "plan.h"

#include <string.h>

/* Starting a lane's process and taking its census, measured: about 4 ms. */
#define LANE_START_SECONDS 0.004
/* Looking for the best probe reading before the first launch. */
#define CALIBRATION_SECONDS 0.4

static const struct {
    const char *name;
    struct ht_plan plan;
} profiles[] = {
    /* What a run takes at most, with audit and charts: 30 s, 5 min, 45 min. */
    [HT_SMOKE] = {"smoke",
                  {.launches = 6,
                   .launch_seconds = 0.05,
                   .max_seconds_per_case = 1.0,
                   .max_seconds = 22,
                   .quiet_slices = 8}},
    [HT_QUICK] = {"quick",
                  {.launches = 16,
                   .launch_seconds = 0.1,
                   .max_seconds_per_case = 3.2,
                   .max_seconds = 260,
                   .quiet_slices = 12}},
    [HT_FULL] = {"full",
                 {.launches = 20,
                  .launch_seconds = 0.16,
                  .max_seconds_per_case = 16.0,
                  .max_seconds = 2460,
                  .quiet_slices = 16}},
};

bool ht_profile_of(const char *name, enum ht_profile *profile) {
    for (int i = HT_SMOKE; i <= HT_FULL; i++)
        if (strcmp(name, profiles[i].name) == 0) {
            *profile = (enum ht_profile)i;
            return true;
        }
    return false;
}


const char *ht_profile_name(enum ht_profile profile) {
    return profiles[profile].name;
}


struct ht_plan ht_plan_of(enum ht_profile profile) {
    struct ht_plan plan = profiles[profile].plan;
    plan.slice_us = 75;
    return plan;
}


void ht_plan_fit(struct ht_plan *plan, size_t cases) {
    double share = plan->max_seconds / (double)cases;
    if (plan->max_seconds > 0 && share < plan->max_seconds_per_case)
        plan->max_seconds_per_case = share;
}


double ht_plan_seconds(const struct ht_plan *plan, size_t cases, uint32_t lanes) {
    double launch = plan->launch_seconds + lanes * LANE_START_SECONDS;
    double one_case = plan->launches * launch;
    if (one_case > plan->max_seconds_per_case)
        one_case = plan->max_seconds_per_case;
    return CALIBRATION_SECONDS + (double)cases * one_case;
}


double ht_plan_max_seconds(const struct ht_plan *plan, size_t cases) {
    return CALIBRATION_SECONDS + (double)cases * plan->max_seconds_per_case;
}
