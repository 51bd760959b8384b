#include "progress.h"

#include "text.h"

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


/* In one line of a terminal: what it breaks, the next line would not overwrite. */
static void print_line(const struct ht_progress *progress, double share, const char *case_name,
                       uint32_t launch, uint32_t launches, double quiet_share, double seconds_left) {
    char before[32], after[128], visible[HT_TEXT_MAX], fitted[HT_TEXT_MAX];
    struct ht_text_locale locale = ht_text_begin();
    snprintf(before, sizeof before, "%3.0f %%  ", 100 * share);
    snprintf(after, sizeof after, " launch %u/%u  quiet %.0f %%  %.0f s left", launch + 1, launches,
             100 * quiet_share, seconds_left);
    /* A line as long as the terminal is wide leaves the cursor on the next one. */
    size_t taken = strlen(before) + strlen(after) + 1;
    size_t room = taken + 8 < HT_TEXT_COLUMNS ? HT_TEXT_COLUMNS - taken : 8;
    fprintf(progress->out, "%s%s%s%s%s", progress->live ? "\r\033[K" : "", before,
            ht_text_fit(ht_text_visible(case_name, visible), room, fitted), after,
            progress->live ? "" : "\n");
    fflush(progress->out);
    ht_text_end(&locale);
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
    print_line(progress, share, case_name, launch, launches, quiet_share, left);
}


void ht_progress_end(struct ht_progress *progress) {
    if (progress->live)
        fprintf(progress->out, "\r\033[K");
    fflush(progress->out);
}
