#include "series.h"

#include "stats.h"

#include <stdlib.h>

bool ht_series_add(struct ht_series *series, double ns, double cycles, bool quiet) {
    if (series->count == series->room) {
        uint32_t room = series->room ? 2 * series->room : 64;
        double *more_ns = reallocarray(series->ns, room, sizeof *more_ns);
        series->ns = more_ns ? more_ns : series->ns;
        double *more_cycles = reallocarray(series->cycles, room, sizeof *more_cycles);
        series->cycles = more_cycles ? more_cycles : series->cycles;
        bool *more_quiet = reallocarray(series->quiet, room, sizeof *more_quiet);
        series->quiet = more_quiet ? more_quiet : series->quiet;
        if (!more_ns || !more_cycles || !more_quiet)
            return false;
        series->room = room;
    }
    series->ns[series->count] = ns;
    series->cycles[series->count] = cycles;
    series->quiet[series->count++] = quiet;
    series->quiet_count += quiet;
    return true;
}


void ht_series_times(const struct ht_series *series, bool quiet_only, double ns[5], double *cycles_median) {
    static const double quantiles[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    uint32_t count = 0;
    double *chosen_ns = malloc(series->count * sizeof *chosen_ns);
    double *chosen_cycles = malloc(series->count * sizeof *chosen_cycles);
    for (uint32_t i = 0; chosen_ns && chosen_cycles && i < series->count; i++)
        if (series->quiet[i] || !quiet_only) {
            chosen_ns[count] = series->ns[i];
            chosen_cycles[count++] = series->cycles[i];
        }
    if (count) {
        ht_sort(chosen_ns, count);
        ht_sort(chosen_cycles, count);
    }
    for (int i = 0; i < 5; i++)
        ns[i] = ht_quantile(chosen_ns, count, quantiles[i]);
    *cycles_median = ht_quantile(chosen_cycles, count, 0.5);
    free(chosen_ns);
    free(chosen_cycles);
}


void ht_series_free(struct ht_series *series) {
    free(series->ns);
    free(series->cycles);
    free(series->quiet);
    *series = (struct ht_series){0};
}
