/* subprocess.h: run another program and read what it prints. */
#ifndef HEAPTOLL_SUBPROCESS_H
#define HEAPTOLL_SUBPROCESS_H

#include "error.h"

/* Runs argv[0] (looked up on PATH) and waits for it. Returns what it wrote to stdout, NUL-terminated, for the
 * caller to free; its stderr goes to ours, or nowhere when `quiet`. NULL with `error` set when it cannot be
 * started, was killed, or exits non-zero. */
char *ht_output_of(const char *const *argv, bool quiet, struct ht_error *error);

/* The SHA-256 of a file as sha256sum tells it, in hexadecimal, into `text`, which is returned; "" when it
 * cannot be had. */
const char *ht_sha256_of(const char *path, char text[65]);

#endif
