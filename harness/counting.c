#include "counting.h"

#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Events the kernel puts on the counters together, so that they see the same instructions. */
struct group {
    int leader;
    uint32_t members[HT_MAX_COUNTERS]; /* indices into the page's counters, the leader first */
    uint32_t count;
};

/* What read() gives for a group: PERF_FORMAT_GROUP with both times. */
struct group_reading {
    uint64_t count, enabled_ns, running_ns, values[HT_MAX_COUNTERS];
};

static struct group groups[HT_MAX_COUNTERS];
static uint32_t group_count;
static bool groups_opened;

static int open_event(const struct ht_page *page, uint32_t counter, int leader) {
    struct perf_event_attr event = page->counters[counter].event;
    event.disabled = leader < 0;
    event.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    return (int)syscall(SYS_perf_event_open, &event, 0, -1, leader, PERF_FLAG_FD_CLOEXEC);
}


/* A group that was accepted may still be more than the counters hold: then it never runs. */
static bool runs(const struct group *group) {
    struct group_reading before, after;
    if (read(group->leader, &before, sizeof before) <= 0)
        return false;
    ioctl(group->leader, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
    for (volatile int i = 0; i < 10000; i++)
        ;
    ioctl(group->leader, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
    return read(group->leader, &after, sizeof after) > 0 && after.running_ns > before.running_ns;
}


static void add_event(const struct ht_page *page, uint32_t counter) {
    struct group *last = group_count ? &groups[group_count - 1] : NULL;
    int fd = last ? open_event(page, counter, last->leader) : -1;
    if (fd >= 0) {
        last->members[last->count++] = counter;
        if (runs(last))
            return;
        last->count--;
        close(fd);
    }
    fd = open_event(page, counter, -1);
    if (fd < 0)
        return;
    groups[group_count] = (struct group){.leader = fd, .members = {counter}, .count = 1};
    group_count++;
}


static void count_slice(const struct group *group, struct ht_counter_reading *into, ht_loop_fn *loop,
                        uint64_t operations) {
    struct group_reading before, after;
    ssize_t first = read(group->leader, &before, sizeof before);
    uint64_t sum = loop(operations);
    ssize_t second = read(group->leader, &after, sizeof after);
    HT_OPAQUE(sum);
    for (uint32_t i = 0; i < group->count && first > 0 && second > 0; i++)
        into[group->members[i]] =
            (struct ht_counter_reading){.value = after.values[i] - before.values[i],
                                        .enabled_ns = after.enabled_ns - before.enabled_ns,
                                        .running_ns = after.running_ns - before.running_ns};
}


void ht_run_counted(const struct ht_page *page, struct ht_slot *slot, const struct ht_arm *arms) {
    uint32_t arm = slot->census_arm;
    uint64_t operations = slot->ops[arm] * HT_COUNTED_LENGTH;
    memset(slot->counted, 0, sizeof slot->counted);
    memset(slot->counted_shorter, 0, sizeof slot->counted_shorter);
    for (uint32_t i = 0; i < page->counter_count && !groups_opened; i++)
        if (page->counters[i].wanted)
            add_event(page, i);
    groups_opened = true;
    slot->current_arm = (int32_t)arm;
    for (uint32_t g = 0; g < group_count; g++) {
        ioctl(groups[g].leader, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
        count_slice(&groups[g], slot->counted[0], arms[arm].loop, operations);
        for (uint32_t slice = 0; slice < HT_COUNTED_SLICES; slice++) {
            count_slice(&groups[g], slot->counted_shorter[slice], arms[arm].loop, operations);
            count_slice(&groups[g], slot->counted[slice], arms[arm].loop, 2 * operations);
        }
        ioctl(groups[g].leader, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
    }
    slot->counted_ops = operations;
    slot->current_arm = -1;
}
