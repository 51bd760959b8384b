/* ht_layout_draw: where a launch puts things. */
#include "checks.h"
#include "launch.h"

#define LAUNCHES 4096

static bool same(struct ht_layout a, struct ht_layout b) {
    return a.environment_bytes == b.environment_bytes && a.stack_offset_bytes == b.stack_offset_bytes &&
           a.heap_offset_bytes == b.heap_offset_bytes;
}


static void the_same_seed_case_and_launch_give_the_same_layout(void **state) {
    (void)state;
    for (uint32_t launch = 0; launch < 100; launch++)
        assert_true(
            same(ht_layout_draw(7, "a/b/64", launch, false), ht_layout_draw(7, "a/b/64", launch, false)));
}


static void launches_seeds_and_cases_differ_in_layout(void **state) {
    (void)state;
    int same_as_last_launch = 0, same_in_other_seed = 0, same_in_other_case = 0;
    for (uint32_t launch = 1; launch < LAUNCHES; launch++) {
        struct ht_layout mine = ht_layout_draw(7, "a/b/64", launch, false);
        same_as_last_launch += same(mine, ht_layout_draw(7, "a/b/64", launch - 1, false));
        same_in_other_seed += same(mine, ht_layout_draw(8, "a/b/64", launch, false));
        same_in_other_case += same(mine, ht_layout_draw(7, "a/b/65", launch, false));
    }
    /* 2^28 layouts: two in 4096 pairs would already be a wonder. */
    assert_in_range(same_as_last_launch, 0, 1);
    assert_in_range(same_in_other_seed, 0, 1);
    assert_in_range(same_in_other_case, 0, 1);
}


static void each_part_differs_between_launches_on_its_own(void **state) {
    (void)state;
    uint32_t environment = 0, stack = 0, heap = 0;
    struct ht_layout first = ht_layout_draw(1, "a/b/64", 0, false);
    for (uint32_t launch = 1; launch < 32; launch++) {
        struct ht_layout other = ht_layout_draw(1, "a/b/64", launch, false);
        environment += other.environment_bytes != first.environment_bytes;
        stack += other.stack_offset_bytes != first.stack_offset_bytes;
        heap += other.heap_offset_bytes != first.heap_offset_bytes;
    }
    assert_true(environment > 24 && stack > 24 && heap > 24);
}


/* Within a page, in steps that keep the stack and the heap aligned; and all of them occur. */
static void layouts_cover_a_page_and_nothing_more(void **state) {
    (void)state;
    bool stack_seen[256] = {false}, heap_seen[256] = {false}, environment_seen[16] = {false};
    for (uint32_t launch = 0; launch < LAUNCHES; launch++) {
        struct ht_layout layout = ht_layout_draw(99, "array_size/fixed/8192/all", launch, false);
        assert_true(layout.environment_bytes < 4096);
        assert_true(layout.stack_offset_bytes < 4096 && layout.stack_offset_bytes % 16 == 0);
        assert_true(layout.heap_offset_bytes < 4096 && layout.heap_offset_bytes % 16 == 0);
        stack_seen[layout.stack_offset_bytes / 16] = true;
        heap_seen[layout.heap_offset_bytes / 16] = true;
        environment_seen[layout.environment_bytes / 256] = true;
    }
    for (int i = 0; i < 256; i++)
        assert_true(stack_seen[i] && heap_seen[i] && environment_seen[i / 16]);
}


static void the_last_launch_of_all_is_in_range_too(void **state) {
    (void)state;
    struct ht_layout layout = ht_layout_draw(UINT64_MAX, "", UINT32_MAX, false);
    assert_true(layout.environment_bytes < 4096 && layout.stack_offset_bytes < 4096 &&
                layout.heap_offset_bytes < 4096);
}


static void shared_addresses_are_drawn_by_the_page_too(void **state) {
    (void)state;
    uint32_t stack = 0, heap = 0, mappings = 0;
    for (uint32_t launch = 0; launch < LAUNCHES; launch++) {
        struct ht_layout layout = ht_layout_draw(7, "a/b/64", launch, true);
        struct ht_layout within = ht_layout_draw(7, "a/b/64", launch, false);
        assert_int_equal(within.mapping_pages, 0);
        assert_int_equal(layout.stack_offset_bytes % 4096, within.stack_offset_bytes);
        assert_int_equal(layout.heap_offset_bytes % 4096, within.heap_offset_bytes);
        stack |= 1u << (layout.stack_offset_bytes / 4096 % 32);
        heap |= 1u << (layout.heap_offset_bytes / 4096 % 32);
        mappings |= 1u << (layout.mapping_pages % 32);
        assert_true(layout.stack_offset_bytes < 1 << 18 && layout.heap_offset_bytes < 1 << 17);
    }
    assert_true(stack == UINT32_MAX && heap == (1u << 28) - 1 && mappings == UINT32_MAX);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_case_and_launch_give_the_same_layout),
        cmocka_unit_test(launches_seeds_and_cases_differ_in_layout),
        cmocka_unit_test(each_part_differs_between_launches_on_its_own),
        cmocka_unit_test(layouts_cover_a_page_and_nothing_more),
        cmocka_unit_test(shared_addresses_are_drawn_by_the_page_too),
        cmocka_unit_test(the_last_launch_of_all_is_in_range_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
