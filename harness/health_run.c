#include "health_run.h"

#include "case_state.h"
#include "run_json.h"

#include <stdio.h>
#include <string.h>

double ht_stack_needed(const struct ht_catalogue *catalogue) {
    size_t largest = 0;
    for (size_t i = 0; i < catalogue->count; i++)
        if (catalogue->cases[i].stack_bytes > largest)
            largest = catalogue->cases[i].stack_bytes;
    return (double)(largest + HT_STACK_RESERVE);
}


json_t *ht_findings_json(const struct ht_finding *findings, size_t count) {
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *value = findings[i].value[0] ? json_string(findings[i].value) : json_null();
        json_array_append_new(all, json_pack("{s:s, s:o, s:s}", "name", findings[i].name, "value", value,
                                             "verdict", ht_verdict_name(findings[i].verdict)));
    }
    return all;
}


/* What a run that was interrupted found poor of the machine as it was then. */
static void warn_of_earlier(json_t *json) {
    json_t *each;
    size_t i;
    json_array_foreach(json_object_get(json, "health"), i, each) {
        const char *verdict = json_string_value(json_object_get(each, "verdict"));
        const char *name = json_string_value(json_object_get(each, "name"));
        const char *value = json_string_value(json_object_get(each, "value"));
        if (verdict && name && value && strcmp(verdict, ht_verdict_name(HT_POOR)) == 0)
            ht_run_json_warn(json, "before the run was resumed, %s was poor: %s (see make doctor)", name,
                             value);
    }
}


void ht_run_health_begin(struct ht_run_health *health, json_t *json, const struct ht_catalogue *catalogue) {
    struct ht_finding findings[HT_STATE_FINDINGS];
    const char *name = json_string_value(json_object_get(json_object_get(json, "machine"), "hypervisor"));
    warn_of_earlier(json);
    ht_state_read(&health->state, ht_state_root());
    snprintf(health->state.hypervisor, sizeof health->state.hypervisor, "%s", name ? name : "");
    health->state.stack_needed_bytes = ht_stack_needed(catalogue);
    ht_mark_read(&health->start, ht_state_root(), &health->state);
    ht_health_judge(&health->state, findings);
    json_object_set_new(json, "health", ht_findings_json(findings, HT_STATE_FINDINGS));
}


void ht_run_health_end(struct ht_run_health *health, json_t *json, const struct ht_engine *engine) {
    struct ht_finding findings[HT_STATE_FINDINGS + 1];
    struct ht_mark end;
    ht_mark_read(&end, ht_state_root(), &health->state);
    ht_state_between(&health->state, &health->start, &end, engine->cores.current, ht_state_root());
    ht_health_judge(&health->state, findings);
    ht_judge_quiet(engine->quiet_slices, engine->slices, &findings[HT_STATE_FINDINGS]);
    for (int i = 0; i <= HT_STATE_FINDINGS; i++)
        if (findings[i].verdict == HT_POOR)
            ht_run_json_warn(json, "%s %s: %s (make doctor says what to do)", findings[i].name,
                             findings[i].value, findings[i].means);
    json_object_set_new(json, "health", ht_findings_json(findings, HT_STATE_FINDINGS + 1));
}
