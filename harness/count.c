#include "count.h"

#include "crash.h"
#include "describe.h"
#include "identity.h"
#include "prepare.h"
#include "stack_limit.h"

#include <alloca.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE_BYTES ((uintptr_t)4096)
#define LINE_MAX_BYTES 1024

struct options {
    unsigned limit_seconds;
    bool without_fork, without_alignment;
};

/* What a child leaves behind, in memory that it shares with the parent. */
struct outcome {
    struct ht_slot slot; /* who answers malloc, and how the child died */
    uint64_t faults[2];
    bool done;
};

struct task {
    const char *case_name, *arm_name;
    const struct ht_case *one;
    ht_loop_fn *loop;
    uint64_t operations;
};

/* Everything an arm computes ends here, where the compiler cannot drop it. */
static volatile uint64_t sink;

HT_NOINLINE void ht_counted(ht_loop_fn *loop, uint64_t operations) {
    sink = loop(operations);
}


const struct ht_arm *ht_find_arm(const struct ht_case *one, const char *name) {
    for (int i = 0; one && i < HT_MAX_ARMS && one->arms[i].loop; i++)
        if (strcmp(ht_arm_name(one->arms[i].kind), name) == 0)
            return &one->arms[i];
    return NULL;
}


static uint64_t minor_faults(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_minflt;
}


static HT_NOINLINE void count_arm(const struct task *task, struct outcome *outcome) {
    sink = task->loop(task->operations);
    for (int call = 0; call < 2; call++) {
        uint64_t before = minor_faults();
        ht_counted(task->loop, call ? task->operations + 1 : 1);
        outcome->faults[call] = minor_faults() - before;
    }
}


/* The rest of the stack begins at the same place within a page, wherever the kernel put its start. */
static HT_NOINLINE void align_stack_and_count(const struct task *task, struct outcome *outcome) {
    void *padding = alloca((uintptr_t)__builtin_frame_address(0) % PAGE_BYTES);
    HT_ESCAPE(padding);
    count_arm(task, outcome);
}


/* A child ends by SIGKILL: whatever would run at an orderly exit has no business here. */
static _Noreturn void end_child(struct outcome *outcome) {
    outcome->done = true;
    for (;;)
        kill(getpid(), SIGKILL);
}


static pid_t start_child(unsigned limit_seconds) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(2);
        alarm(limit_seconds);
    }
    return child;
}


static int wait_for(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}


/* Not with stdio, which takes a buffer from the heap. */
static void say(const char *text) {
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, text, length);
        if (written < 0 && errno != EINTR)
            _exit(2); /* nobody listens any more */
        if (written > 0) {
            text += written;
            length -= (size_t)written;
        }
    }
}


/* The next line of standard input without its end; false at the end of the input. */
static bool next_line(char *line) {
    static char buffer[4096];
    static size_t used, filled;
    for (size_t length = 0; length < LINE_MAX_BYTES - 1;) {
        if (used == filled) {
            ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
            if (got <= 0)
                return false;
            filled = (size_t)got;
            used = 0;
        }
        char next = buffer[used++];
        line[length] = next == '\n' ? '\0' : next;
        if (next == '\n')
            return true;
        line[++length] = '\0';
    }
    return false;
}


static bool parse_task(struct task *task, char *line) {
    char *case_name = strsep(&line, "\t"), *arm_name = strsep(&line, "\t"), *end;
    if (!line)
        return false;
    const struct ht_case *one = ht_find_case(case_name);
    const struct ht_arm *arm = ht_find_arm(one, arm_name);
    *task = (struct task){.case_name = case_name, .arm_name = arm_name};
    errno = 0;
    task->operations = strtoull(line, &end, 10);
    if (!arm || *end || errno || task->operations == 0 || task->operations > UINT64_MAX / 4)
        return false;
    task->loop = arm->loop;
    task->one = one;
    return true;
}


static void introduce_lane(struct outcome *outcome, const struct options *options) {
    char line[sizeof(struct ht_slot)];
    pid_t child = start_child(options->limit_seconds); /* asking may take heap memory */
    if (child == 0) {
        ht_identify_allocator(&outcome->slot);
        end_child(outcome);
    }
    if (child > 0)
        wait_for(child);
    snprintf(line, sizeof line, "lane\t%s\t%s\t%s\n", outcome->slot.malloc_from, outcome->slot.free_from,
             outcome->slot.allocator_version);
    say(line);
}


static void report(const struct task *task, const struct outcome *outcome, pid_t child, const char *status,
                   const char *reason) {
    char line[2 * LINE_MAX_BYTES];
    snprintf(line, sizeof line, "arm\t%s\t%s\t%llu\t%d\t%llu\t%llu\t%s\t%s\n", task->case_name,
             task->arm_name, (unsigned long long)task->operations, (int)child,
             (unsigned long long)outcome->faults[0], (unsigned long long)outcome->faults[1], status, reason);
    say(line);
}


static void run_task(const struct task *task, struct outcome *outcome, const struct options *options) {
    char reason[256] = "";
    memset(outcome, 0, sizeof *outcome);
    if (task->one->unavailable)
        snprintf(reason, sizeof reason, "%s", task->one->unavailable);
    if (reason[0] ||
        ht_stack_is_too_small(task->one->stack_bytes, ht_stack_limit_bytes(), reason, sizeof reason)) {
        report(task, outcome, 0, "skipped", reason);
        return;
    }
    pid_t child = start_child(options->limit_seconds);
    if (child == 0) {
        ht_watch_for_crashes(&outcome->slot);
        ht_prepare(&outcome->slot, task->one);
        if (outcome->slot.cannot[0])
            end_child(outcome);
        if (options->without_alignment)
            count_arm(task, outcome);
        else
            align_stack_and_count(task, outcome);
        end_child(outcome);
    }
    if (child < 0) {
        snprintf(reason, sizeof reason, "cannot start a process: %s", strerror(errno));
        report(task, outcome, 0, "crashed", reason);
        return;
    }
    int status = wait_for(child);
    if (outcome->done && outcome->slot.cannot[0])
        report(task, outcome, 0, "skipped", outcome->slot.cannot);
    else if (outcome->done)
        report(task, outcome, child, "ok", "");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        snprintf(reason, sizeof reason, "no end within %u s, killed", options->limit_seconds);
        report(task, outcome, child, "timeout", reason);
    } else {
        ht_describe_death(&outcome->slot, status, reason, sizeof reason);
        report(task, outcome, child, "crashed", reason);
    }
    if (options->without_fork) /* this process has a past now, and all later children inherit it */
        sink = task->loop(task->operations);
}


bool ht_count_main(int argc, char **argv) {
    struct options options = {0};
    char line[LINE_MAX_BYTES], *end;

    options.limit_seconds = (unsigned)strtoul(argv[0], &end, 10);
    if (*end || options.limit_seconds == 0)
        return false;
    for (int i = 1; i < argc; i++) {
        options.without_fork |= strcmp(argv[i], "without-fork") == 0;
        options.without_alignment |= strcmp(argv[i], "without-alignment") == 0;
    }
    struct outcome *outcome =
        mmap(NULL, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (outcome == MAP_FAILED) {
        say("heaptoll-worker: no memory to share with the processes that count\n");
        _exit(2);
    }
    introduce_lane(outcome, &options);
    while (next_line(line)) {
        struct task task;
        if (!parse_task(&task, line)) {
            say("error\tthis is no `case TAB arm TAB operations` of mine; build worker and heaptoll again\n");
            _exit(2);
        }
        run_task(&task, outcome, &options);
    }
    return true;
}
