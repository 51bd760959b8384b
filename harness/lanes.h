/* lanes.h: which allocators to measure under which builds, and where their libraries are. */
#ifndef HEAPTOLL_LANES_H
#define HEAPTOLL_LANES_H

#include "builds.h"

struct ht_lane {
    char allocator[64];             /* its name in every file and chart */
    const struct ht_build *build;   /* whose workers run in it; NULL before ht_lanes_across */
    char library[HT_LANE_PATH_MAX]; /* what is preloaded; "" for the C library's own malloc */
    char version[64]; /* as the allocator says, "" before the lane was checked or when it does not */
    char answered_by[HT_LANE_PATH_MAX]; /* the real path of the object that answers malloc */
    char sha256[65];                    /* of that object; "" when unknown */
};

struct ht_lanes {
    struct ht_lane lanes[HT_MAX_LANES];
    uint32_t count;
};

/* Reads a list: names of known allocators and `name=/path/lib.so` or `name=known`, separated by commas. NULL
 * takes glibc and every known allocator that is installed. Fails with the valid names or the paths searched.
 */
bool ht_lanes_parse(struct ht_lanes *lanes, const char *list, struct ht_error *error);

/* Makes lanes of allocators: one for each of them under each build, an allocator's builds one after the
 * other: lane number = allocator * builds + build. `builds` must live as long as the lanes. Fails when that
 * is more than HT_MAX_LANES. */
bool ht_lanes_across(struct ht_lanes *lanes, const struct ht_builds *builds, struct ht_error *error);

/* What people call the lane: "glibc", or "glibc base" where builds must be told apart. */
#define HT_LANE_TITLE_MAX 130
const char *ht_lane_title(const struct ht_lane *lane, char title[HT_LANE_TITLE_MAX]);

/* Is what `slot` says of itself what `lane` asked for? Fills the lane's version and real path. */
bool ht_lane_verify(struct ht_lane *lane, const struct ht_slot *slot, struct ht_error *error);

#endif
