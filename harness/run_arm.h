/* run_arm.h: one arm for a while and nothing else, for a profiler to look at. */
#ifndef HEAPTOLL_RUN_ARM_H
#define HEAPTOLL_RUN_ARM_H

/* Runs an arm ("heap") of a case for about `seconds`, a number in words, and prints the operations, the
 * seconds they took, and ns per operation: a rough figure, without anything that makes one precise. Returns
 * an exit status: 0, or 2 with a line on stderr. */
int ht_run_arm(const char *case_name, const char *arm_name, const char *seconds);

#endif
