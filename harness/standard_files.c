#include "standard_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool ht_standard_files_open(struct ht_error *error) {
    int fd;
    do /* the lowest one that is free: those below are taken then */
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd < 0)
        return ht_fail(error, "cannot open /dev/null: %s", strerror(errno));
    close(fd);
    return true;
}
