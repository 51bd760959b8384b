#include "slice.h"

#include "probe.h"
#include "ticks.h"

#include <sys/resource.h>

/* Everything an arm computes ends here, where the compiler cannot drop it. */
static volatile uint64_t sink;

/* The one timing function of all arms: the same code, at the same address, around each of them. */
static HT_NOINLINE uint64_t time_arm(ht_loop_fn *loop, uint64_t operations) {
    uint64_t start = ht_ticks();
    uint64_t sum = loop(operations);
    uint64_t ticks = ht_ticks() - start;
    sink = sum;
    return ticks;
}


static void read_usage(struct rusage *usage) {
#ifdef RUSAGE_THREAD
    getrusage(RUSAGE_THREAD, usage);
#else
    getrusage(RUSAGE_SELF, usage);
#endif
}


void ht_run_turn(const struct ht_page *page, struct ht_slot *slot, const struct ht_arm *arms) {
    struct rusage before, after;
    uint32_t alu_rounds = page->alu_rounds, chain_rounds = page->chain_rounds;

    slot->slices_done = 0;
    read_usage(&before);
    for (uint32_t i = 0; i < slot->slice_count; i++) {
        uint32_t arm = slot->slice_arm[i];
        struct ht_slice *slice = &slot->slices[i];
        slot->current_arm = (int32_t)arm;
        /* The first slice follows a system call: settle for a whole slice. The others only change arms. */
        uint64_t warm_up = i ? slot->ops[arm] / 8 : slot->ops[arm];
        sink = arms[arm].loop(warm_up ? warm_up : 1);
        slice->alu_before = (uint32_t)ht_probe_alu(alu_rounds);
        slice->chain_before = (uint32_t)ht_probe_chain(chain_rounds);
        slice->ticks = time_arm(arms[arm].loop, slot->ops[arm]);
        slice->chain_after = (uint32_t)ht_probe_chain(chain_rounds);
        slice->alu_after = (uint32_t)ht_probe_alu(alu_rounds);
        slot->slices_done = i + 1;
    }
    read_usage(&after);
    slot->preempted = (uint32_t)(after.ru_nivcsw - before.ru_nivcsw);
    slot->current_arm = -1;
}


void ht_run_census(struct ht_slot *slot, const struct ht_arm *arms) {
    ht_loop_fn *loop = arms[slot->census_arm].loop;
    struct rusage before, after;

    slot->current_arm = (int32_t)slot->census_arm;
    sink = loop(1);
    for (uint64_t operations = 1;; operations *= 2) {
        read_usage(&before);
        uint64_t ticks = time_arm(loop, operations);
        read_usage(&after);
        slot->census_ops = operations;
        slot->census_pass_ticks = ticks;
        slot->census_minor_faults = (uint64_t)(after.ru_minflt - before.ru_minflt);
        if (ticks >= slot->census_ticks || operations >= (uint64_t)1 << 40)
            break;
    }
    slot->current_arm = -1;
}
