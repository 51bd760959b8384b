#include "subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char *read_all(int fd) {
    size_t used = 0, room = 4096;
    char *text = malloc(room);
    while (text) {
        ssize_t got = read(fd, text + used, room - used - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        used += (size_t)got;
        if (room - used < 2) {
            char *larger = realloc(text, room *= 2);
            if (!larger)
                free(text);
            text = larger;
        }
    }
    if (text)
        text[used] = '\0';
    return text;
}


char *ht_output_of(const char *const *argv, bool quiet, struct ht_error *error) {
    int ends[2];
    posix_spawn_file_actions_t actions;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        ht_fail(error, "cannot make a pipe to run %s: %s", argv[0], strerror(errno));
        return NULL;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (quiet)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int failed = posix_spawnp(&child, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed) {
        close(ends[0]);
        ht_fail(error, "cannot run %s: %s", argv[0], strerror(failed));
        return NULL;
    }
    char *text = read_all(ends[0]);
    close(ends[0]);
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (text && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return text;
    if (WIFSIGNALED(status))
        ht_fail(error, "%s was killed by signal %d (%s)", argv[0], WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    else
        ht_fail(error, "%s failed with exit status %d", argv[0], WEXITSTATUS(status));
    free(text);
    return NULL;
}


const char *ht_sha256_of(const char *path, char text[65]) {
    const char *argv[] = {"sha256sum", path, NULL};
    struct ht_error ignored = {""};
    char *line = ht_output_of(argv, true, &ignored);
    text[0] = '\0';
    /* A backslash before the hash says that the path is escaped behind it. */
    const char *hash = line && *line == '\\' ? line + 1 : line;
    if (hash && strlen(hash) > 64)
        snprintf(text, 65, "%.64s", hash);
    free(line);
    return text;
}
