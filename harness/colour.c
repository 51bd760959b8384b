#include "colour.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum ht_colour ht_colour_of(const char *value) {
    static const char *const no[] = {"0", "f", "n", "false", "no", "off"};
    if (strcmp(value, "auto") == 0)
        return HT_COLOUR_AUTO;
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (strcasecmp(value, no[i]) == 0)
            return HT_COLOUR_NEVER;
    return HT_COLOUR_ALWAYS;
}


bool ht_colour_wanted(enum ht_colour asked, FILE *out) {
    const char *unwanted = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (asked != HT_COLOUR_AUTO)
        return asked == HT_COLOUR_ALWAYS;
    return isatty(fileno(out)) && !(unwanted && *unwanted) && terminal && *terminal &&
           strcmp(terminal, "dumb") != 0;
}
