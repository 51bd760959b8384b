/* audit_counts.h: what the counting interposer (interposer.c) tells the process it is preloaded into. */
#ifndef HEAPTOLL_AUDIT_COUNTS_H
#define HEAPTOLL_AUDIT_COUNTS_H

#include <stdint.h>

/* Calls of the malloc family that were answered with a block, since the process began. */
struct ht_audit_counts {
    uint64_t blocks, bytes;        /* taken: blocks, and the bytes asked for in them */
    uint64_t freed;                /* blocks given back */
    void *next_malloc, *next_free; /* the allocator behind the interposer */
};

/* The interposer's one symbol besides the malloc family; a process without it is not audited. */
#define HT_AUDIT_SYMBOL "heaptoll_audit_counts"

/* LD_PRELOAD begins with this where the interposer was asked for: a descriptor of the coordinator's. */
#define HT_AUDIT_PRELOAD "/proc/self/fd/"

#endif
