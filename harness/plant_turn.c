/*
 * plant_turn.c: what the linker puts in the place of ht_run_turn in a worker with plants
 * (-Wl,--wrap=ht_run_turn): the same turn, with more operations in the planted arms.
 *
 * The look into the environment is before the turn's first slice, and the same in a worker without a plant,
 * which is what one with a plant is compared with.
 */
#include "describe.h"
#include "plant.h"
#include "slice.h"

#include <stdio.h>
#include <string.h>

extern const struct ht_scenario *const __start_ht_scenarios[];
extern const struct ht_scenario *const __stop_ht_scenarios[];

void __real_ht_run_turn(const struct ht_page *page, struct ht_slot *slot, const struct ht_arm *arms);
void __wrap_ht_run_turn(const struct ht_page *page, struct ht_slot *slot, const struct ht_arm *arms);

/* Writes the full name of the case whose arms these are; "" when nobody has registered it. */
static void name_case(const struct ht_arm *arms, char *name, size_t size) {
    name[0] = '\0';
    for (const struct ht_scenario *const *at = __start_ht_scenarios; at < __stop_ht_scenarios; at++)
        for (size_t c = 0; c < (*at)->case_count; c++)
            if ((*at)->cases[c].arms == arms)
                snprintf(name, size, "%s/%s/%s", (*at)->name, (*at)->cases[c].variant, (*at)->cases[c].point);
}


void __wrap_ht_run_turn(const struct ht_page *page, struct ht_slot *slot, const struct ht_arm *arms) {
    char name[512];
    uint64_t asked[HT_MAX_ARMS];
    memcpy(asked, slot->ops, sizeof asked);
    name_case(arms, name, sizeof name);
    for (int i = 0; i < HT_MAX_ARMS && arms[i].loop; i++)
        slot->ops[i] = ht_planted_here(name, ht_arm_name(arms[i].kind), asked[i]);
    __real_ht_run_turn(page, slot, arms);
    memcpy(slot->ops, asked, sizeof asked);
}
