/* futex.h: waiting for a word in shared memory to change, without taking the CPU meanwhile. */
#ifndef HEAPTOLL_FUTEX_H
#define HEAPTOLL_FUTEX_H

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Sleeps while *word == seen, at most `timeout_ns` (0: for ever). Returns 0 when woken or changed, else the
 * errno: ETIMEDOUT, EINTR. */
static inline int ht_futex_wait(const uint32_t *word, uint32_t seen, uint64_t timeout_ns) {
    struct timespec limit = {(time_t)(timeout_ns / 1000000000u), (long)(timeout_ns % 1000000000u)};
    long failed = syscall(SYS_futex, word, FUTEX_WAIT, seen, timeout_ns ? &limit : NULL, NULL, 0);
    return failed && errno != EAGAIN ? errno : 0;
}


/* Publishes a new value of *word and wakes whoever sleeps on it. */
static inline void ht_futex_post(uint32_t *word) {
    __atomic_add_fetch(word, 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

#endif
