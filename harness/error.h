/* error.h: how a function of the coordinator says what went wrong: what was tried, on what, and what to do.
 */
#ifndef HEAPTOLL_ERROR_H
#define HEAPTOLL_ERROR_H

#include <stdbool.h>

struct ht_error {
    char text[2048]; /* one or more lines, without a final newline; "" while nothing went wrong */
};

/* Sets the error, printf style; always returns false, so that a caller can `return ht_fail(error, …)`. */
bool ht_fail(struct ht_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
