/* describe.h: the worker's list of its own cases, in a form the coordinator reads (catalogue.h). */
#ifndef HEAPTOLL_DESCRIBE_H
#define HEAPTOLL_DESCRIBE_H

#include "bench.h"

#include <stdio.h>

/* Writes to `out`: one line `worker`, then one line `case` per case, fields separated by tabs, in the order
 * of registration. Scenarios come sorted by name, cases as their file lists them. */
void ht_describe(FILE *out);

/* Writes to `out` where each arm's code is, for tools that read the program: one line per arm, "case TAB arm
 * TAB address of its loop", hexadecimal, from the start of the program's image. Without the cases that this
 * build cannot have. */
void ht_describe_code(FILE *out);

/* The case of that full name ("returned_pointer/by_value/64"), or NULL. */
const struct ht_case *ht_find_case(const char *name);

/* The name of an arm kind: "null", "stack", "heap", … */
const char *ht_arm_name(enum ht_arm_kind kind);

#endif
