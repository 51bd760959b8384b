#include "nearest.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LONGEST 128

/* Edits cost 4 each; characters of `name` that stand outside `wanted` cost 1. */
static unsigned distance(const char *wanted, const char *name) {
    size_t columns = strnlen(name, LONGEST), rows = strnlen(wanted, LONGEST);
    unsigned row[LONGEST + 1];
    for (size_t j = 0; j <= columns; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= rows; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i * 4;
        unsigned insertion = i == rows ? 1 : 4;
        for (size_t j = 1; j <= columns; j++) {
            unsigned best = diagonal + (wanted[i - 1] == name[j - 1] ? 0 : 4);
            if (row[j] + 4 < best)
                best = row[j] + 4;
            if (row[j - 1] + insertion < best)
                best = row[j - 1] + insertion;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[columns];
}


void ht_nearest_names(const char *wanted, const char *const *names, size_t count, size_t most, char *text,
                      size_t size) {
    unsigned floor_distance = 0;
    size_t floor_index = SIZE_MAX, used = 0;
    if (size)
        text[0] = '\0';
    /* Selects the next name in the order (distance, index) without memory of its own. */
    for (size_t listed = 0; listed < most && listed < count; listed++) {
        unsigned best = UINT32_MAX;
        size_t best_index = SIZE_MAX;
        for (size_t i = 0; i < count; i++) {
            unsigned d = distance(wanted, names[i]);
            if (floor_index != SIZE_MAX && (d < floor_distance || (d == floor_distance && i <= floor_index)))
                continue;
            if (d < best) {
                best = d;
                best_index = i;
            }
        }
        if (best_index == SIZE_MAX)
            return;
        int more = snprintf(text + used, size - used, "%s%s", listed ? ", " : "", names[best_index]);
        if (more < 0 || (size_t)more >= size - used)
            return;
        used += (size_t)more;
        floor_distance = best;
        floor_index = best_index;
    }
}
