#include "machine.h"

#include "ticks.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

extern char **environ;

/* The first line of a file, as a new string, or null. */
static json_t *line_of(const char *path) {
    char line[256];
    FILE *file = fopen(path, "re");
    bool read = file && fgets(line, sizeof line, file);
    if (file)
        fclose(file);
    if (!read)
        return json_null();
    line[strcspn(line, "\n")] = '\0';
    return json_string(line);
}


/* The value of the first "key : value" line of /proc/cpuinfo. */
static json_t *cpuinfo(const char *key) {
    char line[4096];
    json_t *value = json_null();
    FILE *file = fopen("/proc/cpuinfo", "re");
    while (file && fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, key, strlen(key)) == 0 && colon) {
            colon += 1 + strspn(colon + 1, " \t");
            colon[strcspn(colon, "\n")] = '\0';
            value = json_string(colon);
            break;
        }
    }
    if (file)
        fclose(file);
    return value;
}


/* "[madvise]" of "always [madvise] never". */
static json_t *chosen_of(const char *path) {
    json_t *line = line_of(path);
    const char *text = json_string_value(line), *open = text ? strchr(text, '[') : NULL;
    json_t *chosen = open ? json_stringn(open + 1, strcspn(open + 1, "]")) : json_null();
    json_decref(line);
    return chosen;
}


static json_t *hypervisor(void) {
#if defined(__x86_64__)
    /* The signatures that hypervisors answer with, and what people call them. */
    static const char *const known[][2] = {{"KVMKVMKVM", "KVM"},
                                           {"Microsoft Hv", "Hyper-V"},
                                           {"VMwareVMware", "VMware"},
                                           {"XenVMMXenVMM", "Xen"},
                                           {"TCGTCGTCGTCG", "QEMU"}};
#endif
#if defined(__x86_64__)
    unsigned a, b, c, d;
    if (__get_cpuid(1, &a, &b, &c, &d) && c >> 31 & 1) {
        char name[13] = "";
        __cpuid(0x40000000, a, b, c, d);
        memcpy(name, &b, 4);
        memcpy(name + 4, &c, 4);
        memcpy(name + 8, &d, 4);
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            if (strcmp(name, known[i][0]) == 0)
                return json_string(known[i][1]);
        return json_string(name[0] ? name : "unknown");
    }
    return json_null();
#else
    return line_of("/sys/hypervisor/type");
#endif
}


/* {"L1d": "48K", …} of CPU 0. */
static json_t *caches(void) {
    json_t *all = json_object();
    for (int i = 0; i < 8; i++) {
        char path[128], name[16];
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/level", i);
        json_t *level = line_of(path);
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/type", i);
        json_t *type = line_of(path);
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", i);
        if (json_is_string(level) && json_is_string(type)) {
            const char *kind = json_string_value(type);
            snprintf(name, sizeof name, "L%.4s%s", json_string_value(level),
                     kind[0] == 'D'   ? "d"
                     : kind[0] == 'I' ? "i"
                                      : "");
            json_object_set_new(all, name, line_of(path));
        }
        json_decref(level);
        json_decref(type);
    }
    return all;
}


static json_t *turbo(void) {
    json_t *off = line_of("/sys/devices/system/cpu/intel_pstate/no_turbo");
    json_t *boost = line_of("/sys/devices/system/cpu/cpufreq/boost");
    json_t *on = json_null();
    if (json_is_string(off))
        on = json_boolean(json_string_value(off)[0] == '0');
    else if (json_is_string(boost))
        on = json_boolean(json_string_value(boost)[0] == '1');
    json_decref(off);
    json_decref(boost);
    return on;
}


static json_t *stack_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0)
        return json_null();
    return limit.rlim_cur == RLIM_INFINITY ? json_string("unlimited")
                                           : json_integer((json_int_t)limit.rlim_cur);
}


static json_t *flag_of(const char *path, const char *yes) {
    json_t *line = line_of(path);
    json_t *flag =
        json_is_string(line) ? json_boolean(strcmp(json_string_value(line), yes) == 0) : json_null();
    json_decref(line);
    return flag;
}


json_t *ht_machine_facts(void) {
    struct utsname kernel = {0};
    uname(&kernel);
    json_t *facts = json_object();
    json_object_set_new(facts, "cpu_model", cpuinfo("model name"));
    json_object_set_new(facts, "architecture", json_string(kernel.machine));
    json_object_set_new(facts, "cores", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
    json_object_set_new(facts, "caches", caches());
    json_object_set_new(facts, "smt", flag_of("/sys/devices/system/cpu/smt/active", "1"));
    json_object_set_new(facts, "governor", line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
    json_object_set_new(facts, "turbo", turbo());
    json_object_set_new(facts, "hypervisor", hypervisor());
    json_object_set_new(facts, "kernel", json_sprintf("%s %s", kernel.sysname, kernel.release));
    json_object_set_new(facts, "clocksource",
                        line_of("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
    json_object_set_new(facts, "ticks", json_string(HT_TICKS_SOURCE));
    json_object_set_new(facts, "thp", chosen_of("/sys/kernel/mm/transparent_hugepage/enabled"));
    json_object_set_new(facts, "aslr", line_of("/proc/sys/kernel/randomize_va_space"));
    json_object_set_new(facts, "page_bytes", json_integer(sysconf(_SC_PAGESIZE)));
    json_object_set_new(facts, "stack_limit_bytes", stack_limit());
    return facts;
}


json_t *ht_allocator_environment(void) {
    static const char *const prefixes[] = {"MALLOC_", "GLIBC_TUNABLES=", "MIMALLOC_", "TCMALLOC_",
                                           "JEMALLOC_"};
    json_t *settings = json_array();
    for (char **at = environ; *at; at++)
        for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
            if (strncmp(*at, prefixes[i], strlen(prefixes[i])) == 0)
                json_array_append_new(settings, json_string(*at));
    return settings;
}
