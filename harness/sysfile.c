#include "sysfile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CPUS 65536 /* a list that names more is no list of CPUs */

static FILE *open_at(const char *root, const char *format, va_list values) {
    char path[4352];
    int length = snprintf(path, sizeof path, "%s", root);
    if (length < 0 || (size_t)length >= sizeof path)
        return NULL;
    int rest = vsnprintf(path + length, sizeof path - (size_t)length, format, values);
    return rest >= 0 && (size_t)(length + rest) < sizeof path ? fopen(path, "re") : NULL;
}


static bool first_line(FILE *file, char *line, size_t size) {
    bool read = file && fgets(line, (int)size, file);
    if (file)
        fclose(file);
    line[read ? strcspn(line, "\n") : 0] = '\0';
    return read;
}


FILE *ht_sys_open(const char *root, const char *format, ...) {
    va_list values;
    va_start(values, format);
    FILE *file = open_at(root, format, values);
    va_end(values);
    return file;
}


bool ht_sys_line(const char *root, char *line, size_t size, const char *format, ...) {
    va_list values;
    va_start(values, format);
    FILE *file = open_at(root, format, values);
    va_end(values);
    return first_line(file, line, size);
}


bool ht_sys_number(const char *root, long long *number, const char *format, ...) {
    char line[64], *end;
    va_list values;
    va_start(values, format);
    FILE *file = open_at(root, format, values);
    va_end(values);
    if (!first_line(file, line, sizeof line))
        return false;
    errno = 0;
    long long found = strtoll(line, &end, 10);
    if (end == line || *end || errno)
        return false;
    *number = found;
    return true;
}


bool ht_sys_field(const char *root, const char *path, const char *key, char *value, size_t size) {
    char line[8192]; /* the flags of /proc/cpuinfo are long */
    size_t length = strlen(key);
    bool found = false;
    FILE *file = ht_sys_open(root, "%s", path);
    value[0] = '\0';
    while (file && !found && fgets(line, sizeof line, file))
        if (strncmp(line, key, length) == 0) {
            const char *text = line + length + strspn(line + length, " \t:");
            snprintf(value, size, "%.*s", (int)strcspn(text, "\n"), text);
            found = true;
        }
    if (file)
        fclose(file);
    return found;
}


unsigned ht_cpu_list(const char *list, int *cpus, unsigned room) {
    unsigned count = 0;
    const char *at = list;
    while (*at >= '0' && *at <= '9') {
        char *end;
        unsigned long from = strtoul(at, &end, 10), to = from;
        if (*end == '-')
            to = strtoul(end + 1, &end, 10);
        for (unsigned long cpu = from; cpu <= to && cpu < MOST_CPUS; cpu++, count++)
            if (count < room)
                cpus[count] = (int)cpu;
        at = *end == ',' ? end + 1 : end;
    }
    return count;
}
