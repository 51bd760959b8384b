/*
 * page.h: the memory that coordinator and workers share, and the protocol they speak over it.
 * PROTOCOL.md tells the story; this file fixes the layout.
 */
#ifndef HEAPTOLL_PAGE_H
#define HEAPTOLL_PAGE_H

#include "bench.h"

#include <limits.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>

#define HT_PAGE_MAGIC 0x68746f6cu /* "htol" */
#define HT_PROTOCOL_VERSION 5u    /* raise it with every change of this file */

#define HT_MAX_LANES 12
#define HT_MAX_TURN_SLICES 128
#define HT_LANE_PATH_MAX 512
#define HT_MAX_COUNTERS 12
#define HT_CANNOT_MAX 160
#define HT_COUNTED_SLICES 5
#define HT_COUNTED_LENGTH 10 /* counted slices are so many times as long as timed ones */

enum ht_command {
    HT_COMMAND_NONE,
    HT_COMMAND_CENSUS,  /* one arm: find how many operations fill `census_ticks`, count what they fault in */
    HT_COMMAND_TURN,    /* timed slices, in the order given */
    HT_COMMAND_AUDIT,   /* one arm: count what `audit_ops` operations take from the heap */
    HT_COMMAND_COUNT,   /* one arm: slices with the page's events read around them, not timed */
    HT_COMMAND_PREPARE, /* what the case does once in a process, before anything else */
};

/* One reading of the probe (probe.h), in ticks. */
struct ht_reading {
    uint32_t alu, chain;
};

/* What an event counted in one slice, and for how long of it the kernel had it enabled and really running. */
struct ht_counter_reading {
    uint64_t value, enabled_ns, running_ns;
};

/* What the audit of an arm counted, over slot->audit_ops operations. */
struct ht_audit {
    struct ht_allocation declared, taken;
    struct ht_allocation once; /* taken by one operation before them */
    uint64_t freed;            /* blocks given back */
    uint64_t late; /* blocks that the very first operation declares and does not give back itself */
    uint64_t sum;  /* of what the operations returned */
    uint64_t prepared, prepared_declared; /* blocks that the preparation took and kept, and says it does */
};

/* One lane's part of the page. The coordinator writes the first half, the worker the second. */
struct ht_slot {
    _Alignas(64) uint32_t go; /* futex: the coordinator counts it up to hand the token over */
    uint32_t command;         /* enum ht_command */
    uint32_t census_arm;      /* also the audit's and the counters' */
    uint64_t census_ticks;
    uint64_t audit_ops;
    uint64_t ops[HT_MAX_ARMS]; /* operations per slice of each arm */
    uint32_t settle_count;     /* the first so many slices of a turn are run but not timed */
    uint32_t slice_count;      /* of all slices in slice_arm */
    uint8_t slice_arm[HT_MAX_TURN_SLICES];

    _Alignas(64) int32_t
        current_arm; /* what runs now, for the coordinator should this process die; -1: nothing */
    uint64_t ticks[HT_MAX_TURN_SLICES];                 /* of each timed slice: ops[arm] operations */
    struct ht_reading readings[HT_MAX_TURN_SLICES + 1]; /* reading i came before slice i, i + 1 after it */
    uint64_t census_ops;                                /* census: operations of the last pass */
    uint64_t census_pass_ticks;                         /* and its ticks */
    uint64_t census_minor_faults;                       /* and the minor page faults in it */
    struct ht_audit audit;
    struct ht_counter_reading counted[HT_COUNTED_SLICES][HT_MAX_COUNTERS];
    struct ht_counter_reading counted_shorter[HT_COUNTED_SLICES][HT_MAX_COUNTERS];
    uint64_t counted_ops;       /* so many operations more are in `counted` than in `counted_shorter` */
    char cannot[HT_CANNOT_MAX]; /* why the preparation says that this lane cannot have the case; "": it can */
    uint64_t prepared_blocks;   /* taken by it and kept, where the interposer is loaded */
    uint32_t audited;           /* 1 when the counting interposer is loaded */
    uint32_t single_threaded;   /* 1 while the process never had a second thread */
    uint32_t fault_signal;      /* set by the worker's own handler when a bench crashes */
    uint64_t fault_address;
    uint64_t fault_stack_pointer;
    char malloc_from[HT_LANE_PATH_MAX]; /* the object whose malloc answers, as the dynamic linker names it */
    char free_from[HT_LANE_PATH_MAX];
    char allocator_version[64]; /* as the allocator itself says, "" when it does not */
};

struct ht_page {
    uint32_t magic;
    uint32_t version;
    uint32_t alu_rounds; /* length of the probe, chosen once per run from the clock's granularity */
    uint32_t chain_rounds;
    uint32_t counter_count; /* events to count, chosen once per run */
    struct {
        bool wanted; /* false: not available here */
        struct perf_event_attr event;
    } counters[HT_MAX_COUNTERS];
    _Alignas(64) uint32_t done; /* futex: a worker counts it up to hand the token back */
    struct ht_slot lanes[HT_MAX_LANES];
};

#endif
