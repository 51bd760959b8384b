#include "shared_cases.h"

#include "describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *arms_of(const struct ht_case_info *info, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t arm = 0; arm < info->arm_count && used < size; arm++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s%s", arm ? "," : "", ht_arm_name(info->arms[arm]));
    return text;
}


static const char *size_of(const struct ht_case_info *info, char text[32]) {
    snprintf(text, 32, "%zu bytes", info->size_bytes);
    return info->size_bytes == HT_NO_SIZE ? "none" : text;
}


bool ht_cases_alike(const struct ht_case_info *one, const char *one_place, const struct ht_case_info *other,
                    const char *other_place, char why[HT_APART_MAX]) {
    char arms[2][160], sizes[2][32];
    const char *pairs[][3] = {
        {"its arms are", arms_of(one, arms[0], sizeof arms[0]), arms_of(other, arms[1], sizeof arms[1])},
        {"its parameters are", one->params, other->params},
        {"its size is", size_of(one, sizes[0]), size_of(other, sizes[1])},
        {"preparing its process:", one->prepares ? "yes" : "no", other->prepares ? "yes" : "no"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (strcmp(pairs[i][1], pairs[i][2]) != 0) {
            snprintf(why, HT_APART_MAX, "%s %.120s in %.63s and %.120s in %.63s", pairs[i][0],
                     *pairs[i][1] ? pairs[i][1] : "none", one_place, *pairs[i][2] ? pairs[i][2] : "none",
                     other_place);
            return false;
        }
    why[0] = '\0';
    return true;
}


static struct ht_case_info *find(const struct ht_catalogue *catalogue, const char *name) {
    for (size_t i = 0; i < catalogue->count; i++)
        if (strcmp(catalogue->cases[i].name, name) == 0)
            return &catalogue->cases[i];
    return NULL;
}


static bool append(struct ht_catalogue *catalogue, const struct ht_case_info *info, struct ht_error *error) {
    struct ht_case_info *more = reallocarray(catalogue->cases, catalogue->count + 1, sizeof *more);
    if (!more)
        return ht_fail(error, "out of memory while comparing the builds' cases");
    catalogue->cases = more;
    more[catalogue->count++] = *info;
    return true;
}


/* The first build that lists a case. */
static const char *first_place(const struct ht_case_info *info, const struct ht_builds *builds) {
    uint32_t first = 0;
    while (first + 1 < builds->count && !(info->builds >> first & 1))
        first++;
    return builds->all[first].name;
}


/* Another build's case joins the one of that name. */
static bool join(struct ht_case_info *into, const struct ht_case_info *one, const struct ht_builds *builds,
                 uint32_t number, struct ht_error *error) {
    char why[HT_APART_MAX];
    if (!ht_cases_alike(into, first_place(into, builds), one, builds->all[number].name, why) &&
        !into->differs && !(into->differs = strdup(why)))
        return ht_fail(error, "out of memory while comparing the builds' cases");
    into->builds |= 1u << number;
    into->unavailable[number] = one->unavailable[0];
    if (one->stack_bytes > into->stack_bytes)
        into->stack_bytes = one->stack_bytes;
    return true;
}


bool ht_cases_unite(struct ht_catalogue *all, struct ht_catalogue *other, const struct ht_builds *builds,
                    uint32_t number, struct ht_error *error) {
    bool ok = true;
    for (size_t i = 0; i < other->count && ok; i++) {
        struct ht_case_info fresh = other->cases[i], *known = find(all, fresh.name);
        if (known) {
            ok = join(known, &fresh, builds, number, error);
            continue;
        }
        fresh.unavailable[number] = fresh.unavailable[0];
        fresh.unavailable[0] = NULL;
        fresh.builds = 1u << number;
        ok = append(all, &fresh, error);
        other->cases[i].name = ok ? NULL : other->cases[i].name; /* it is the other list's no longer */
    }
    all->texts[number] = other->texts[0];
    other->texts[0] = NULL;
    ht_catalogue_free(other);
    return ok;
}


const char *ht_cases_why_apart(const struct ht_case_info *info, const struct ht_builds *builds,
                               char why[HT_APART_MAX]) {
    size_t used = (size_t)snprintf(why, HT_APART_MAX, "%s", info->differs ? info->differs : "missing in ");
    for (uint32_t b = 0, listed = 0; b < builds->count && !info->differs && used < HT_APART_MAX; b++)
        if (!(info->builds >> b & 1))
            used += (size_t)snprintf(why + used, HT_APART_MAX - used, "%s%s", listed++ ? ", " : "",
                                     builds->all[b].name);
    return why;
}


static bool nothing_left(const struct ht_catalogue *apart, const struct ht_builds *builds,
                         struct ht_error *error) {
    char text[1400] = "", why[HT_APART_MAX];
    size_t shown = apart->count < 5 ? apart->count : 5, used = 0;
    for (size_t i = 0; i < shown && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "\n  %s: %.160s", apart->cases[i].name,
                                 ht_cases_why_apart(&apart->cases[i], builds, why));
    return ht_fail(error,
                   "no case is the same in every build, so there is nothing to compare%s%s\n"
                   "measure each build by itself, or choose other cases: heaptoll --list --worker=WORKER",
                   text, shown < apart->count ? "\n  …" : "");
}


bool ht_cases_set_apart(struct ht_catalogue *all, struct ht_catalogue *apart, const struct ht_builds *builds,
                        struct ht_error *error) {
    uint32_t everyone = (1u << builds->count) - 1;
    size_t next = 0;
    bool ok = true;
    *apart = (struct ht_catalogue){0};
    for (size_t i = 0; i < all->count; i++) {
        bool shared = all->cases[i].builds == everyone && !all->cases[i].differs;
        if (!shared && ok && (ok = append(apart, &all->cases[i], error)))
            continue;
        all->cases[next++] = all->cases[i];
    }
    all->count = next;
    return ok && (next || nothing_left(apart, builds, error));
}
