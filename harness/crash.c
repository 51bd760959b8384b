#include "crash.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>

/* The handler has no other way to find the slot. */
static struct ht_slot *crash_slot;

static void on_crash(int signal_number, siginfo_t *info, void *context) {
    crash_slot->fault_signal = (uint32_t)signal_number;
    crash_slot->fault_address = (uint64_t)(uintptr_t)info->si_addr;
#if defined(__x86_64__)
    crash_slot->fault_stack_pointer = (uint64_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    crash_slot->fault_stack_pointer = ((ucontext_t *)context)->uc_mcontext.sp;
#else
    (void)context;
#endif
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}


void ht_watch_for_crashes(struct ht_slot *slot) {
    static char handler_stack[1 << 16];
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    stack_t own = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};

    crash_slot = slot;
    sigaltstack(&own, NULL);
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        sigaction(fatal[i], &action, NULL);
}


void ht_describe_death(const struct ht_slot *slot, int status, char *words, size_t size) {
    if (WIFEXITED(status)) {
        snprintf(words, size, "the worker exited with status %d", WEXITSTATUS(status));
        return;
    }
    int number = WTERMSIG(status);
    /* A fault just below (or, probing ahead, above) the stack pointer is the stack running out. */
    uint64_t below = slot->fault_stack_pointer - slot->fault_address;
    if (slot->fault_signal == SIGSEGV && (below < (16u << 20) || -below < (1u << 20)))
        snprintf(words, size, "stack overflow (SIGSEGV at 0x%llx)", (unsigned long long)slot->fault_address);
    else if (slot->fault_signal && slot->fault_signal != SIGABRT) /* an abort has no address */
        snprintf(words, size, "SIG%s (%s) at 0x%llx", sigabbrev_np(number), strsignal(number),
                 (unsigned long long)slot->fault_address);
    else
        snprintf(words, size, "killed by SIG%s (%s)", sigabbrev_np(number), strsignal(number));
}
