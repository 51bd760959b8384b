/* sysfile.h: the small files of /proc and /sys, below a root folder that tests can put elsewhere. */
#ifndef HEAPTOLL_SYSFILE_H
#define HEAPTOLL_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Opens ROOT/<path as printf makes it> for reading; NULL when it is not there. The caller closes it. */
FILE *ht_sys_open(const char *root, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Its first line, without the newline; false, and "", when there is none. */
bool ht_sys_line(const char *root, char *line, size_t size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Its first line as a whole number; false, with `number` as it was, when it is none. */
bool ht_sys_number(const char *root, long long *number, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What follows `key` and spaces on the first line of the file at `path` that begins with it
 * ("MemAvailable:").
 */
bool ht_sys_field(const char *root, const char *path, const char *key, char *value, size_t size);

/* The CPUs of a list like "0-3,8": writes the first `room` of them, returns how many there are in all. */
unsigned ht_cpu_list(const char *list, int *cpus, unsigned room);

#endif
