/* state_limits.c: what this process is allowed: how much CPU its control groups get, and hardware counters.
 */
#include "state.h"

#include "sysfile.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* CPUs that the group at `path` may use, by either version's file; INFINITY: as many as there are. */
static double quota_at(const char *root, const char *controller, const char *path) {
    char line[128];
    double quota, period;
    if (!controller[0]) { /* version 2: "50000 100000", or "max 100000" */
        if (ht_sys_line(root, line, sizeof line, "/sys/fs/cgroup%s/cpu.max", path) &&
            sscanf(line, "%lf %lf", &quota, &period) == 2 && quota > 0 && period > 0)
            return quota / period;
        return INFINITY;
    }
    long long quota_us, period_us;
    if (ht_sys_number(root, &quota_us, "/sys/fs/cgroup/%s%s/cpu.cfs_quota_us", controller, path) &&
        ht_sys_number(root, &period_us, "/sys/fs/cgroup/%s%s/cpu.cfs_period_us", controller, path) &&
        quota_us > 0 && period_us > 0)
        return (double)quota_us / (double)period_us;
    return INFINITY;
}


/* The tightest of a group and all groups around it. */
static double tightest(const char *root, const char *controller, char *path) {
    double least = INFINITY;
    for (;;) {
        char *slash = strrchr(path, '/');
        if (slash && !slash[1])
            *slash = '\0'; /* the root is "", not "/" */
        double quota = quota_at(root, controller, path);
        least = quota < least ? quota : least;
        slash = strrchr(path, '/');
        if (!slash)
            return least;
        *slash = '\0';
    }
}


double ht_quota_cpus(const char *root) {
    char line[4096];
    double least = NAN;
    FILE *file = ht_sys_open(root, "/proc/self/cgroup");
    while (file && fgets(line, sizeof line, file)) { /* "4:cpu,cpuacct:/path", or "0::/path" in version 2 */
        char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        controllers++;
        bool ours = !controllers[0] || strcmp(controllers, "cpu") == 0 ||
                    strncmp(controllers, "cpu,", 4) == 0 || strstr(controllers, ",cpu,") ||
                    (strlen(controllers) > 4 && strcmp(controllers + strlen(controllers) - 4, ",cpu") == 0);
        if (!ours)
            continue;
        double quota = tightest(root, controllers[0] ? "cpu" : "", path);
        least = isnan(least) || quota < least ? quota : least;
    }
    if (file)
        fclose(file);
    return least;
}


enum ht_pmu ht_pmu_of(int error, int paranoid) {
    switch (error) {
    case 0:
        return HT_PMU_WORK;
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
        return HT_PMU_ABSENT;
    case EACCES:
    case EPERM: /* user space may be counted up to 2; what is above it is some distributions' addition */
        return paranoid > 2 ? HT_PMU_FORBIDDEN : HT_PMU_FILTERED;
    case ENOSYS:
        return HT_PMU_NO_KERNEL;
    default:
        return HT_PMU_UNKNOWN;
    }
}


enum ht_pmu ht_pmu_try(int paranoid) {
    struct perf_event_attr cycles = {.type = PERF_TYPE_HARDWARE,
                                     .size = sizeof cycles,
                                     .config = PERF_COUNT_HW_CPU_CYCLES,
                                     .exclude_kernel = 1,
                                     .exclude_hv = 1};
    int fd = (int)syscall(SYS_perf_event_open, &cycles, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return ht_pmu_of(errno, paranoid);
    uint64_t count = 0;
    for (volatile int i = 0; i < 10000; i++)
        ;
    bool counted = read(fd, &count, sizeof count) == sizeof count && count > 0;
    close(fd);
    return counted ? HT_PMU_WORK : HT_PMU_STUCK;
}
