#include "identity.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void name_object_of(void *address, char *path, size_t size) {
    Dl_info object;
    if (address && dladdr(address, &object) && object.dli_fname)
        snprintf(path, size, "%s", object.dli_fname);
    else
        path[0] = '\0';
}


/* Function pointers come out of dlsym as data pointers; POSIX promises that this works. */
#define LOOK_UP(FUNCTION, SYMBOL) (*(void **)&(FUNCTION) = dlsym(RTLD_DEFAULT, SYMBOL))

static void ask_version(const char *library, char *version, size_t size) {
    int (*jemalloc_control)(const char *, void *, size_t *, void *, size_t);
    int (*mimalloc_version)(void);
    const char *(*tcmalloc_version)(int *, int *, const char **);

    version[0] = '\0';
    if (strstr(library, "libc.so") || strstr(library, "libc-"))
        snprintf(version, size, "%s", gnu_get_libc_version());
    else if (LOOK_UP(jemalloc_control, "mallctl")) {
        const char *text = NULL;
        size_t length = sizeof text;
        if (jemalloc_control("version", &text, &length, NULL, 0) == 0 && text)
            snprintf(version, size, "%s", text);
    } else if (LOOK_UP(mimalloc_version, "mi_version")) {
        int number = mimalloc_version();
        if (number >= 1000) /* 1.x and 2.x: one digit each for minor (2.0.9 is 209), later ones two */
            snprintf(version, size, "%d.%d.%d", number / 1000, number / 10 % 100, number % 10);
        else
            snprintf(version, size, "%d.%d.%d", number / 100, number / 10 % 10, number % 10);
    } else if (LOOK_UP(tcmalloc_version, "tc_version")) {
        int major = 0, minor = 0;
        const char *patch = "";
        tcmalloc_version(&major, &minor, &patch);
        snprintf(version, size, "%d.%d%s", major, minor, patch ? patch : "");
    }
}


/* Looked up only where it was asked for: a look-up in vain takes
 * memory for its message, from the very heap that is timed. */
const struct ht_audit_counts *ht_find_interposer(void) {
    const char *preload = getenv("LD_PRELOAD");
    if (!preload || strncmp(preload, HT_AUDIT_PRELOAD, strlen(HT_AUDIT_PRELOAD)) != 0)
        return NULL;
    return dlsym(RTLD_DEFAULT, HT_AUDIT_SYMBOL);
}


void ht_identify_allocator(struct ht_slot *slot) {
    const struct ht_audit_counts *audit = ht_find_interposer();
    slot->audited = audit != NULL;
    name_object_of(audit ? audit->next_malloc : dlsym(RTLD_DEFAULT, "malloc"), slot->malloc_from,
                   sizeof slot->malloc_from);
    name_object_of(audit ? audit->next_free : dlsym(RTLD_DEFAULT, "free"), slot->free_from,
                   sizeof slot->free_from);
    ask_version(slot->malloc_from, slot->allocator_version, sizeof slot->allocator_version);
}
