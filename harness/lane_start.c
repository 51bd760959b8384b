#include "lane_start.h"

#include "audit_counts.h"

#include <stdio.h>

enum ht_outcome ht_lane_start(struct ht_herd *herd, struct ht_lane *asked, uint32_t lane, uint32_t launch,
                              int interposer_fd, const char *case_name, const struct ht_layout *layout,
                              struct ht_error *error) {
    const struct ht_build *build = asked->build;
    const char *worker = build->workers[ht_build_layout(launch, build->layouts)];
    char preload[HT_LANE_PATH_MAX + 64];
    if (interposer_fd >= 0) /* by descriptor: LD_PRELOAD takes no path with a space or a colon */
        snprintf(preload, sizeof preload, HT_AUDIT_PRELOAD "%d%s%s", interposer_fd,
                 asked->library[0] ? ":" : "", asked->library);
    else
        snprintf(preload, sizeof preload, "%s", asked->library);
    enum ht_outcome outcome = ht_herd_start(herd, lane, worker, preload, case_name, layout);
    if (outcome == HT_CRASHED || outcome == HT_TIMEOUT) {
        ht_fail(error, "allocator '%s', build '%s': its worker does not start: %s\nworker: %s\nlibrary: %s",
                asked->allocator, build->name, herd->last_words, worker,
                asked->library[0] ? asked->library : "(the C library)");
        return HT_CRASHED;
    }
    if (outcome == HT_DONE && !ht_lane_verify(asked, &herd->page->lanes[lane], error))
        return HT_CRASHED;
    return outcome == HT_DONE ? ht_herd_run(herd, lane, HT_COMMAND_PREPARE) : outcome;
}
