#include "describe.h"

#include "page.h"

#include <stdlib.h>
#include <string.h>

#ifndef HEAPTOLL_BENCH_FLAGS
#define HEAPTOLL_BENCH_FLAGS "unknown"
#endif
#if defined(__clang__)
#define BUILD "clang"
#define COMPILER "clang " __clang_version__
#else
#define BUILD "gcc"
#define COMPILER "gcc " __VERSION__
#endif

/* The linker gathers what HT_SCENARIO registered and names its two ends. */
extern const struct ht_scenario *const __start_ht_scenarios[];
extern const struct ht_scenario *const __stop_ht_scenarios[];

/* The order in which scenarios are listed; the files of one in the order in which they were linked. */
static int by_name(const void *left, const void *right) {
    const struct ht_scenario *first = *(const struct ht_scenario *const *)left;
    const struct ht_scenario *second = *(const struct ht_scenario *const *)right;
    int order = strcmp(first->name, second->name);
    return order ? order : !first->question - !second->question;
}


/* The file that asks comes first; a scenario's other files leave the question to it. */
static const char *question_of(const struct ht_scenario *scenario) {
    for (const struct ht_scenario *const *at = __start_ht_scenarios; at < __stop_ht_scenarios; at++)
        if (strcmp((*at)->name, scenario->name) == 0 && (*at)->question)
            return (*at)->question;
    return "";
}


static void describe_case(FILE *out, const struct ht_scenario *scenario, const struct ht_case *one) {
    fprintf(out, "case\t%s\t%s\t%s\t%s\t", scenario->name, one->variant, one->point, one->params);
    if (one->size_bytes == HT_NO_SIZE)
        fprintf(out, "-");
    else
        fprintf(out, "%zu", one->size_bytes);
    fprintf(out, "\t%zu\t%d\t", one->stack_bytes, one->profile);
    for (int i = 0; i < HT_MAX_ARMS && one->arms[i].loop; i++)
        fprintf(out, "%s%s", i ? "," : "", ht_arm_name(one->arms[i].kind));
    fprintf(out, "\t%s\t%s\t%d\t%s\n", question_of(scenario), one->explains, one->preparation != NULL,
            one->unavailable ? one->unavailable : "");
}


void ht_describe(FILE *out) {
    const struct ht_scenario *sorted[64];
    size_t count = (size_t)(__stop_ht_scenarios - __start_ht_scenarios);
    if (count > sizeof sorted / sizeof sorted[0])
        abort();
    memcpy(sorted, __start_ht_scenarios, count * sizeof sorted[0]);
    qsort(sorted, count, sizeof sorted[0], by_name);
    fprintf(out, "worker\t%u\t%s\t%s\t%s\n", HT_PROTOCOL_VERSION, BUILD, COMPILER, HEAPTOLL_BENCH_FLAGS);
    for (size_t s = 0; s < count; s++)
        for (size_t c = 0; c < sorted[s]->case_count; c++)
            describe_case(out, sorted[s], &sorted[s]->cases[c]);
}


/* The loader maps a program somewhere else every time; tools count from its start. */
extern const char __ehdr_start[];

void ht_describe_code(FILE *out) {
    for (const struct ht_scenario *const *at = __start_ht_scenarios; at < __stop_ht_scenarios; at++)
        for (size_t c = 0; c < (*at)->case_count; c++) {
            const struct ht_case *one = &(*at)->cases[c];
            for (int i = 0; i < HT_MAX_ARMS && one->arms[i].loop && !one->unavailable; i++)
                fprintf(out, "%s/%s/%s\t%s\t%zx\n", (*at)->name, one->variant, one->point,
                        ht_arm_name(one->arms[i].kind),
                        (size_t)((uintptr_t)one->arms[i].loop - (uintptr_t)__ehdr_start));
        }
}


/* Does `name` go on with `part`, up to a slash or its end? Returns what follows, or NULL. */
static const char *skip_part(const char *name, const char *part) {
    size_t length = strlen(part);
    if (strncmp(name, part, length) != 0 || (name[length] != '/' && name[length] != '\0'))
        return NULL;
    return name[length] ? name + length + 1 : name + length;
}


const struct ht_case *ht_find_case(const char *name) {
    for (const struct ht_scenario *const *at = __start_ht_scenarios; at < __stop_ht_scenarios; at++) {
        const char *rest = skip_part(name, (*at)->name);
        for (size_t c = 0; rest && c < (*at)->case_count; c++) {
            const struct ht_case *one = &(*at)->cases[c];
            const char *point = skip_part(rest, one->variant);
            if (point && strcmp(point, one->point) == 0)
                return one;
        }
    }
    return NULL;
}
