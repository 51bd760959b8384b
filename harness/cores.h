/* cores.h: which CPUs may be measured on, and which of them is quiet now. */
#ifndef HEAPTOLL_CORES_H
#define HEAPTOLL_CORES_H

#include "herd.h"
#include "quiet.h"

#define HT_MAX_CORES 16

struct ht_cores {
    int cpus[HT_MAX_CORES]; /* candidates: allowed to us, all of the fastest kind */
    uint32_t count;
    int current;
};

/* Candidates from our affinity mask, or only `wanted` when it is >= 0. Fails when that is not ours to use. */
bool ht_cores_init(struct ht_cores *cores, int wanted, struct ht_error *error);

/* Moves everybody to the candidate with the most quiet readings just now; stays when none is better. Only the
 * probe decides, so the choice cannot favour an arm or a lane. */
void ht_cores_choose(struct ht_cores *cores, struct ht_herd *herd, struct ht_quiet *quiet);

/* Reads probes on all candidates for `seconds`, and up to `most` while the best reading is neither known from
 * earlier nor believable, so that it is there before the first launch. */
void ht_cores_calibrate(struct ht_cores *cores, struct ht_herd *herd, struct ht_quiet *quiet, double seconds,
                        double most);

/* The best reading of this CPU model, from what runs have noted in the file `path`: the lowest one that at
 * least two of its last HT_NOTED runs found, and a tenth of them, to a per cent; or that of the only run. 0
 * when there is none: a reading that is better than the core can be, which a neighbour may bring about for as
 * long as he stays, must not make every later run contended. */
#define HT_NOTED 200
double ht_core_recall(const char *path, const char *cpu_model);

/* Notes there what a run found. Best effort: a file that cannot be written is not missed. */
void ht_core_remember(const char *path, const char *cpu_model, double best);

/* Sizes the page's probes for this machine's clock: long enough that its granularity is below 0.5 % of them.
 */
void ht_probe_size(struct ht_page *page);

#endif
