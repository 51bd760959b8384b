/*
 * worker.c: one lane's process. Holds the benches, runs them when it has the token, and nothing else.
 *
 * It takes no heap memory of its own, starts no thread, and sleeps on a futex whenever it is not its turn.
 * The coordinator starts it; started by hand it explains itself.
 */
#include "arm_audit.h"
#include "count.h"
#include "counting.h"
#include "crash.h"
#include "describe.h"
#include "futex.h"
#include "identity.h"
#include "page.h"
#include "prepare.h"
#include "run_arm.h"
#include "slice.h"

#include <alloca.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define SINGLE_THREADED ((uint32_t)__libc_single_threaded)
#else
#define SINGLE_THREADED 1u
#endif

/* What the command line of a lane's process says; see usage(). */
struct lane_arguments {
    int page_fd;
    unsigned lane;
    pid_t coordinator;
    const char *case_name;
    size_t stack_offset_bytes;
    size_t heap_offset_bytes;
};

static void serve(struct ht_page *page, struct ht_slot *slot, const struct ht_case *mine) {
    uint32_t seen = __atomic_load_n(&slot->go, __ATOMIC_ACQUIRE);
    slot->single_threaded = SINGLE_THREADED;
    ht_futex_post(&page->done);
    for (;;) {
        while (__atomic_load_n(&slot->go, __ATOMIC_ACQUIRE) == seen)
            ht_futex_wait(&slot->go, seen, 0);
        seen = __atomic_load_n(&slot->go, __ATOMIC_ACQUIRE);
        if (slot->command == HT_COMMAND_TURN)
            ht_run_turn(page, slot, mine->arms);
        else if (slot->command == HT_COMMAND_CENSUS)
            ht_run_census(slot, mine->arms);
        else if (slot->command == HT_COMMAND_AUDIT)
            ht_run_audit(slot, mine);
        else if (slot->command == HT_COMMAND_COUNT)
            ht_run_counted(page, slot, mine->arms);
        else if (slot->command == HT_COMMAND_PREPARE)
            ht_prepare(slot, mine);
        slot->single_threaded = SINGLE_THREADED;
        ht_futex_post(&page->done);
    }
}


static int run_lane(const struct lane_arguments *arguments) {
    /* Nobody must outlive the coordinator, not even when it died before this line. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != arguments->coordinator)
        return 2;
    struct ht_page *page =
        mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, arguments->page_fd, 0);
    if (page == MAP_FAILED) {
        fprintf(stderr, "heaptoll-worker: cannot map the shared page (fd %d): %s\n", arguments->page_fd,
                strerror(errno));
        return 2;
    }
    if (page->magic != HT_PAGE_MAGIC || page->version != HT_PROTOCOL_VERSION ||
        arguments->lane >= HT_MAX_LANES) {
        fprintf(stderr,
                "heaptoll-worker: the coordinator speaks protocol %u, this worker %u; build both again\n",
                page->version, HT_PROTOCOL_VERSION);
        return 2;
    }
    const struct ht_case *mine = ht_find_case(arguments->case_name);
    if (!mine) {
        fprintf(stderr, "heaptoll-worker: no case '%s' in this worker; build both again\n",
                arguments->case_name);
        return 2;
    }
    struct ht_slot *slot = &page->lanes[arguments->lane];
    ht_watch_for_crashes(slot);
    ht_identify_allocator(slot);

    /* The layout this launch drew: where the stack starts and where the first heap block lies. */
    void *heap_offset = arguments->heap_offset_bytes ? malloc(arguments->heap_offset_bytes) : NULL;
    void *stack_offset = alloca(arguments->stack_offset_bytes + 16);
    HT_ESCAPE(heap_offset);
    HT_ESCAPE(stack_offset);
    serve(page, slot, mine);
    return 0;
}


static int usage(FILE *out, int code) {
    fprintf(
        out,
        "usage: heaptoll-worker --describe | --describe-code\n"
        "       heaptoll-worker --lane FD LANE COORDINATOR_PID CASE STACK_OFFSET HEAP_OFFSET\n"
        "       heaptoll-worker --count LIMIT_SECONDS [without-fork] [without-alignment]\n"
        "       heaptoll-worker --run CASE ARM SECONDS\n\n"
        "One lane's process of heaptoll, which starts and drives it; run heaptoll itself to measure.\n"
        "--describe lists the cases it holds, one per line, fields separated by tabs; --describe-code where\n"
        "each arm's loop is in the program: case, arm, address (hexadecimal, from the image's start).\n"
        "--count reads lines `case TAB arm TAB operations` and runs each for scripts/counts.py, as count.h "
        "says;\n"
        "--run runs one arm for a while, for a profiler (scripts/perf.py).\n");
    return code;
}


int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--describe") == 0) {
        ht_describe(stdout);
        return fflush(stdout) ? 2 : 0;
    }
    if (argc == 2 && strcmp(argv[1], "--describe-code") == 0) {
        ht_describe_code(stdout);
        return fflush(stdout) ? 2 : 0;
    }
    if (argc >= 3 && strcmp(argv[1], "--count") == 0)
        return ht_count_main(argc - 2, argv + 2) ? 0 : usage(stderr, 2);
    if (argc == 5 && strcmp(argv[1], "--run") == 0)
        return ht_run_arm(argv[2], argv[3], argv[4]);
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout, 0);
    if (argc != 8 || strcmp(argv[1], "--lane") != 0)
        return usage(stderr, 2);
    struct lane_arguments arguments = {
        .page_fd = (int)strtol(argv[2], NULL, 10),
        .lane = (unsigned)strtoul(argv[3], NULL, 10),
        .coordinator = (pid_t)strtol(argv[4], NULL, 10),
        .case_name = argv[5],
        .stack_offset_bytes = strtoul(argv[6], NULL, 10),
        .heap_offset_bytes = strtoul(argv[7], NULL, 10),
    };
    return run_lane(&arguments);
}
