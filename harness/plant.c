#include "plant.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELDS 4

/* Splits at tabs into exactly FIELDS fields, none empty. */
static bool split(char *line, char **fields) {
    size_t found = 0;
    for (char *field; (field = strsep(&line, "\t")); found++) {
        if (found == FIELDS || !*field)
            return false;
        fields[found] = field;
    }
    return found == FIELDS;
}


static bool read_per_mille(const char *text, uint32_t *per_mille) {
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 5 || text[digits])
        return false;
    *per_mille = (uint32_t)strtoul(text, NULL, 10);
    return *per_mille <= HT_PLANT_PER_MILLE_MAX;
}


bool ht_plant_per_mille(const char *plants, const struct ht_plant_place *place, uint32_t *per_mille,
                        struct ht_error *error) {
    char copy[HT_PLANT_TEXT_MAX], *rest = copy, *fields[FIELDS];
    bool found = false;
    *per_mille = 0;
    if (!plants)
        return true;
    if (strlen(plants) >= sizeof copy)
        return ht_fail(error, HT_PLANT_VARIABLE " is longer than %zu characters; plant fewer cases at once",
                       sizeof copy - 1);
    strcpy(copy, plants);
    int number = 1;
    for (char *line; (line = strsep(&rest, "\n")); number++) {
        uint32_t more;
        if (!*line)
            continue;
        if (!split(line, fields) || !read_per_mille(fields[3], &more))
            return ht_fail(error,
                           HT_PLANT_VARIABLE
                           ", line %d: expected program, case, arm and a whole number of per "
                           "mille up to %u, separated by tabs",
                           number, HT_PLANT_PER_MILLE_MAX);
        if (!found && fnmatch(fields[0], place->program, 0) == 0 &&
            fnmatch(fields[1], place->case_name, 0) == 0 && strcmp(fields[2], place->arm) == 0) {
            *per_mille = more;
            found = true; /* the lines after it are still held to their form */
        }
    }
    return true;
}


uint64_t ht_planted_operations(uint64_t operations, uint32_t per_mille) {
    return operations + (operations * per_mille + 500) / 1000;
}


uint64_t ht_planted_here(const char *case_name, const char *arm, uint64_t operations) {
    struct ht_error error;
    uint32_t per_mille;
    const struct ht_plant_place here = {program_invocation_name, case_name, arm};
    if (!ht_plant_per_mille(getenv(HT_PLANT_VARIABLE), &here, &per_mille, &error)) {
        dprintf(STDERR_FILENO, "%s: %s\n", program_invocation_name, error.text);
        _exit(2);
    }
    return ht_planted_operations(operations, per_mille);
}
