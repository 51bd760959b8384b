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

/* The best reading of this CPU model as remembered in the file `path`; 0 when it is not. */
double ht_core_recall(const char *path, const char *cpu_model);

/* Remembers it there. Best effort: a file that cannot be written is not missed. */
void ht_core_remember(const char *path, const char *cpu_model, double best);

/* Sizes the page's probes for this machine's clock: long enough that its granularity is below 0.5 % of them.
 */
void ht_probe_size(struct ht_page *page);

#endif
