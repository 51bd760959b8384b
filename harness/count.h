/*
 * count.h: the worker's side of counting: what an arm does in so many operations, whatever the weather.
 *
 * The worker reads lines `case TAB arm TAB operations` and forks a process for each, from a parent that has
 * touched no heap: what an arm counts depends neither on the arms before it nor on which were asked for. The
 * child moves its stack to the start of a page, so that neither the environment nor the program's path
 * matters, runs the operations once to warm up, and then through ht_counted: first a single one, then so many
 * and one. The difference of the two is what the operations cost; start-up and the call itself cancel.
 *
 * Under callgrind with --toggle-collect=ht_counted --dump-after=ht_counted the two calls leave the files
 * FILE.1 and FILE.2 of the child's pid. Without it, the page faults of the two calls are what is counted.
 *
 * Output, flushed line by line, fields separated by tabs:
 *   lane  object that answers malloc  object that answers free  the allocator's version
 *   arm   case  arm  operations  pid  faults of the first call  of the second  status  reason
 */
#ifndef HEAPTOLL_COUNT_H
#define HEAPTOLL_COUNT_H

#include "bench.h"

#include <stdbool.h>

/* Runs `operations` operations of an arm. Profilers find it by its name: nothing else is counted. */
HT_NOINLINE void ht_counted(ht_loop_fn *loop, uint64_t operations);

/* The arm of that name ("heap") of a case, or NULL. */
const struct ht_arm *ht_find_arm(const struct ht_case *one, const char *name);

/* --count LIMIT_SECONDS [without-fork] [without-alignment]: reads standard input to its end, one process per
 * line, each killed after the limit. The two words switch off what makes the counts repeat, to show in a test
 * that it does. False: bad arguments. */
bool ht_count_main(int argc, char **argv);

#endif
