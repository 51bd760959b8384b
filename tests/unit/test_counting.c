/* counting.h: events are grouped as far as the kernel runs them together, and read around an arm. */
#include <unistd.h>

/* A kernel that accepts any group and never runs one of more than `most_members`: as x86 with one counter
 * taken. */
static unsigned most_members = 99;
static ssize_t limited_read(int fd, void *into, size_t size);
#define read limited_read
#include "counting.c"
#undef read

#include "checks.h"

#include <sys/mman.h>

static ssize_t limited_read(int fd, void *into, size_t size) {
    struct group_reading *reading = into;
    ssize_t got = (read)(fd, into, size);
    if (got > 0 && reading->count > most_members)
        reading->running_ns = 12345; /* it ran before the last member came, and has not since */
    return got;
}


static struct ht_page page;
static struct ht_slot slot;

/* Faults one page in for every operation. */
static HT_NOINLINE uint64_t faulting(uint64_t operations) {
    for (uint64_t i = 0; i < operations; i++) {
        unsigned char *fresh = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        *fresh = 1;
        HT_ESCAPE(fresh);
        munmap(fresh, 4096);
    }
    return operations;
}


static const struct ht_arm arms[] = {{.kind = HT_ARM_HEAP, .loop = faulting}};

static void count_with(unsigned members, uint32_t events) {
    static const uint64_t software[] = {PERF_COUNT_SW_PAGE_FAULTS, PERF_COUNT_SW_CONTEXT_SWITCHES,
                                        PERF_COUNT_SW_PAGE_FAULTS_MIN, PERF_COUNT_SW_CPU_MIGRATIONS};
    for (uint32_t g = 0; g < group_count; g++)
        close(groups[g].leader);
    group_count = 0;
    groups_opened = false;
    most_members = members;
    page = (struct ht_page){.counter_count = events};
    slot = (struct ht_slot){.ops = {20}};
    for (uint32_t i = 0; i < events; i++) {
        page.counters[i].wanted = true;
        page.counters[i].event = (struct perf_event_attr){.type = PERF_TYPE_SOFTWARE,
                                                          .size = sizeof(struct perf_event_attr),
                                                          .config = software[i],
                                                          .exclude_kernel = 1};
    }
    ht_run_counted(&page, &slot, arms);
}


/* Some systems let nobody but root count anything. */
#define SKIP_UNLESS_PERMITTED()                                                                              \
    do {                                                                                                     \
        count_with(99, 1);                                                                                   \
        if (group_count == 0)                                                                                \
            skip();                                                                                          \
    } while (0)

static void what_the_kernel_runs_together_is_one_group(void **state) {
    (void)state;
    SKIP_UNLESS_PERMITTED();
    count_with(99, 4);
    assert_int_equal(group_count, 1);
    assert_int_equal(groups[0].count, 4);
}


static void a_member_with_which_the_group_never_runs_begins_another(void **state) {
    (void)state;
    SKIP_UNLESS_PERMITTED();
    count_with(2, 4);
    assert_int_equal(group_count, 2);
    assert_int_equal(groups[0].count, 2);
    assert_int_equal(groups[1].count, 2);
    assert_int_equal(groups[1].members[0], 2);
    count_with(1, 3);
    assert_int_equal(group_count, 3);
}


static void check_faults(uint32_t counter) {
    assert_int_equal(slot.counted_ops, 20 * HT_COUNTED_LENGTH);
    for (uint32_t slice = 0; slice < HT_COUNTED_SLICES; slice++) {
        uint64_t more = slot.counted[slice][counter].value - slot.counted_shorter[slice][counter].value;
        assert_in_range(more, slot.counted_ops, slot.counted_ops + 16);
        assert_true(slot.counted[slice][counter].running_ns > 0);
    }
}


static void each_operation_more_is_a_fault_more(void **state) {
    (void)state;
    SKIP_UNLESS_PERMITTED();
    count_with(99, 2);
    check_faults(0);
}


static void events_in_several_groups_are_all_counted(void **state) {
    (void)state;
    SKIP_UNLESS_PERMITTED();
    count_with(2, 4);
    check_faults(0);
    check_faults(2);
}


static void an_event_that_is_not_wanted_reads_as_never_running(void **state) {
    (void)state;
    count_with(99, 1);
    assert_true(slot.counted[0][1].running_ns == 0);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_kernel_runs_together_is_one_group),
        cmocka_unit_test(a_member_with_which_the_group_never_runs_begins_another),
        cmocka_unit_test(each_operation_more_is_a_fault_more),
        cmocka_unit_test(events_in_several_groups_are_all_counted),
        cmocka_unit_test(an_event_that_is_not_wanted_reads_as_never_running),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
