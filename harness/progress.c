#include "progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIVE_SECONDS 0.1
#define PLAIN_SECONDS 5.0

void ht_progress_begin(struct ht_progress *progress, FILE *out, uint64_t total, double planned_seconds) {
    const char *terminal = getenv("TERM");
    *progress = (struct ht_progress){.out = out,
                                     .live = isatty(fileno(out)) && terminal && strcmp(terminal, "dumb") != 0,
                                     .total = total,
                                     .planned_seconds = planned_seconds,
                                     .start = ht_now(),
                                     .shown = ht_now()};
}


void ht_progress_step(struct ht_progress *progress, const char *case_name, uint32_t launch, uint32_t launches,
                      double quiet_share) {
    struct ht_moment now = ht_now();
    progress->done++;
    bool last = progress->done == progress->total;
    if (!last && ht_seconds_between(progress->shown, now) < (progress->live ? LIVE_SECONDS : PLAIN_SECONDS))
        return;
    progress->shown = now;
    double passed = ht_seconds_between(progress->start, now);
    double share = (double)progress->done / (double)progress->total;
    /* The plan is the prior, the pace so far takes over as the run goes on. */
    double whole = (1 - share) * progress->planned_seconds + share * (passed / share);
    double left = last ? 0 : whole - passed;
    if (left < 0)
        left = 0;
    fprintf(progress->out, "%s%3.0f %%  %s launch %u/%u  quiet %.0f %%  %.0f s left%s",
            progress->live ? "\r\033[K" : "", 100 * share, case_name, launch + 1, launches, 100 * quiet_share,
            left, progress->live ? "" : "\n");
    fflush(progress->out);
}


void ht_progress_end(struct ht_progress *progress) {
    if (progress->live)
        fprintf(progress->out, "\r\033[K");
    fflush(progress->out);
}
