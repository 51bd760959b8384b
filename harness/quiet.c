#include "quiet.h"

#include "probe.h"

#include <math.h>
#include <string.h>

#define FLOOR 0.05 /* cycles per operation: no core does 20 a cycle */
#define BIN_LOG 0.002
#define FEWEST_NEAR 20 /* readings that make a plateau */

void ht_quiet_init(struct ht_quiet *quiet, uint32_t alu_rounds, uint32_t chain_rounds) {
    memset(quiet, 0, sizeof *quiet);
    quiet->alu_ops = alu_rounds * HT_ALU_OPS_PER_ROUND;
    quiet->chain_cycles = chain_rounds * HT_CHAIN_CYCLES_PER_ROUND;
}


double ht_quiet_reading(const struct ht_quiet *quiet, struct ht_reading reading) {
    if (!reading.chain)
        return 0;
    return (double)reading.alu / reading.chain * quiet->chain_cycles / quiet->alu_ops;
}


void ht_quiet_add(struct ht_quiet *quiet, double reading) {
    if (!(reading > FLOOR))
        return;
    double bin = log(reading / FLOOR) / BIN_LOG;
    quiet->bins[bin < HT_QUIET_BINS ? (size_t)bin : HT_QUIET_BINS - 1]++;
    quiet->readings++;
}


double ht_quiet_lowest(const struct ht_quiet *quiet) {
    uint64_t below = 0, wanted = (uint64_t)((double)quiet->readings * HT_QUIET_QUANTILE) + 1;
    for (size_t i = 0; i < HT_QUIET_BINS; i++) {
        below += quiet->bins[i];
        if (below >= wanted)
            return FLOOR * exp(((double)i + 0.5) * BIN_LOG);
    }
    return 0;
}


/* How many readings are about as good as `best`. */
static uint64_t readings_near(const struct ht_quiet *quiet, double best) {
    uint64_t near = 0;
    for (size_t i = 0; i < HT_QUIET_BINS; i++) {
        double reading = FLOOR * exp(((double)i + 0.5) * BIN_LOG);
        if (reading > best * 0.99 && reading < best * 1.02)
            near += quiet->bins[i];
    }
    return near;
}


bool ht_quiet_believable(const struct ht_quiet *quiet, double best) {
    double operations = 1 / best, below = floor(operations * 1.03);
    if (below >= 1 && operations <= below * 1.01)
        return true;
    return readings_near(quiet, best) * 2 >= quiet->readings;
}


bool ht_quiet_worth_remembering(const struct ht_quiet *quiet, double best) {
    uint64_t near = readings_near(quiet, best);
    return ht_quiet_believable(quiet, best) && near >= FEWEST_NEAR && near * 200 >= quiet->readings;
}


double ht_quiet_best(const struct ht_quiet *quiet) {
    double best = ht_quiet_lowest(quiet);
    if (quiet->known_best > 0 && (best <= 0 || quiet->known_best < best))
        return quiet->known_best;
    if (best > 0 && !ht_quiet_believable(quiet, best))
        return 1 / ceil(1 / best);
    return best;
}


bool ht_is_quiet(double reading, double best) {
    return fabs(reading / best - 1) <= HT_QUIET_TOLERANCE;
}


double ht_ticks_per_cycle(const struct ht_quiet *quiet, struct ht_reading before, struct ht_reading after) {
    return (((double)before.chain + after.chain) / 2 - quiet->reading_ticks) / quiet->chain_cycles;
}
