/* lanes.h: which allocators were asked for, and whether a worker runs on the one it should. */
#include "lanes.h"

#include "checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A readable file, whose text has a known sha256. */
struct library {
    char path[64];
};

static int make_library(void **state) {
    struct library *library = calloc(1, sizeof *library);
    strcpy(library->path, "/tmp/heaptoll-test-XXXXXX");
    int fd = mkstemp(library->path);
    if (fd < 0 || write(fd, "abc", 3) != 3 || close(fd) != 0)
        return -1;
    *state = library;
    return 0;
}


static int remove_library(void **state) {
    struct library *library = *state;
    unlink(library->path);
    free(library);
    return 0;
}


static const char *list_of(const char *format, const char *path) {
    static char list[512];
    snprintf(list, sizeof list, "%.200s%.200s", format, path);
    return list;
}


static struct ht_lanes parsed(const char *list) {
    struct ht_lanes lanes;
    struct ht_error error = {""};
    if (!ht_lanes_parse(&lanes, list, &error))
        fail_msg("'%s': %s", list ? list : "(none)", error.text);
    return lanes;
}


static const char *refusal_of(const char *list) {
    static struct ht_error error;
    struct ht_lanes lanes;
    error = (struct ht_error){""};
    if (ht_lanes_parse(&lanes, list, &error))
        fail_msg("accepted: '%s'", list);
    assert_true(error.text[0] != '\0');
    return error.text;
}


static void the_c_library_needs_no_preload(void **state) {
    (void)state;
    struct ht_lanes lanes = parsed("glibc");
    assert_int_equal(lanes.count, 1);
    assert_string_equal(lanes.lanes[0].allocator, "glibc");
    assert_string_equal(lanes.lanes[0].library, "");
}


static void without_a_list_the_c_library_comes_first(void **state) {
    (void)state;
    struct ht_lanes lanes = parsed(NULL);
    assert_true(lanes.count >= 1);
    assert_string_equal(lanes.lanes[0].allocator, "glibc");
    for (uint32_t i = 1; i < lanes.count; i++)
        assert_int_equal(access(lanes.lanes[i].library, R_OK), 0);
}


static void a_name_and_a_path_make_a_lane(void **state) {
    struct library *library = *state;
    struct ht_lanes lanes = parsed(list_of("glibc,mine=", library->path));
    assert_int_equal(lanes.count, 2);
    assert_string_equal(lanes.lanes[1].allocator, "mine");
    assert_string_equal(lanes.lanes[1].library, library->path);
}


static void a_path_is_followed_to_the_real_file(void **state) {
    struct library *library = *state;
    char link[80];
    snprintf(link, sizeof link, "%s.link", library->path);
    assert_int_equal(symlink(library->path, link), 0);
    struct ht_lanes lanes = parsed(list_of("mine=", link));
    unlink(link);
    assert_string_equal(lanes.lanes[0].library, library->path);
}


static void a_known_allocator_can_stand_under_two_names(void **state) {
    (void)state;
    struct ht_lanes lanes = parsed("a=glibc,b=glibc");
    assert_int_equal(lanes.count, 2);
    assert_string_equal(lanes.lanes[0].allocator, "a");
    assert_string_equal(lanes.lanes[1].allocator, "b");
}


static void a_name_that_stands_twice_is_refused(void **state) {
    (void)state;
    assert_contains(refusal_of("glibc,glibc"), "'glibc' stands there twice");
    assert_contains(refusal_of("a=glibc,a=glibc"), "'a' stands there twice");
}


static void an_unknown_name_lists_those_that_are_known(void **state) {
    (void)state;
    const char *text = refusal_of("jemaloc");
    assert_contains(text, "unknown allocator 'jemaloc'");
    assert_contains(text, "known: jemalloc, "); /* the nearest first */
    assert_contains(text, "glibc");
    assert_contains(text, "mimalloc");
    assert_contains(text, "tcmalloc");
    assert_contains(refusal_of("x=jemaloc"), "unknown allocator 'jemaloc'");
}


static void a_library_that_is_not_there_is_named(void **state) {
    (void)state;
    const char *text = refusal_of("mine=/no/such/library.so");
    assert_contains(text, "'mine'");
    assert_contains(text, "/no/such/library.so");
}


static void empty_words_are_refused(void **state) {
    (void)state;
    assert_contains(refusal_of(""), "neither a name nor name=/path");
    assert_contains(refusal_of("glibc,"), "neither a name nor name=/path");
    assert_contains(refusal_of(",glibc"), "neither a name nor name=/path");
    assert_contains(refusal_of("mine="), "'mine=' is neither");
    assert_contains(refusal_of("=/lib/x.so"), "'=/lib/x.so' is neither");
}


/* A path without a name: say how to name it. */
static void a_name_with_a_slash_is_refused(void **state) {
    (void)state;
    const char *text = refusal_of("/usr/lib/libx.so");
    assert_contains(text, "'/usr/lib/libx.so' is no name");
    assert_contains(text, "mine=/usr/lib/libx.so");
}


static void names_that_would_break_a_file_are_refused(void **state) {
    (void)state;
    assert_contains(refusal_of("a;b=glibc"), "is no name");
    assert_contains(refusal_of("a\"b=glibc"), "is no name");
    assert_contains(refusal_of("a\nb=glibc"), "is no name");
    char longest[64 + 8];
    memset(longest, 'x', 64);
    strcpy(longest + 64, "=glibc");
    assert_contains(refusal_of(longest), "at most 63 characters");
    assert_int_equal(parsed(longest + 1).count, 1);
}


static void more_lanes_than_the_page_has_are_refused(void **state) {
    (void)state;
    char list[256] = "";
    for (int i = 0; i < HT_MAX_LANES; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%sl%d=glibc", i ? "," : "", i);
    assert_int_equal(parsed(list).count, HT_MAX_LANES);
    strcat(list, ",more=glibc");
    assert_contains(refusal_of(list), "more than 12 allocators");
}


/* -- Verification ---------------------------------------------------------- */

static void answer(struct ht_slot *slot, const char *malloc_from, const char *free_from,
                   const char *version) {
    memset(slot, 0, sizeof *slot);
    strcpy(slot->malloc_from, malloc_from);
    strcpy(slot->free_from, free_from);
    strcpy(slot->allocator_version, version);
}


static void a_lane_that_runs_on_what_was_asked_for_is_taken(void **state) {
    struct library *library = *state;
    struct ht_lanes lanes = parsed(list_of("mine=", library->path));
    struct ht_slot slot;
    struct ht_error error = {""};
    answer(&slot, library->path, library->path, "5.3.0");
    assert_true(ht_lane_verify(&lanes.lanes[0], &slot, &error));
    assert_string_equal(lanes.lanes[0].answered_by, library->path);
    assert_string_equal(lanes.lanes[0].version, "5.3.0");
    assert_string_equal(lanes.lanes[0].sha256,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}


static void the_c_library_is_known_by_its_file_name(void **state) {
    (void)state;
    struct ht_slot slot;
    struct ht_error error = {""};
    static const char *const names[] = {"/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib64/libc-2.31.so",
                                        "libc.so.6"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct ht_lanes lanes = parsed("glibc");
        answer(&slot, names[i], names[i], "2.36");
        assert_true(ht_lane_verify(&lanes.lanes[0], &slot, &error));
    }
}


/* The dynamic linker ignores what it cannot preload: the worker then runs on glibc, and must not be taken. */
static void a_preload_that_did_not_take_is_refused(void **state) {
    struct library *library = *state;
    struct ht_lanes lanes = parsed(list_of("mine=", library->path));
    struct ht_slot slot;
    struct ht_error error = {""};
    answer(&slot, "/lib/x86_64-linux-gnu/libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6", "2.36");
    assert_false(ht_lane_verify(&lanes.lanes[0], &slot, &error));
    assert_contains(error.text, library->path);
    assert_contains(error.text, "malloc is answered by /lib/x86_64-linux-gnu/libc.so.6");
    assert_string_equal(lanes.lanes[0].answered_by, "");
}


static void free_answered_by_another_is_refused(void **state) {
    struct library *library = *state;
    struct ht_lanes lanes = parsed(list_of("mine=", library->path));
    struct ht_slot slot;
    struct ht_error error = {""};
    answer(&slot, library->path, "/lib/x86_64-linux-gnu/libc.so.6", "");
    assert_false(ht_lane_verify(&lanes.lanes[0], &slot, &error));
    assert_contains(error.text, "free is answered by /lib/x86_64-linux-gnu/libc.so.6");
}


static void an_allocator_under_the_c_librarys_name_is_refused(void **state) {
    struct library *library = *state;
    struct ht_lanes lanes = parsed("glibc");
    struct ht_slot slot;
    struct ht_error error = {""};
    answer(&slot, library->path, library->path, "");
    assert_false(ht_lane_verify(&lanes.lanes[0], &slot, &error));
    assert_contains(error.text, "allocator 'glibc'");
    assert_contains(error.text, library->path);
    /* A file that is merely named a little like it. */
    answer(&slot, "/opt/libcool.so", "/opt/libcool.so", "");
    assert_false(ht_lane_verify(&lanes.lanes[0], &slot, &error));
}


static void a_worker_that_does_not_know_is_refused(void **state) {
    (void)state;
    struct ht_lanes lanes = parsed("glibc");
    struct ht_slot slot;
    struct ht_error error = {""};
    answer(&slot, "", "", "");
    assert_false(ht_lane_verify(&lanes.lanes[0], &slot, &error));
    assert_contains(error.text, "nobody known");
}


#define WITH_LIBRARY(TEST) cmocka_unit_test_setup_teardown(TEST, make_library, remove_library)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_c_library_needs_no_preload),
        cmocka_unit_test(without_a_list_the_c_library_comes_first),
        WITH_LIBRARY(a_name_and_a_path_make_a_lane),
        WITH_LIBRARY(a_path_is_followed_to_the_real_file),
        cmocka_unit_test(a_known_allocator_can_stand_under_two_names),
        cmocka_unit_test(a_name_that_stands_twice_is_refused),
        cmocka_unit_test(an_unknown_name_lists_those_that_are_known),
        cmocka_unit_test(a_library_that_is_not_there_is_named),
        cmocka_unit_test(empty_words_are_refused),
        cmocka_unit_test(a_name_with_a_slash_is_refused),
        cmocka_unit_test(names_that_would_break_a_file_are_refused),
        cmocka_unit_test(more_lanes_than_the_page_has_are_refused),
        WITH_LIBRARY(a_lane_that_runs_on_what_was_asked_for_is_taken),
        cmocka_unit_test(the_c_library_is_known_by_its_file_name),
        WITH_LIBRARY(a_preload_that_did_not_take_is_refused),
        WITH_LIBRARY(free_answered_by_another_is_refused),
        WITH_LIBRARY(an_allocator_under_the_c_librarys_name_is_refused),
        cmocka_unit_test(a_worker_that_does_not_know_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
