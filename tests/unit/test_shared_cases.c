/* shared_cases.h and builds_describe.h: by which cases builds can be compared, and which workers are refused.
 */
#include "builds_describe.h"
#include "shared_cases.h"

#include "case_state.h"
#include "checks.h"

#include <stdio.h>
#include <stdlib.h>

#define WORKER "worker\t5\tgcc\tgcc 12.2.0\t-O2\n"
/* A case of scenario `s`: name, parameters, size, arms, prepares, unavailable. */
#define CASE(NAME, PARAMS, SIZE, ARMS, PREPARES, WHY)                                                        \
    "case\ts\tv\t" NAME "\t" PARAMS "\t" SIZE "\t100\t0\t" ARMS "\tWhy?\tBecause.\t" PREPARES "\t" WHY "\n"
#define PLAIN(NAME) CASE(NAME, "k=1", "8", "null,stack,heap", "0", "")

static const struct ht_builds two = {
    .count = 2, .named = true, .all = {{.name = "base", .number = 0}, {.name = "head", .number = 1}}};
static const struct ht_lanes lanes = {
    .lanes = {{.allocator = "glibc", .build = &two.all[0]}, {.allocator = "glibc", .build = &two.all[1]}},
    .count = 2};
static struct ht_error error;

static struct ht_catalogue catalogue_of(const char *text) {
    struct ht_catalogue catalogue;
    error = (struct ht_error){""};
    if (!ht_catalogue_parse(&catalogue, strdup(text), &error))
        fail_msg("%s", error.text);
    return catalogue;
}


static struct ht_catalogue united(const char *base, const char *head) {
    struct ht_catalogue all = catalogue_of(base), other = catalogue_of(head);
    if (!ht_cases_unite(&all, &other, &two, 1, &error))
        fail_msg("%s", error.text);
    return all;
}


/* Why the case s/v/one, listed so by base and head, is set apart; "" when it is not. */
static const char *why_apart(const char *base, const char *head) {
    static char why[HT_APART_MAX];
    char base_list[1024], head_list[1024];
    struct ht_catalogue apart;
    snprintf(base_list, sizeof base_list, WORKER "%s" PLAIN("other"), base);
    snprintf(head_list, sizeof head_list, WORKER "%s" PLAIN("other"), head);
    struct ht_catalogue all = united(base_list, head_list);
    if (!ht_cases_set_apart(&all, &apart, &two, &error))
        fail_msg("%s", error.text);
    assert_int_equal(all.count + apart.count, 2);
    why[0] = '\0';
    if (apart.count) {
        assert_string_equal(apart.cases[0].name, "s/v/one");
        ht_cases_why_apart(&apart.cases[0], &two, why);
    }
    ht_catalogue_free(&apart);
    ht_catalogue_free(&all);
    return why;
}


static void what_is_alike_is_measured(void **state) {
    (void)state;
    assert_string_equal(why_apart(PLAIN("one"), PLAIN("one")), "");
}


static void every_way_of_not_being_alike_sets_a_case_apart(void **state) {
    (void)state;
    assert_string_equal(why_apart(PLAIN("one"), CASE("one", "k=1", "8", "null,heap,stack", "0", "")),
                        "its arms are null,stack,heap in base and null,heap,stack in head");
    assert_string_equal(why_apart(PLAIN("one"), CASE("one", "", "8", "null,stack,heap", "0", "")),
                        "its parameters are k=1 in base and none in head");
    assert_string_equal(why_apart(PLAIN("one"), CASE("one", "k=1", "-", "null,stack,heap", "0", "")),
                        "its size is 8 bytes in base and none in head");
    assert_string_equal(why_apart(PLAIN("one"), CASE("one", "k=1", "8", "null,stack,heap", "1", "")),
                        "preparing its process: no in base and yes in head");
}


static void a_case_that_one_build_lacks_is_set_apart_saying_which(void **state) {
    (void)state;
    assert_string_equal(why_apart(PLAIN("one"), ""), "missing in head");
    assert_string_equal(why_apart("", PLAIN("one")), "missing in base");
}


static void builds_without_a_case_in_common_are_refused_naming_what_they_have(void **state) {
    (void)state;
    struct ht_catalogue all = united(WORKER PLAIN("one"), WORKER PLAIN("two")), apart;
    assert_false(ht_cases_set_apart(&all, &apart, &two, &error));
    assert_contains(error.text, "s/v/one: missing in head");
    assert_contains(error.text, "s/v/two: missing in base");
    ht_catalogue_free(&apart);
    ht_catalogue_free(&all);
}


static void the_deeper_frame_of_two_builds_counts(void **state) {
    (void)state;
    struct ht_catalogue all =
        united(WORKER PLAIN("one"),
               WORKER "case\ts\tv\tone\tk=1\t8\t900\t0\tnull,stack,heap\tWhy?\tBecause.\t0\t\n");
    assert_int_equal(all.cases[0].stack_bytes, 900);
    ht_catalogue_free(&all);
}


static void what_one_build_cannot_have_is_skipped_in_its_lanes_alone(void **state) {
    (void)state;
    struct ht_catalogue apart,
        all = united(WORKER PLAIN("one"), WORKER CASE("one", "k=1", "8", "null,stack,heap", "0", "no clang"));
    assert_true(ht_cases_set_apart(&all, &apart, &two, &error));
    assert_int_equal(all.count, 1); /* alike all the same */
    struct ht_case_state one = {.info = &all.cases[0]};
    assert_false(ht_case_cannot_run(&one, &lanes, SIZE_MAX));
    assert_true(ht_case_works(&one, 0));
    assert_false(ht_case_works(&one, 1));
    assert_int_equal(one.failed[1][2].status, HT_SKIPPED);
    assert_string_equal(one.failed[1][2].reason, "no clang");
    ht_catalogue_free(&apart);
    ht_catalogue_free(&all);
}


static void what_no_build_can_have_is_skipped_in_each_for_its_own_reason(void **state) {
    (void)state;
    struct ht_catalogue all = united(WORKER CASE("one", "k=1", "8", "null,stack,heap", "0", "no gcc"),
                                     WORKER CASE("one", "k=1", "8", "null,stack,heap", "0", "no clang"));
    struct ht_case_state one = {.info = &all.cases[0]};
    assert_true(ht_case_cannot_run(&one, &lanes, SIZE_MAX));
    assert_string_equal(one.failed[0][0].reason, "no gcc");
    assert_string_equal(one.failed[1][0].reason, "no clang");
    ht_catalogue_free(&all);
}


/* -- Other versions, other layouts ------------------------------------------ */

/* A worker of protocol 3 had other lines: one field less in every case, one more about itself. */
#define OLD_LINES "\tgcc\tgcc 10\t-O2\tmore\ncase\ts\tv\tone\tk=1\t8\t100\t0\tnull,stack,heap\tWhy?\n"

static void an_old_worker_is_refused_for_its_version_not_for_its_fields(void **state) {
    (void)state;
    error = (struct ht_error){""};
    assert_false(ht_build_speaks(&two.all[0], "/p/old", "worker\t3" OLD_LINES, &error));
    assert_contains(error.text, "build 'base'");
    assert_contains(error.text, "/p/old");
    assert_contains(error.text, "protocol 3, this heaptoll 5");
    assert_contains(error.text, "make compare BASE=");
    struct ht_catalogue catalogue;
    assert_false(ht_catalogue_parse(&catalogue, strdup("worker\t3" OLD_LINES), &error));
    assert_contains(error.text, "protocol 3");
    /* The same lines as if they were of our version: what would be said without looking at it first. */
    assert_false(ht_catalogue_parse(&catalogue, strdup("worker\t5" OLD_LINES), &error));
    assert_contains(error.text, "fields");
}


static void the_version_is_found_wherever_the_line_worker_stands(void **state) {
    (void)state;
    unsigned long version = 0;
    assert_true(ht_described_version("case\tx\nworker\t7\n", &version));
    assert_int_equal(version, 7);
    assert_false(ht_described_version("case\tworker\t7\n", &version));
    assert_false(ht_described_version("worker\tseven\n", &version));
    assert_false(ht_described_version("", &version));
}


static void a_layout_is_the_same_program_or_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *why;
    } others[] = {
        {WORKER PLAIN("two") PLAIN("one"), NULL}, /* linked in another order */
        {WORKER PLAIN("one"), "it has no case s/v/two"},
        {WORKER PLAIN("one") PLAIN("two") PLAIN("three"), "it has a case s/v/three more"},
        {WORKER PLAIN("one") CASE("two", "k=2", "8", "null,stack,heap", "0", ""), "its parameters are"},
        {WORKER PLAIN("one") CASE("two", "k=1", "8", "null,stack,heap", "0", "no"), "available in one"},
        {"worker\t5\tgcc\tgcc 13\t-O2\n" PLAIN("one") PLAIN("two"), "compiled by gcc 13, not by gcc 12.2.0"},
    };
    struct ht_catalogue first = catalogue_of(WORKER PLAIN("one") PLAIN("two"));
    const struct ht_build build = {
        .name = "base", .workers = {(char *)"/p/w0", (char *)"/p/w1"}, .layouts = 2};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct ht_catalogue other = catalogue_of(others[i].text);
        assert_int_equal(ht_build_same(&build, 1, &first, &other, &error), others[i].why == NULL);
        if (others[i].why) {
            assert_contains(error.text, others[i].why);
            assert_contains(error.text, "build 'base': layout 1, /p/w1");
        }
        ht_catalogue_free(&other);
    }
    ht_catalogue_free(&first);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_alike_is_measured),
        cmocka_unit_test(every_way_of_not_being_alike_sets_a_case_apart),
        cmocka_unit_test(a_case_that_one_build_lacks_is_set_apart_saying_which),
        cmocka_unit_test(builds_without_a_case_in_common_are_refused_naming_what_they_have),
        cmocka_unit_test(the_deeper_frame_of_two_builds_counts),
        cmocka_unit_test(what_one_build_cannot_have_is_skipped_in_its_lanes_alone),
        cmocka_unit_test(what_no_build_can_have_is_skipped_in_each_for_its_own_reason),
        cmocka_unit_test(an_old_worker_is_refused_for_its_version_not_for_its_fields),
        cmocka_unit_test(the_version_is_found_wherever_the_line_worker_stands),
        cmocka_unit_test(a_layout_is_the_same_program_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
