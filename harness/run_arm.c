#include "run_arm.h"

#include "clock.h"
#include "count.h"
#include "describe.h"
#include "prepare.h"

#include <stdio.h>
#include <stdlib.h>

/* So long between two looks at the clock. */
#define STRIDE_SECONDS 0.001

int ht_run_arm(const char *case_name, const char *arm_name, const char *seconds_text) {
    const struct ht_case *one = ht_find_case(case_name);
    const struct ht_arm *arm = ht_find_arm(one, arm_name);
    char *end;
    double wanted = strtod(seconds_text, &end);
    if (!arm || *end || !(wanted > 0)) {
        fprintf(stderr, "heaptoll-worker: --run %s %s %s: expected a case, one of its arms and seconds\n",
                case_name, arm_name, seconds_text);
        return 2;
    }
    static struct ht_slot slot;
    if (!one->unavailable)
        ht_prepare(&slot, one);
    if (one->unavailable || slot.cannot[0]) {
        fprintf(stderr, "heaptoll-worker: %s cannot run here: %s\n", case_name,
                one->unavailable ? one->unavailable : slot.cannot);
        return 2;
    }
    uint64_t operations = 0, stride = 1;
    double spent = 0;
    struct ht_moment start = ht_now();
    while (spent < wanted) {
        ht_counted(arm->loop, stride);
        operations += stride;
        double now = ht_seconds_between(start, ht_now());
        if (now - spent < STRIDE_SECONDS / 2)
            stride *= 2;
        spent = now;
    }
    printf("%llu operations in %.3f s: about %.1f ns each\n", (unsigned long long)operations, spent,
           spent * 1e9 / (double)operations);
    return 0;
}
