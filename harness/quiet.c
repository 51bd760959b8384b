#include "quiet.h"

#include "probe.h"

#include <math.h>
#include <string.h>

#define FLOOR 0.05 /* cycles per operation: no core does 20 a cycle */
#define BIN_LOG 0.002

void ht_quiet_init(struct ht_quiet *quiet, uint32_t alu_rounds, uint32_t chain_rounds) {
    memset(quiet, 0, sizeof *quiet);
    quiet->alu_ops = alu_rounds * HT_ALU_OPS_PER_ROUND;
    quiet->chain_cycles = chain_rounds * HT_CHAIN_CYCLES_PER_ROUND;
}


double ht_quiet_reading(const struct ht_quiet *quiet, uint32_t alu_ticks, uint32_t chain_ticks) {
    if (!chain_ticks)
        return 0;
    return (double)alu_ticks / chain_ticks * quiet->chain_cycles / quiet->alu_ops;
}


void ht_quiet_add(struct ht_quiet *quiet, double reading) {
    if (!(reading > FLOOR))
        return;
    double bin = log(reading / FLOOR) / BIN_LOG;
    quiet->bins[bin < HT_QUIET_BINS ? (size_t)bin : HT_QUIET_BINS - 1]++;
    quiet->readings++;
}


double ht_quiet_best(const struct ht_quiet *quiet) {
    uint64_t below = 0, wanted = (uint64_t)((double)quiet->readings * HT_QUIET_QUANTILE) + 1;
    for (size_t i = 0; i < HT_QUIET_BINS; i++) {
        below += quiet->bins[i];
        if (below >= wanted)
            return FLOOR * exp(((double)i + 0.5) * BIN_LOG);
    }
    return 0;
}


bool ht_is_quiet(double reading, double best) { return fabs(reading / best - 1) <= HT_QUIET_TOLERANCE; }


double ht_ticks_per_cycle(const struct ht_quiet *quiet, const struct ht_slice *slice) {
    return ((double)slice->chain_before + slice->chain_after) / 2 / quiet->chain_cycles;
}
