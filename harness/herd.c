#include "herd.h"

#include "addresses.h"
#include "clock.h"
#include "crash.h"
#include "futex.h"

#include <errno.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define LOOK_AFTER_NS 50000000u /* how long we sleep without looking whether the worker lives */
#define START_SECONDS 10.0
#define LEVEL_BYTES 16384u /* two names of a program and a library, as long as they usually are and more */

bool ht_herd_open(struct ht_herd *herd, double hang_seconds, const volatile sig_atomic_t *stop,
                  struct ht_error *error) {
    *herd = (struct ht_herd){.page_fd = -1, .hang_seconds = hang_seconds, .stop = stop};
    herd->page_fd = memfd_create("heaptoll-page", 0);
    if (herd->page_fd < 0 || ftruncate(herd->page_fd, sizeof *herd->page) != 0)
        return ht_fail(error, "cannot make the page shared with the workers: %s", strerror(errno));
    herd->page =
        mmap(NULL, sizeof *herd->page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, herd->page_fd, 0);
    if (herd->page == MAP_FAILED) {
        herd->page = NULL;
        return ht_fail(error, "cannot map the page shared with the workers: %s", strerror(errno));
    }
    herd->page->magic = HT_PAGE_MAGIC;
    herd->page->version = HT_PROTOCOL_VERSION;
    return true;
}


static void reap(struct ht_herd *herd, uint32_t lane, int *status) {
    while (waitpid(herd->pids[lane], status, 0) < 0 && errno == EINTR)
        ;
    herd->pids[lane] = 0;
}


static void kill_lane(struct ht_herd *herd, uint32_t lane) {
    int status;
    if (!herd->pids[lane])
        return;
    kill(herd->pids[lane], SIGKILL);
    reap(herd, lane, &status);
}


void ht_herd_close(struct ht_herd *herd) {
    for (uint32_t lane = 0; lane < HT_MAX_LANES; lane++)
        kill_lane(herd, lane);
    if (herd->page)
        munmap(herd->page, sizeof *herd->page);
    if (herd->page_fd >= 0)
        close(herd->page_fd);
    herd->page = NULL;
    herd->page_fd = -1;
}


/* Sleeps until `done` is no longer `seen`. */
static enum ht_outcome wait_for(struct ht_herd *herd, uint32_t lane, uint32_t seen, double limit_seconds) {
    struct ht_moment start = ht_now();
    for (;;) {
        if (__atomic_load_n(&herd->page->done, __ATOMIC_ACQUIRE) != seen)
            return HT_DONE;
        if (ht_futex_wait(&herd->page->done, seen, LOOK_AFTER_NS) == 0)
            continue;
        if (*herd->stop) {
            kill_lane(herd, lane);
            return HT_INTERRUPTED;
        }
        int status;
        if (waitpid(herd->pids[lane], &status, WNOHANG) == herd->pids[lane]) {
            herd->pids[lane] = 0;
            ht_describe_death(&herd->page->lanes[lane], status, herd->last_words, sizeof herd->last_words);
            return HT_CRASHED;
        }
        if (ht_seconds_between(start, ht_now()) > limit_seconds) {
            kill_lane(herd, lane);
            snprintf(herd->last_words, sizeof herd->last_words, "no answer within %g s, killed",
                     limit_seconds);
            return HT_TIMEOUT;
        }
    }
}


/* Our environment without preloads, plus the preload and the padding. Freed by the caller: one block. */
static char **environment_for(const char *library, uint32_t padding) {
    size_t count = 0, extra = strlen(library) + padding + 64;
    while (environ[count])
        count++;
    char **copy = malloc((count + 3) * sizeof *copy + extra);
    if (!copy)
        return NULL;
    char *text = (char *)(copy + count + 3);
    size_t next = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "LD_PRELOAD=", 11) != 0)
            copy[next++] = environ[i];
    if (library[0]) {
        copy[next++] = text;
        text += sprintf(text, "LD_PRELOAD=%s", library) + 1;
    }
    copy[next++] = text;
    text += sprintf(text, "HEAPTOLL_PADDING=");
    memset(text, '.', padding);
    text[padding] = '\0';
    copy[next] = NULL;
    return copy;
}


/* The kernel copies the program's name twice and the environment above the stack, so that a longer path moves
 * the stack. With shared addresses, all lanes get as many bytes of paths there. */
static uint32_t padding_of(const struct ht_herd *herd, const char *worker, const char *library,
                           const struct ht_layout *layout) {
    size_t names = 2 * strlen(worker) + strlen(library);
    bool level = herd->shared_addresses && names < LEVEL_BYTES;
    return layout->environment_bytes + (level ? (uint32_t)(LEVEL_BYTES - names) : 0);
}


/* posix_spawn in a process group of its own: Ctrl-C at the terminal is for the coordinator alone. Returns its
 * error. */
static int spawn(struct ht_herd *herd, uint32_t lane, const struct ht_layout *layout, char **argv,
                 char **environment) {
    struct ht_addresses before;
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    bool shared = herd->shared_addresses && ht_addresses_share(layout->mapping_pages, &before);
    herd->addresses_refused |= herd->shared_addresses && !shared;
    int failed = posix_spawn(&herd->pids[lane], argv[0], NULL, &attributes, argv, environment);
    if (shared)
        ht_addresses_restore(&before);
    posix_spawnattr_destroy(&attributes);
    return failed;
}


enum ht_outcome ht_herd_start(struct ht_herd *herd, uint32_t lane, const char *worker, const char *library,
                              const char *case_name, const struct ht_layout *layout) {
    struct ht_slot *slot = &herd->page->lanes[lane];
    char fd[16], number[16], parent[16], stack[16], heap[16];

    memset(slot, 0, sizeof *slot);
    slot->current_arm = -1;
    snprintf(fd, sizeof fd, "%d", herd->page_fd);
    snprintf(number, sizeof number, "%02u", lane);
    snprintf(parent, sizeof parent, "%d", (int)getpid());
    snprintf(stack, sizeof stack, "%u", layout->stack_offset_bytes);
    snprintf(heap, sizeof heap, "%u", layout->heap_offset_bytes);
    char *argv[] = {(char *)worker, "--lane", fd, number, parent, (char *)case_name, stack, heap, NULL};
    char **environment = environment_for(library, padding_of(herd, worker, library, layout));
    if (!environment) {
        snprintf(herd->last_words, sizeof herd->last_words, "out of memory while starting the worker");
        return HT_CRASHED;
    }
    uint32_t seen = __atomic_load_n(&herd->page->done, __ATOMIC_ACQUIRE);
    int failed = spawn(herd, lane, layout, argv, environment);
    free(environment);
    if (failed) {
        herd->pids[lane] = 0;
        snprintf(herd->last_words, sizeof herd->last_words, "cannot start %.180s: %s", worker,
                 strerror(failed));
        return HT_CRASHED;
    }
    return wait_for(herd, lane, seen, START_SECONDS);
}


enum ht_outcome ht_herd_run(struct ht_herd *herd, uint32_t lane, enum ht_command command) {
    struct ht_slot *slot = &herd->page->lanes[lane];
    uint32_t seen = __atomic_load_n(&herd->page->done, __ATOMIC_ACQUIRE);
    if (*herd->stop) { /* the signal came while nobody slept on `done` */
        kill_lane(herd, lane);
        return HT_INTERRUPTED;
    }
    slot->command = (uint32_t)command;
    ht_futex_post(&slot->go);
    return wait_for(herd, lane, seen,
                    herd->hang_seconds + (command == HT_COMMAND_COUNT ? herd->count_seconds : 0));
}


bool ht_herd_move(struct ht_herd *herd, int cpu) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET((size_t)cpu, &only);
    if (sched_setaffinity(0, sizeof only, &only) != 0)
        return false;
    for (uint32_t lane = 0; lane < HT_MAX_LANES; lane++)
        if (herd->pids[lane])
            sched_setaffinity(herd->pids[lane], sizeof only, &only);
    return true;
}


void ht_herd_end(struct ht_herd *herd) {
    /* They hold no state worth an orderly exit, and SIGKILL cannot be missed. */
    for (uint32_t lane = 0; lane < HT_MAX_LANES; lane++)
        if (herd->pids[lane])
            kill(herd->pids[lane], SIGKILL);
    for (uint32_t lane = 0; lane < HT_MAX_LANES; lane++) {
        int status;
        if (herd->pids[lane])
            reap(herd, lane, &status);
    }
}
