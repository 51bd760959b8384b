#include "describe.h"

const char *ht_arm_name(enum ht_arm_kind kind) {
    static const char *const names[HT_ARM_KINDS] = {"null",   "stack", "heap", "inline",
                                                    "hybrid", "arena", "pool"};
    return names[kind];
}
