#include "catalogue.h"

#include "describe.h"
#include "nearest.h"
#include "page.h"
#include "subprocess.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORKER_FIELDS 5
#define CASE_FIELDS 13

enum ht_arm_kind ht_arm_kind_of(const char *name) {
    int kind = 0;
    while (kind < HT_ARM_KINDS && strcmp(name, ht_arm_name((enum ht_arm_kind)kind)) != 0)
        kind++;
    return (enum ht_arm_kind)kind;
}


/* Cuts a line at its tabs; returns how many fields there were, at most `room` of them stored. */
static size_t split(char *line, char **fields, size_t room) {
    size_t count = 0;
    for (char *field; (field = strsep(&line, "\t")); count++)
        if (count < room)
            fields[count] = field;
    return count;
}


static bool parse_arms(struct ht_case_info *one, char *names) {
    for (char *name; (name = strsep(&names, ","));) {
        enum ht_arm_kind kind = ht_arm_kind_of(name);
        if (kind == HT_ARM_KINDS || one->arm_count == HT_MAX_ARMS)
            return false;
        one->arms[one->arm_count++] = kind;
    }
    return true;
}


static bool parse_number(const char *text, size_t most, size_t *number) {
    char *end;
    errno = 0;
    *number = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && !errno && *number <= most;
}


static bool parse_case(struct ht_case_info *one, char **field) {
    *one = (struct ht_case_info){.scenario = field[1],
                                 .variant = field[2],
                                 .point = field[3],
                                 .params = field[4],
                                 .size_bytes = HT_NO_SIZE,
                                 .question = field[9],
                                 .explains = field[10],
                                 .unavailable = {field[12]},
                                 .builds = 1};
    size_t profile, prepares;
    if (strcmp(field[5], "-") != 0 && !parse_number(field[5], SIZE_MAX - 1, &one->size_bytes))
        return false;
    if (!parse_number(field[6], SIZE_MAX / 2, &one->stack_bytes) ||
        !parse_number(field[7], HT_FULL, &profile) || !parse_number(field[11], 1, &prepares))
        return false;
    one->prepares = prepares;
    one->profile = (enum ht_profile)profile;
    return parse_arms(one, field[8]) &&
           asprintf(&one->name, "%s/%s/%s", one->scenario, one->variant, one->point) > 0;
}


static bool parse_line(struct ht_catalogue *catalogue, char *line, int number, struct ht_error *error) {
    char *fields[CASE_FIELDS] = {NULL};
    size_t count = split(line, fields, CASE_FIELDS);

    if (strcmp(fields[0], "worker") == 0 && count == WORKER_FIELDS) {
        catalogue->build = fields[2];
        catalogue->compiler = fields[3];
        catalogue->flags = fields[4];
        return true;
    }
    if (strcmp(fields[0], "case") == 0 && count == CASE_FIELDS) {
        struct ht_case_info *more = reallocarray(catalogue->cases, catalogue->count + 1, sizeof *more);
        if (!more)
            return ht_fail(error, "out of memory while reading the worker's cases");
        catalogue->cases = more;
        if (parse_case(&more[catalogue->count], fields)) {
            catalogue->count++;
            return true;
        }
    }
    return ht_fail(error,
                   "the worker's description, line %d: expected 'worker' with %d or 'case' with %d fields; "
                   "is this heaptoll's own worker?",
                   number, WORKER_FIELDS, CASE_FIELDS);
}


bool ht_described_version(const char *text, unsigned long *version) {
    static const char start[] = "worker\t";
    while (text && strncmp(text, start, sizeof start - 1) != 0) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    if (!text)
        return false;
    const char *number = text + sizeof start - 1;
    char *end;
    *version = strtoul(number, &end, 10);
    return end != number;
}


/* The version comes first: lines of another protocol would be called broken, which they are not. */
static bool right_version(const char *text, struct ht_error *error) {
    unsigned long version;
    return !ht_described_version(text, &version) || version == HT_PROTOCOL_VERSION ||
           ht_fail(error,
                   "the worker speaks protocol %lu, this heaptoll %u; build both from the same sources",
                   version, HT_PROTOCOL_VERSION);
}


bool ht_catalogue_parse(struct ht_catalogue *catalogue, char *text, struct ht_error *error) {
    *catalogue = (struct ht_catalogue){.texts = {text}};
    int number = 0;
    if (!right_version(text, error)) {
        ht_catalogue_free(catalogue);
        return false;
    }
    for (char *line; (line = strsep(&text, "\n"));) {
        number++;
        if (*line && !parse_line(catalogue, line, number, error)) {
            ht_catalogue_free(catalogue);
            return false;
        }
    }
    if (catalogue->build && catalogue->count)
        return true;
    ht_catalogue_free(catalogue);
    return ht_fail(error, "the worker describes no cases; is this heaptoll's own worker?");
}


bool ht_catalogue_read(struct ht_catalogue *catalogue, const char *worker_path, struct ht_error *error) {
    const char *argv[] = {worker_path, "--describe", NULL};
    char *text = ht_output_of(argv, false, error);
    return text && ht_catalogue_parse(catalogue, text, error);
}


void ht_case_info_free(struct ht_case_info *info) {
    free(info->name);
    free(info->differs);
}


void ht_catalogue_free(struct ht_catalogue *catalogue) {
    for (size_t i = 0; i < catalogue->count; i++)
        ht_case_info_free(&catalogue->cases[i]);
    free(catalogue->cases);
    for (size_t i = 0; i < HT_MAX_LANES; i++)
        free(catalogue->texts[i]);
    *catalogue = (struct ht_catalogue){0};
}


static bool nothing_chosen(const struct ht_catalogue *catalogue, const char *filter, struct ht_error *error) {
    const char **names = calloc(catalogue->count, sizeof *names);
    char nearest[512] = "";
    if (names) {
        for (size_t i = 0; i < catalogue->count; i++)
            names[i] = catalogue->cases[i].name;
        ht_nearest_names(filter, names, catalogue->count, 5, nearest, sizeof nearest);
        free(names);
    }
    return ht_fail(error,
                   "no case of this profile matches the filter '%s'\nnearest: %s\n"
                   "all cases: heaptoll --list --profile=full",
                   filter, nearest);
}


bool ht_catalogue_choose(struct ht_catalogue *catalogue, enum ht_profile profile, const char *filter,
                         struct ht_error *error) {
    bool negative = filter[0] == '-';
    const char *pattern = negative ? filter + 1 : filter;
    if (strcmp(pattern, "all") == 0 || pattern[0] == '\0')
        pattern = ".";
    regex_t regex;
    int failed = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
    if (failed) {
        char why[128];
        regerror(failed, &regex, why, sizeof why);
        return ht_fail(error, "the filter '%s' is no extended regular expression: %s", filter, why);
    }
    bool *keep = calloc(catalogue->count, sizeof *keep);
    size_t kept = 0;
    for (size_t i = 0; keep && i < catalogue->count; i++) {
        const struct ht_case_info *one = &catalogue->cases[i];
        bool matches = (regexec(&regex, one->name, 0, NULL, 0) == 0) != negative;
        keep[i] = matches && (one->profile <= profile || strcmp(one->name, filter) == 0);
        kept += keep[i];
    }
    regfree(&regex);
    if (!kept) {
        free(keep);
        return nothing_chosen(catalogue, filter, error);
    }
    size_t next = 0;
    for (size_t i = 0; i < catalogue->count; i++) {
        if (keep[i])
            catalogue->cases[next++] = catalogue->cases[i];
        else
            ht_case_info_free(&catalogue->cases[i]);
    }
    catalogue->count = next;
    free(keep);
    return true;
}
