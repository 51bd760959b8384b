/*
 * failing_calls.c: preloaded under heaptoll, makes one system call fail, or a signal arrive during it.
 *
 * HEAPTOLL_TEST_FAIL="name:errno" makes the function of that name fail with that error, always;
 * "name:errno:n" from its n-th call on. HEAPTOLL_TEST_RAISE="name:signal:n" sends that signal to
 * the process at the n-th call, which then goes on as usual. heaptoll's workers are started
 * without preloads, so they are not touched.
 */
#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Reads "name:number" or "name:number:n" in the environment variable; false when it is about another
 * function. */
static bool wanted(const char *variable, const char *name, int *number, int *nth) {
    const char *text = getenv(variable);
    size_t length = strlen(name);
    *nth = 1;
    return text && strncmp(text, name, length) == 0 && text[length] == ':' &&
           sscanf(text + length, ":%d:%d", number, nth) >= 1;
}


/* Is it this call's turn to fail? Sets errno when it is. */
static bool fails(const char *name, int *calls) {
    int number, nth;
    ++*calls;
    if (wanted("HEAPTOLL_TEST_RAISE", name, &number, &nth) && *calls == nth)
        raise(number);
    if (!wanted("HEAPTOLL_TEST_FAIL", name, &number, &nth) || *calls < nth)
        return false;
    errno = number;
    return true;
}


#define REAL(NAME) ((__typeof__(&NAME))dlsym(RTLD_NEXT, #NAME))

/* FAILING(result type, name, (parameters), (arguments), what it returns on failure) */
#define FAILING(TYPE, NAME, PARAMETERS, ARGUMENTS, FAILURE)                                                  \
    TYPE NAME PARAMETERS {                                                                                   \
        static int calls;                                                                                    \
        return fails(#NAME, &calls) ? FAILURE : REAL(NAME) ARGUMENTS;                                        \
    }

FAILING(int, memfd_create, (const char *name, unsigned flags), (name, flags), -1)
FAILING(int, ftruncate, (int fd, off_t length), (fd, length), -1)
FAILING(void *, mmap, (void *at, size_t length, int protection, int flags, int fd, off_t offset),
        (at, length, protection, flags, fd, offset), MAP_FAILED)
FAILING(int, pipe2, (int ends[2], int flags), (ends, flags), -1)
FAILING(int, sched_getaffinity, (pid_t pid, size_t size, cpu_set_t *set), (pid, size, set), -1)
FAILING(int, sched_setaffinity, (pid_t pid, size_t size, const cpu_set_t *set), (pid, size, set), -1)
FAILING(int, symlink, (const char *target, const char *path), (target, path), -1)
FAILING(int, rename, (const char *from, const char *to), (from, to), -1)
FAILING(int, fsync, (int fd), (fd), -1)
FAILING(ssize_t, write, (int fd, const void *bytes, size_t count), (fd, bytes, count), -1)
FAILING(ssize_t, readlink, (const char *path, char *target, size_t size), (path, target, size), -1)
FAILING(int, posix_spawn,
        (pid_t *restrict pid, const char *restrict path, const posix_spawn_file_actions_t *actions,
         const posix_spawnattr_t *restrict attributes, char *const argv[restrict], char *const env[restrict]),
        (pid, path, actions, attributes, argv, env), errno)
FAILING(int, posix_spawnp,
        (pid_t *restrict pid, const char *restrict file, const posix_spawn_file_actions_t *actions,
         const posix_spawnattr_t *restrict attributes, char *const argv[restrict], char *const env[restrict]),
        (pid, file, actions, attributes, argv, env), errno)

/* perf_event_open has no function of its own in the C library. */
long syscall(long number, ...) {
    static int calls;
    long given[6];
    va_list values;
    va_start(values, number);
    for (int i = 0; i < 6; i++)
        given[i] = va_arg(values, long);
    va_end(values);
    if (number == SYS_perf_event_open && fails("perf_event_open", &calls))
        return -1;
    return REAL(syscall)(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}
