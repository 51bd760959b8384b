/*
 * herd.h: the workers of one launch: started, driven by the token, moved, ended.
 * One owner of all processes; nothing else in the coordinator forks or kills.
 */
#ifndef HEAPTOLL_HERD_H
#define HEAPTOLL_HERD_H

#include "error.h"
#include "page.h"

#include <signal.h>
#include <sys/types.h>

/* What came of handing a worker the token. */
enum ht_outcome {
    HT_DONE,        /* it did what it was told */
    HT_CRASHED,     /* it died; ht_herd_last_words says how */
    HT_TIMEOUT,     /* it kept the token too long and was killed */
    HT_INTERRUPTED, /* somebody asked us to stop; it was killed */
};

struct ht_herd {
    struct ht_page *page;
    int page_fd;
    double hang_seconds;               /* how long a worker may keep the token */
    double count_seconds;              /* and so much longer for HT_COMMAND_COUNT */
    bool shared_addresses;             /* workers lie where the layout says, and nowhere by chance */
    bool addresses_refused;            /* the kernel or a sandbox forbade that */
    const volatile sig_atomic_t *stop; /* set by a signal handler: stop within a slice */
    pid_t pids[HT_MAX_LANES];          /* 0: not running */
    char last_words[256];              /* how the last worker that failed did so */
};

/* Where a launch puts things; the same in all its lanes. */
struct ht_layout {
    uint32_t environment_bytes; /* padding in the environment, which moves the stack's start */
    uint32_t stack_offset_bytes;
    uint32_t heap_offset_bytes; /* one block taken before all others, 0: none */
    uint32_t mapping_pages;     /* with shared addresses: how far down libraries and mappings are moved */
};

/* Makes the page shared with the workers. The caller ends it with ht_herd_close. */
bool ht_herd_open(struct ht_herd *herd, double hang_seconds, const volatile sig_atomic_t *stop,
                  struct ht_error *error);

/* Kills what still runs and lets go of the page. */
void ht_herd_close(struct ht_herd *herd);

/* Starts the program `worker` as the one of lane `lane` for a case, with `library` preloaded ("": none), and
 * waits until it has introduced itself. HT_CRASHED and HT_TIMEOUT leave last_words. */
enum ht_outcome ht_herd_start(struct ht_herd *herd, uint32_t lane, const char *worker, const char *library,
                              const char *case_name, const struct ht_layout *layout);

/* Hands the token to a lane for the command in its slot and waits for it to come back. A worker that fails is
 * gone afterwards (its pid is 0). */
enum ht_outcome ht_herd_run(struct ht_herd *herd, uint32_t lane, enum ht_command command);

/* Moves the coordinator and all running workers to one CPU. False: the CPU is not ours to use. */
bool ht_herd_move(struct ht_herd *herd, int cpu);

/* Ends all running workers and waits for them. */
void ht_herd_end(struct ht_herd *herd);

#endif
