/*
 * health.h: can this machine measure well? Judges what state.h read, one finding per matter.
 *
 * Both `heaptoll --doctor` and every run use these judgments. A finding is
 * poor when results will be wrong, missing or not this machine's usual ones,
 * fair when they cost patience or vary a little, good when nothing is to be
 * gained. Unknown is never held against a machine.
 */
#ifndef HEAPTOLL_HEALTH_H
#define HEAPTOLL_HEALTH_H

#include "state.h"

enum ht_verdict { HT_GOOD, HT_FAIR, HT_POOR, HT_UNKNOWN };

struct ht_finding {
    const char *name; /* "governor" */
    enum ht_verdict verdict;
    char value[96];   /* what was found, in words; "" when it cannot be read */
    char means[256];  /* one clause, without its capital and its stop */
    char advice[320]; /* what to do: a command, or "nothing: …"; "" when good */
    char undo[160];   /* how to get back where that matters, or "" */
};

const char *ht_verdict_name(enum ht_verdict verdict);

#define HT_STATE_FINDINGS 16

/* Judges everything in `state`: fills all HT_STATE_FINDINGS. */
void ht_health_judge(const struct ht_state *state, struct ht_finding findings[HT_STATE_FINDINGS]);

/* One judgment each. */
void ht_judge_governor(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_turbo(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_smt(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_virtual(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_pmu(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_clock(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_battery(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_heat(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_load(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_steal(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_cpus(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_quota(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_memory(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_thp(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_aslr(const struct ht_state *state, struct ht_finding *finding);
void ht_judge_stack(const struct ht_state *state, struct ht_finding *finding);

/* Below 80 % fair: launches get longer. Below 50 % poor: noise comes in stretches longer than a launch, so
 * most launches then find no quiet slices, and that is what makes a pair contended. Fewer slices than
 * HT_FEWEST_SLICES tell nothing. */
#define HT_FEWEST_SLICES 500
void ht_judge_quiet(uint64_t quiet_slices, uint64_t slices, struct ht_finding *finding);

/* For the judgments: fill value, and the rest, printf style. */
void ht_found(struct ht_finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ht_judged(struct ht_finding *finding, enum ht_verdict verdict, const char *means);
void ht_advise(struct ht_finding *finding, const char *undo, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
