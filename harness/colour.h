/* colour.h: may output have colours? */
#ifndef HEAPTOLL_COLOUR_H
#define HEAPTOLL_COLOUR_H

#include <stdbool.h>
#include <stdio.h>

enum ht_colour { HT_COLOUR_AUTO, HT_COLOUR_ALWAYS, HT_COLOUR_NEVER };

/* What a value of --benchmark_color asks for, as Google Benchmark reads it: "auto", or true or false in many
 * spellings. */
enum ht_colour ht_colour_of(const char *value);

/* HT_COLOUR_AUTO: only on a terminal that is not dumb, and not where NO_COLOR (no-color.org) is set. */
bool ht_colour_wanted(enum ht_colour asked, FILE *out);

#endif
