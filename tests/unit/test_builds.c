/* builds.h: what --builds names, which layout a launch measures, and the lanes that come of it. */
#include "builds.h"

#include "checks.h"
#include "lanes.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ht_error error;

static struct ht_builds parsed(const char *list) {
    struct ht_builds builds;
    error = (struct ht_error){""};
    if (!ht_builds_parse(&builds, list, &error))
        fail_msg("%s", error.text);
    return builds;
}


static void assert_refused(const char *list, const char *expected) {
    struct ht_builds builds;
    error = (struct ht_error){""};
    if (ht_builds_parse(&builds, list, &error))
        fail_msg("accepted: %s", list);
    assert_contains(error.text, expected);
    assert_int_equal(builds.count, 0); /* nothing to let go of */
}


static void builds_and_their_layouts_are_read_in_order(void **state) {
    (void)state;
    struct ht_builds builds = parsed("base=/p/w0:/p/w1,head=/q/w0:/q/w1");
    assert_true(builds.named);
    assert_int_equal(builds.count, 2);
    assert_string_equal(builds.all[0].name, "base");
    assert_string_equal(builds.all[1].name, "head");
    assert_int_equal(builds.all[1].number, 1);
    assert_int_equal(builds.all[0].layouts, 2);
    assert_string_equal(builds.all[0].workers[1], "/p/w1");
    assert_string_equal(builds.all[1].workers[0], "/q/w0");
    assert_false(builds.all[0].alone);
    assert_false(builds.all[1].alone);
    ht_builds_free(&builds);
}


static void one_named_build_is_alone(void **state) {
    (void)state;
    struct ht_builds builds = parsed("mine=/p/w");
    assert_int_equal(builds.count, 1);
    assert_true(builds.all[0].alone);
    ht_builds_free(&builds);
}


static void what_is_no_build_is_refused_with_a_remedy(void **state) {
    (void)state;
    assert_refused("", "NAME=WORKER");
    assert_refused("/p/w", "NAME=WORKER");
    assert_refused("base=", "NAME=WORKER");
    assert_refused("=/p/w", "is no name");
    assert_refused("a/b=/p/w", "is no name");
    assert_refused("a\tb=/p/w", "is no name");
    assert_refused("base=/p/w,base=/q/w", "stands there twice");
    assert_refused("base=/p/w0:/p/w1,head=/q/w0", "'base' has 2 layouts, 'head' has 1");
    assert_refused("base=/p/w0::/p/w1", "layout 1 has no path");
    assert_refused("base=/p/w,", "NAME=WORKER");
    char long_name[80] = "";
    memset(long_name, 'n', 64);
    strcat(long_name, "=/p/w");
    assert_refused(long_name, "is no name");
}


static void a_path_with_a_comma_is_refused_saying_so(void **state) {
    (void)state;
    assert_refused("base=/p/a,b/worker", "no path may hold one");
}


static void a_path_with_a_colon_is_refused_saying_so(void **state) {
    (void)state;
    char folder[] = "/tmp/heaptoll-builds-XXXXXX", path[64], list[80];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a:b", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    snprintf(list, sizeof list, "base=%s", path);
    assert_refused(list, "':' separates a build's layouts");
    unlink(path); /* without the file, the same text names two workers */
    struct ht_builds builds = parsed(list);
    assert_int_equal(builds.all[0].layouts, 2);
    ht_builds_free(&builds);
    rmdir(folder);
}


static void more_builds_or_layouts_than_there_is_room_for_are_refused(void **state) {
    (void)state;
    char list[1024] = "", layouts[1024] = "base=/w";
    for (int i = 0; i < HT_MAX_LANES; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%sb%d=/w", i ? "," : "", i);
    struct ht_builds builds = parsed(list);
    assert_int_equal(builds.count, HT_MAX_LANES);
    ht_builds_free(&builds);
    strcat(list, ",more=/w");
    assert_refused(list, "more than 12 builds");
    for (int i = 0; i < HT_MAX_LAYOUTS; i++)
        strcat(layouts, ":/w");
    assert_refused(layouts, "more than 16 layouts");
}


static void a_worker_that_is_not_there_is_refused_naming_build_and_path(void **state) {
    (void)state;
    struct ht_builds builds = parsed("base=/bin/sh,head=/no/such/worker");
    assert_false(ht_builds_find(&builds, &error));
    assert_contains(error.text, "build 'head'");
    assert_contains(error.text, "/no/such/worker: No such file");
    ht_builds_free(&builds);
    builds = parsed("base=/tmp");
    assert_false(ht_builds_find(&builds, &error));
    assert_contains(error.text, "Is a directory");
    ht_builds_free(&builds);
    builds = parsed("base=/etc/passwd");
    assert_false(ht_builds_find(&builds, &error));
    assert_contains(error.text, "Permission denied");
    ht_builds_free(&builds);
}


static void a_worker_is_known_by_its_real_path(void **state) {
    (void)state;
    char link[] = "/tmp/heaptoll-builds-XXXXXX", list[64];
    assert_non_null(mkdtemp(link));
    rmdir(link);
    assert_int_equal(symlink("/bin/sh", link), 0);
    snprintf(list, sizeof list, "base=%s", link);
    struct ht_builds builds = parsed(list);
    assert_true(ht_builds_find(&builds, &error));
    char *real = realpath("/bin/sh", NULL);
    assert_string_equal(builds.all[0].workers[0], real);
    free(real);
    ht_builds_free(&builds);
    unlink(link);
}


static void launches_take_the_layouts_in_turn(void **state) {
    (void)state;
    static const uint32_t expected[] = {0, 1, 2, 0, 1, 2, 0};
    for (uint32_t launch = 0; launch < sizeof expected / sizeof expected[0]; launch++)
        assert_int_equal(ht_build_layout(launch, 3), expected[launch]);
    assert_int_equal(ht_build_layout(UINT32_MAX, 1), 0);
}


static void lanes_are_each_allocator_under_each_build(void **state) {
    (void)state;
    struct ht_builds builds = parsed("base=/p/w,head=/q/w");
    struct ht_lanes lanes;
    char title[HT_LANE_TITLE_MAX];
    assert_true(ht_lanes_parse(&lanes, "glibc,other=glibc", &error));
    assert_true(ht_lanes_across(&lanes, &builds, &error));
    static const char *const titles[] = {"glibc base", "glibc head", "other base", "other head"};
    assert_int_equal(lanes.count, 4);
    for (uint32_t lane = 0; lane < lanes.count; lane++)
        assert_string_equal(ht_lane_title(&lanes.lanes[lane], title), titles[lane]);
    ht_builds_free(&builds);
}


static void with_one_build_a_lane_is_called_as_its_allocator(void **state) {
    (void)state;
    struct ht_builds builds = parsed("mine=/p/w");
    struct ht_lanes lanes;
    char title[HT_LANE_TITLE_MAX];
    assert_true(ht_lanes_parse(&lanes, "glibc", &error));
    assert_true(ht_lanes_across(&lanes, &builds, &error));
    assert_string_equal(ht_lane_title(&lanes.lanes[0], title), "glibc");
    ht_builds_free(&builds);
}


static void more_lanes_than_a_run_has_are_refused_with_the_product(void **state) {
    (void)state;
    struct ht_builds builds = parsed("a=/w,b=/w,c=/w,d=/w");
    struct ht_lanes lanes;
    assert_true(ht_lanes_parse(&lanes, "w=glibc,x=glibc,y=glibc", &error));
    assert_true(ht_lanes_across(&lanes, &builds, &error)); /* 12 are as many as there may be */
    assert_true(ht_lanes_parse(&lanes, "w=glibc,x=glibc,y=glibc,z=glibc", &error));
    assert_false(ht_lanes_across(&lanes, &builds, &error));
    assert_contains(error.text, "4 allocators under 4 builds are 16 lanes");
    assert_contains(error.text, "--allocators=glibc");
    ht_builds_free(&builds);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_and_their_layouts_are_read_in_order),
        cmocka_unit_test(one_named_build_is_alone),
        cmocka_unit_test(what_is_no_build_is_refused_with_a_remedy),
        cmocka_unit_test(a_path_with_a_comma_is_refused_saying_so),
        cmocka_unit_test(a_path_with_a_colon_is_refused_saying_so),
        cmocka_unit_test(more_builds_or_layouts_than_there_is_room_for_are_refused),
        cmocka_unit_test(a_worker_that_is_not_there_is_refused_naming_build_and_path),
        cmocka_unit_test(a_worker_is_known_by_its_real_path),
        cmocka_unit_test(launches_take_the_layouts_in_turn),
        cmocka_unit_test(lanes_are_each_allocator_under_each_build),
        cmocka_unit_test(with_one_build_a_lane_is_called_as_its_allocator),
        cmocka_unit_test(more_lanes_than_a_run_has_are_refused_with_the_product),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
