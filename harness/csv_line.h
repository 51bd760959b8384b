/* csv_line.h: one line of RFC 4180 as run_folder.h writes it: a row never spans lines. */
#ifndef HEAPTOLL_CSV_LINE_H
#define HEAPTOLL_CSV_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* Splits `line` (without its line end) in place into `fields`, quotes removed. False when it is no such line
 * or has more than `room` fields; `*count` is how many there are. */
bool ht_csv_split(char *line, char **fields, size_t room, size_t *count);

#endif
