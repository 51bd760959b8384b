/* standard_files.h: descriptors 0, 1 and 2 are taken, whoever started us. */
#ifndef HEAPTOLL_STANDARD_FILES_H
#define HEAPTOLL_STANDARD_FILES_H

#include "error.h"

#include <stdbool.h>

/* Opens /dev/null in the place of standard input, output and error where they are closed (`heaptoll >&-`):
 * the next file that is opened would be taken for one of them, and what is printed would stand in the
 * measurements. To be called before anything else is opened. Writing there fails, as it should. */
bool ht_standard_files_open(struct ht_error *error);

#endif
