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


/* Minor faults so far. */
static void read_usage(struct rusage *usage) {
#ifdef RUSAGE_THREAD
    getrusage(RUSAGE_THREAD, usage);
#else
    getrusage(RUSAGE_SELF, usage);
#endif
}


/* Before the census: glibc maps the first large block, takes the second from a heap that has yet to grow, and
 * only then has pages that were touched before. */
#define SETTLING_OPERATIONS 4

static struct ht_reading read_probe(uint32_t alu_rounds, uint32_t chain_rounds) {
    struct ht_reading reading;
    reading.alu = (uint32_t)ht_probe_alu(alu_rounds);
    reading.chain = (uint32_t)ht_probe_chain(chain_rounds);
    return reading;
}


void ht_run_turn(const struct ht_page *page, struct ht_slot *slot, const struct ht_arm *arms) {
    uint32_t alu_rounds = page->alu_rounds, chain_rounds = page->chain_rounds;

    for (uint32_t i = 0; i < slot->settle_count; i++) {
        slot->current_arm = slot->slice_arm[i];
        sink = arms[slot->slice_arm[i]].loop(slot->ops[slot->slice_arm[i]]);
    }
    slot->readings[slot->settle_count] = read_probe(alu_rounds, chain_rounds);
    for (uint32_t i = slot->settle_count; i < slot->slice_count; i++) {
        uint32_t arm = slot->slice_arm[i];
        uint64_t warm_up = slot->ops[arm] / 8;
        slot->current_arm = (int32_t)arm;
        sink = arms[arm].loop(warm_up ? warm_up : 1);
        slot->ticks[i] = time_arm(arms[arm].loop, slot->ops[arm]);
        slot->readings[i + 1] = read_probe(alu_rounds, chain_rounds);
    }
    slot->current_arm = -1;
}


void ht_run_census(struct ht_slot *slot, const struct ht_arm *arms) {
    ht_loop_fn *loop = arms[slot->census_arm].loop;
    struct rusage before, after;

    slot->current_arm = (int32_t)slot->census_arm;
    sink = loop(SETTLING_OPERATIONS);
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
