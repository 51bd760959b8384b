/*
 * plant.h: slowdowns of known size, for the gate to find: some arms of some cases do so many per mille more
 * operations than the coordinator asks for and divides by.
 *
 * Only in programs of their own (heaptoll-plant-worker and its kin): the linker puts plant_turn.c before
 * ht_run_turn, and plant_gbench.c before ht_shim_run_loops. No ordinary worker has any of it.
 *
 * What is planted stands in the environment, HEAPTOLL_PLANT, a line for each plant, fields separated by tabs:
 *
 *   program  case  arm  per mille
 *
 * Program and case are patterns of fnmatch(3) without flags, so that a star also stands for slashes; the
 * program is the path that the coordinator started, so that two builds that are copies of one file differ by
 * the plant alone. The first line that fits counts.
 *
 * Census, audit and counts see the arm as it is: what is planted is time, not code. For code that differs
 * there is benches/plants/.
 */
#ifndef HEAPTOLL_PLANT_H
#define HEAPTOLL_PLANT_H

#include "error.h"

#include <stdbool.h>
#include <stdint.h>

#define HT_PLANT_VARIABLE "HEAPTOLL_PLANT"
#define HT_PLANT_TEXT_MAX 8192
#define HT_PLANT_PER_MILLE_MAX 10000u

/* What is asked about: an arm ("heap") of a case, in the program of that path. */
struct ht_plant_place {
    const char *program, *case_name, *arm;
};

/* How many per mille more `plants`, the variable's text or NULL for none, has for `place`; 0 where it names
 * another. False, with the line in `error`, when the text is not as above: then nothing may be measured.
 * Takes no heap memory. */
bool ht_plant_per_mille(const char *plants, const struct ht_plant_place *place, uint32_t *per_mille,
                        struct ht_error *error);

/* `operations` and so many per mille, to the nearest operation: 0.5 % of 1000 operations is right to a tenth
 * of itself, of fewer less so. */
uint64_t ht_planted_operations(uint64_t operations, uint32_t per_mille);

/* The operations to run in place of `operations`, by HEAPTOLL_PLANT and this process's own name. Ends the
 * process with status 2 and a line on stderr when the variable is malformed: a plant that is silently none
 * would look like a gate that finds nothing. */
uint64_t ht_planted_here(const char *case_name, const char *arm, uint64_t operations);

#endif
