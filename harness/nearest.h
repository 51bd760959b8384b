/* nearest.h: what did they mean? Suggests names close to one that is not known. */
#ifndef HEAPTOLL_NEAREST_H
#define HEAPTOLL_NEAREST_H

#include <stddef.h>

/* Writes up to `most` of the `count` names nearest to `wanted` into `text`, separated by ", ", best first.
 * Nearest: fewest edits (Levenshtein), where text that `name` has before or after `wanted` costs little. */
void ht_nearest_names(const char *wanted, const char *const *names, size_t count, size_t most, char *text,
                      size_t size);

#endif
