#include "counters.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef HEAPTOLL_HAVE_PFM
#include <perfmon/pfmlib_perf_event.h>
#endif

static bool give_up(struct ht_counter *counter, const char *why, const char *remedy) {
    snprintf(counter->why, sizeof counter->why, "%s", why);
    snprintf(counter->remedy, sizeof counter->remedy, "%s", remedy);
    return false;
}


static bool encode(struct ht_counter *counter) {
#ifdef HEAPTOLL_HAVE_PFM
    char *full = NULL;
    pfm_perf_encode_arg_t wanted = {.attr = &counter->event, .fstr = &full, .size = sizeof wanted};
    int failed = pfm_initialize();
    if (failed == PFM_SUCCESS)
        failed = pfm_get_os_event_encoding(counter->name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT, &wanted);
    snprintf(counter->event_name, sizeof counter->event_name, "%s", full && !failed ? full : "");
    free(full);
    if (failed != PFM_SUCCESS)
        return give_up(counter, pfm_strerror(failed), "names of events: perf list, or libpfm4's showevtinfo");
    counter->event.size = sizeof counter->event;
    return true;
#else
    return give_up(counter, "this heaptoll was built without libpfm4",
                   "install libpfm4-dev (elsewhere libpfm-devel) and build again in a new folder");
#endif
}


static int paranoid_setting(void) {
    int setting = -2;
    FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
    if (file && fscanf(file, "%d", &setting) != 1)
        setting = -2;
    if (file)
        fclose(file);
    return setting;
}


static bool opens(struct perf_event_attr *event) {
    long fd = syscall(SYS_perf_event_open, event, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return false;
    close((int)fd);
    return true;
}


static bool try_here(struct ht_counter *counter) {
    struct perf_event_attr *event = &counter->event;
    char why[160];
    event->disabled = 1;
    counter->user_only = event->exclude_kernel;
    if (opens(event))
        return true;
    if ((errno == EACCES || errno == EPERM) && !event->exclude_kernel) {
        event->exclude_kernel = event->exclude_hv = 1;
        counter->user_only = true;
        if (opens(event))
            return true;
    }
    int number = errno;
    switch (number) {
    case EACCES:
    case EPERM:
        snprintf(why, sizeof why, "not permitted (kernel.perf_event_paranoid is %d)", paranoid_setting());
        return give_up(counter, why,
                       "sudo sysctl kernel.perf_event_paranoid=2 allows it (1: with the kernel's part); in a "
                       "container, --cap-add=PERFMON");
    case ENOENT:
    case EOPNOTSUPP:
    case ENODEV:
        if (event->type == PERF_TYPE_SOFTWARE || event->type == PERF_TYPE_TRACEPOINT)
            return give_up(counter, "this kernel does not have it", "a newer kernel may");
        return give_up(
            counter, "this machine shows no such hardware counter",
            "a virtual machine needs its PMU passed through (KVM: -cpu host,pmu=on; cloud: a metal "
            "instance); page-faults and other software events work everywhere");
    case ENOSYS:
        return give_up(counter, "this kernel has no perf events", "a kernel with CONFIG_PERF_EVENTS");
    default:
        snprintf(why, sizeof why, "perf_event_open: %s", strerror(number));
        return give_up(counter, why, "try it alone; perf stat -e NAME true tells more");
    }
}


bool ht_counters_parse(struct ht_counters *counters, const char *list, struct ht_error *error) {
    *counters = (struct ht_counters){0};
    if (!list)
        return true;
    char *copy = strdup(list), *rest = copy;
    bool ok = copy != NULL || ht_fail(error, "out of memory");
    for (char *name; ok && (name = strsep(&rest, ","));) {
        struct ht_counter *counter = &counters->all[counters->count];
        if (!*name || strpbrk(name, "\" \t\r\n"))
            ok = ht_fail(error, "--counters=%s: '%s' is no name of an event\nas in --counters=%s", list, name,
                         "instructions,page-faults");
        else if (counters->count == HT_MAX_COUNTERS || strlen(name) >= sizeof counter->name)
            ok = ht_fail(error, "--counters: more than %d events, or a very long name", HT_MAX_COUNTERS);
        for (uint32_t i = 0; ok && i < counters->count; i++)
            if (strcmp(counters->all[i].name, name) == 0)
                ok = ht_fail(error, "--counters: '%s' stands there twice", name);
        if (!ok)
            break;
        snprintf(counter->name, sizeof counter->name, "%s", name);
        counter->available = encode(counter) && try_here(counter);
        counters->count++;
    }
    free(copy);
    return ok;
}


bool ht_counters_any(const struct ht_counters *counters) {
    for (uint32_t i = 0; i < counters->count; i++)
        if (counters->all[i].available)
            return true;
    return false;
}


double ht_counters_seconds(const struct ht_counters *counters, double slice_us) {
    /* Each pair of slices takes n and 2n operations, and one more n comes first. At worst every event is a
     * group of its own. */
    double slices = HT_COUNTED_LENGTH * (1 + 3 * HT_COUNTED_SLICES);
    return ht_counters_any(counters) ? counters->count * slices * slice_us * 1e-6 : 0;
}


void ht_counters_publish(const struct ht_counters *counters, struct ht_page *page) {
    page->counter_count = counters->count;
    for (uint32_t i = 0; i < counters->count; i++) {
        page->counters[i].wanted = counters->all[i].available;
        page->counters[i].event = counters->all[i].event;
    }
}


void ht_counters_explain(const struct ht_counters *counters, void (*take)(void *context, const char *line),
                         void *context) {
    for (uint32_t i = 0; i < counters->count; i++) {
        const struct ht_counter *one = &counters->all[i];
        char line[1400];
        bool told = one->available;
        for (uint32_t before = 0; before < i && !told; before++)
            told = !counters->all[before].available && strcmp(counters->all[before].why, one->why) == 0;
        if (told)
            continue;
        size_t used = (size_t)snprintf(line, sizeof line, "not counted: %s", one->name);
        for (uint32_t later = i + 1; later < counters->count; later++)
            if (!counters->all[later].available && strcmp(counters->all[later].why, one->why) == 0)
                used += (size_t)snprintf(line + used, sizeof line - used, ", %s", counters->all[later].name);
        snprintf(line + used, sizeof line - used, ": %s; %s", one->why, one->remedy);
        take(context, line);
    }
}


static double scaled(struct ht_counter_reading reading) {
    if (!reading.running_ns)
        return NAN;
    return (double)reading.value * (double)reading.enabled_ns / (double)reading.running_ns;
}


double ht_counter_value(struct ht_counter_reading longer, struct ht_counter_reading shorter) {
    double value = scaled(longer) - scaled(shorter);
    return value < 0 ? 0 : value;
}
