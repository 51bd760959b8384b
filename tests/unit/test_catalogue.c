/* catalogue.h: reading what a worker says of its cases, and choosing from it. */
#include "catalogue.h"

#include "checks.h"
#include "page.h"

#include <stdio.h>
#include <stdlib.h>

#define WORKER "worker\t5\tgcc\tgcc 12.2.0\t-O2 -g\n"
#define SMALL                                                                                                \
    "case\tarray_size\tfixed\t8/all\telements=8\t64\t0\t0\tnull,stack,heap\tWhere?\tAn array of 8.\t0\t\n"
#define LARGE                                                                                                \
    "case\tarray_size\tfixed\t131072/"                                                                       \
    "all\telements=131072\t1048576\t1048576\t2\tnull,stack,heap,hybrid\tWhere?\tA "                          \
    "large array.\t0\t\n"
#define BOXED "case\tboxed_value\tinterface\t8\t\t8\t0\t1\tstack,heap,inline\tWhat?\tA boxed value.\t0\t\n"
#define NO_SIZE "case\tclosure\tcall\td8\tdepth=8\t-\t0\t0\tnull,heap\tHow much?\tCalls.\t0\t\n"
#define ALL WORKER SMALL LARGE BOXED NO_SIZE

/* The parser takes its text over, so it gets a copy. */
static bool parse(struct ht_catalogue *catalogue, const char *text, struct ht_error *error) {
    *error = (struct ht_error){""};
    return ht_catalogue_parse(catalogue, strdup(text), error);
}


static struct ht_catalogue catalogue_of(const char *text) {
    struct ht_catalogue catalogue;
    struct ht_error error;
    if (!parse(&catalogue, text, &error))
        fail_msg("%s", error.text);
    return catalogue;
}


static void a_description_is_read_field_by_field(void **state) {
    (void)state;
    struct ht_catalogue catalogue = catalogue_of(ALL);
    assert_string_equal(catalogue.build, "gcc");
    assert_string_equal(catalogue.compiler, "gcc 12.2.0");
    assert_string_equal(catalogue.flags, "-O2 -g");
    assert_int_equal(catalogue.count, 4);

    const struct ht_case_info *large = &catalogue.cases[1];
    assert_string_equal(large->name, "array_size/fixed/131072/all");
    assert_string_equal(large->scenario, "array_size");
    assert_string_equal(large->variant, "fixed");
    assert_string_equal(large->point, "131072/all");
    assert_string_equal(large->params, "elements=131072");
    assert_string_equal(large->question, "Where?");
    assert_string_equal(large->explains, "A large array.");
    assert_int_equal(large->size_bytes, 1 << 20);
    assert_int_equal(large->stack_bytes, 1 << 20);
    assert_int_equal(large->profile, HT_FULL);
    assert_int_equal(large->arm_count, 4);
    assert_int_equal(large->arms[0], HT_ARM_NULL);
    assert_int_equal(large->arms[3], HT_ARM_HYBRID);
    ht_catalogue_free(&catalogue);
}


static void what_a_case_prepares_or_lacks_is_read(void **state) {
    (void)state;
    struct ht_catalogue catalogue =
        catalogue_of(WORKER "case\ta\tb\tc\t\t8\t0\t0\tnull,stack\tWhy?\tBecause.\t1\t\n"
                            "case\ta\tb\td\t\t8\t0\t0\tnull,stack\tWhy?\tBecause.\t0\tno clang\n");
    assert_true(catalogue.cases[0].prepares);
    assert_string_equal(catalogue.cases[0].unavailable[0], "");
    assert_false(catalogue.cases[1].prepares);
    assert_string_equal(catalogue.cases[1].unavailable[0], "no clang");
    ht_catalogue_free(&catalogue);
}


static void a_case_without_a_size_says_so(void **state) {
    (void)state;
    struct ht_catalogue catalogue = catalogue_of(ALL);
    assert_true(catalogue.cases[3].size_bytes == HT_NO_SIZE);
    assert_string_equal(catalogue.cases[2].params, "");
    ht_catalogue_free(&catalogue);
}


static void a_line_with_a_field_too_few_is_named_by_its_number(void **state) {
    (void)state;
    struct ht_catalogue catalogue;
    struct ht_error error;
    assert_false(parse(&catalogue, WORKER SMALL "case\tarray_size\tfixed\t8/all\n" BOXED, &error));
    assert_contains(error.text, "line 3");
    assert_contains(error.text, "13 fields");
    assert_int_equal(catalogue.count, 0);
}


static void malformed_lines_are_refused(void **state) {
    (void)state;
    static const char *const malformed[] = {
        "worker\t5\tgcc\n",
        "worker\t5\tgcc\tgcc 12\t-O2\tand more\n",
        "what is this\n",
        "case\ta\tb\tc\t\t8\t0\t0\tnull,nonsense\tWhy?\tBecause.\t0\t\n",
        "case\ta\tb\tc\t\t8\t0\t0\t\tWhy?\tNo arms.\t0\t\n",
        "case\ta\tb\tc\t\t8\t0\t0\tnull,stack,heap,null,stack,heap,null\tWhy?\tToo many arms.\t0\t\n",
    };
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        struct ht_catalogue catalogue;
        struct ht_error error;
        char text[1024];
        snprintf(text, sizeof text, WORKER SMALL "%s", malformed[i]);
        if (parse(&catalogue, text, &error))
            fail_msg("accepted: %s", malformed[i]);
        assert_contains(error.text, "line 3");
    }
}


/* A number that is none must not become a size of zero, nor a profile that does not exist. */
static void malformed_numbers_are_refused(void **state) {
    (void)state;
    static const char *const malformed[] = {
        "case\ta\tb\tc\t\tmany\t0\t0\tnull,stack\tWhy?\tA size in words.\t0\t\n",
        "case\ta\tb\tc\t\t8\tlots\t0\tnull,stack\tWhy?\tA frame in words.\t0\t\n",
        "case\ta\tb\tc\t\t8\t0\t7\tnull,stack\tWhy?\tNo such profile.\t0\t\n",
        "case\ta\tb\tc\t\t8\t0\t0\tnull,stack\tWhy?\tNeither yes nor no.\t2\t\n",
    };
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        struct ht_catalogue catalogue;
        struct ht_error error;
        char text[1024];
        snprintf(text, sizeof text, WORKER SMALL "%s", malformed[i]);
        if (parse(&catalogue, text, &error)) {
            ht_catalogue_free(&catalogue);
            fail_msg("accepted: %s", malformed[i]);
        }
        assert_contains(error.text, "line 3");
    }
}


static void a_worker_of_another_version_is_refused_naming_both(void **state) {
    (void)state;
    struct ht_catalogue catalogue;
    struct ht_error error;
    char mine[32];
    assert_false(parse(&catalogue, "worker\t99\tgcc\tgcc 12\t-O2\n" SMALL, &error));
    snprintf(mine, sizeof mine, "this heaptoll %u", HT_PROTOCOL_VERSION);
    assert_contains(error.text, "protocol 99");
    assert_contains(error.text, mine);
}


static void a_description_without_cases_or_without_a_worker_is_refused(void **state) {
    (void)state;
    static const char *const incomplete[] = {"", "\n\n", WORKER, SMALL};
    for (size_t i = 0; i < sizeof incomplete / sizeof incomplete[0]; i++) {
        struct ht_catalogue catalogue;
        struct ht_error error;
        assert_false(parse(&catalogue, incomplete[i], &error));
        assert_contains(error.text, "is this heaptoll's own worker?");
    }
}


static void what_a_program_prints_is_read_and_its_failure_is_named(void **state) {
    (void)state;
    struct ht_catalogue catalogue;
    struct ht_error error = {""};
    assert_false(ht_catalogue_read(&catalogue, "/bin/false", &error));
    assert_contains(error.text, "/bin/false failed with exit status 1");
    assert_false(ht_catalogue_read(&catalogue, "/no/such/worker", &error));
    assert_contains(error.text, "cannot run /no/such/worker: No such file");
    assert_false(ht_catalogue_read(&catalogue, "/bin/echo", &error));
    assert_contains(error.text, "line 1");
}


/* The names that a filter leaves, each followed by a space. */
static const char *chosen(enum ht_profile profile, const char *filter) {
    static char names[512];
    struct ht_catalogue catalogue = catalogue_of(ALL);
    struct ht_error error = {""};
    names[0] = '\0';
    if (ht_catalogue_choose(&catalogue, profile, filter, &error))
        for (size_t i = 0; i < catalogue.count; i++)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", catalogue.cases[i].name);
    ht_catalogue_free(&catalogue);
    return names;
}


static void a_profile_has_its_cases_and_those_of_the_smaller_ones(void **state) {
    (void)state;
    assert_string_equal(chosen(HT_SMOKE, ""), "array_size/fixed/8/all closure/call/d8 ");
    assert_string_equal(chosen(HT_QUICK, ""),
                        "array_size/fixed/8/all boxed_value/interface/8 closure/call/d8 ");
    assert_string_equal(chosen(HT_FULL, ""), "array_size/fixed/8/all array_size/fixed/131072/all "
                                             "boxed_value/interface/8 closure/call/d8 ");
}


static void all_means_every_case(void **state) {
    (void)state;
    assert_string_equal(chosen(HT_QUICK, "all"),
                        "array_size/fixed/8/all boxed_value/interface/8 closure/call/d8 ");
}


static void a_filter_matches_anywhere_in_the_name(void **state) {
    (void)state;
    assert_string_equal(chosen(HT_FULL, "/8"), "array_size/fixed/8/all boxed_value/interface/8 ");
    assert_string_equal(chosen(HT_FULL, "/8$"), "boxed_value/interface/8 ");
    assert_string_equal(chosen(HT_FULL, "^(closure|boxed)"), "boxed_value/interface/8 closure/call/d8 ");
    assert_string_equal(chosen(HT_FULL, "array_size/fixed/[0-9]+/all"),
                        "array_size/fixed/8/all array_size/fixed/131072/all ");
}


static void a_leading_minus_takes_the_others(void **state) {
    (void)state;
    assert_string_equal(chosen(HT_FULL, "-array"), "boxed_value/interface/8 closure/call/d8 ");
    assert_string_equal(chosen(HT_SMOKE, "-array"), "closure/call/d8 ");
}


static void a_full_name_takes_its_case_in_any_profile(void **state) {
    (void)state;
    assert_string_equal(chosen(HT_SMOKE, "array_size/fixed/131072/all"), "array_size/fixed/131072/all ");
    /* A pattern does not. */
    assert_string_equal(chosen(HT_SMOKE, "array_size/fixed/131072"), "");
    assert_string_equal(chosen(HT_SMOKE, "array_size/fixed/131072/all$"), "");
}


static void a_filter_that_matches_nothing_names_the_nearest_cases(void **state) {
    (void)state;
    struct ht_catalogue catalogue = catalogue_of(ALL);
    struct ht_error error = {""};
    assert_false(ht_catalogue_choose(&catalogue, HT_FULL, "boxed_valeu/interface/8", &error));
    assert_contains(error.text, "'boxed_valeu/interface/8'");
    assert_contains(error.text, "nearest: boxed_value/interface/8");
    assert_false(ht_catalogue_choose(&catalogue, HT_FULL, "-.", &error));
    assert_contains(error.text, "'-.'");
    ht_catalogue_free(&catalogue);
}


static void a_filter_that_is_no_expression_is_refused(void **state) {
    (void)state;
    struct ht_catalogue catalogue = catalogue_of(ALL);
    struct ht_error error = {""};
    assert_false(ht_catalogue_choose(&catalogue, HT_FULL, "array(", &error));
    assert_contains(error.text, "'array('");
    assert_contains(error.text, "regular expression");
    ht_catalogue_free(&catalogue);
}


static void arm_kinds_have_the_names_of_their_columns(void **state) {
    (void)state;
    assert_int_equal(ht_arm_kind_of("null"), HT_ARM_NULL);
    assert_int_equal(ht_arm_kind_of("stack"), HT_ARM_STACK);
    assert_int_equal(ht_arm_kind_of("heap"), HT_ARM_HEAP);
    assert_int_equal(ht_arm_kind_of("pool"), HT_ARM_POOL);
    assert_int_equal(ht_arm_kind_of("Heap"), HT_ARM_KINDS);
    assert_int_equal(ht_arm_kind_of(""), HT_ARM_KINDS);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_description_is_read_field_by_field),
        cmocka_unit_test(what_a_case_prepares_or_lacks_is_read),
        cmocka_unit_test(a_case_without_a_size_says_so),
        cmocka_unit_test(a_line_with_a_field_too_few_is_named_by_its_number),
        cmocka_unit_test(malformed_lines_are_refused),
        cmocka_unit_test(malformed_numbers_are_refused),
        cmocka_unit_test(a_worker_of_another_version_is_refused_naming_both),
        cmocka_unit_test(a_description_without_cases_or_without_a_worker_is_refused),
        cmocka_unit_test(what_a_program_prints_is_read_and_its_failure_is_named),
        cmocka_unit_test(a_profile_has_its_cases_and_those_of_the_smaller_ones),
        cmocka_unit_test(all_means_every_case),
        cmocka_unit_test(a_filter_matches_anywhere_in_the_name),
        cmocka_unit_test(a_leading_minus_takes_the_others),
        cmocka_unit_test(a_full_name_takes_its_case_in_any_profile),
        cmocka_unit_test(a_filter_that_matches_nothing_names_the_nearest_cases),
        cmocka_unit_test(a_filter_that_is_no_expression_is_refused),
        cmocka_unit_test(arm_kinds_have_the_names_of_their_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
