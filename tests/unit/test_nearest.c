/* nearest.h: a name that is not known is answered with those that were perhaps meant. */
#include "nearest.h"

#include "checks.h"

static const char *const allocators[] = {"glibc", "jemalloc", "mimalloc", "tcmalloc"};
static const char *const cases[] = {"array_size/fixed/64/all",      "boxed_value/interface/8",
                                    "captured_closure/by_value/32", "returned_pointer/by_value/64",
                                    "returned_pointer/chain/64/d8", "returned_pointer/out_param/64"};

static void a_typing_mistake_finds_its_name_first(void **state) {
    (void)state;
    char text[256];
    ht_nearest_names("jemaloc", allocators, 4, 1, text, sizeof text);
    assert_string_equal(text, "jemalloc");
    ht_nearest_names("mimaloc", allocators, 4, 1, text, sizeof text);
    assert_string_equal(text, "mimalloc");
    ht_nearest_names("retruned_pointer/chain/64/d8", cases, 6, 1, text, sizeof text);
    assert_string_equal(text, "returned_pointer/chain/64/d8");
}


static void a_part_of_a_name_finds_the_whole(void **state) {
    (void)state;
    char text[256];
    ht_nearest_names("interface", cases, 6, 1, text, sizeof text);
    assert_string_equal(text, "boxed_value/interface/8");
    ht_nearest_names("by_valeu", cases, 6, 2, text, sizeof text);
    assert_contains(text, "captured_closure/by_value/32");
    assert_contains(text, "returned_pointer/by_value/64");
}


static void names_come_best_first_and_separated_by_commas(void **state) {
    (void)state;
    char text[256];
    static const char *const names[] = {"zzzzzzzz", "smoke", "quick", "smokes"};
    ht_nearest_names("smoke", names, 4, 3, text, sizeof text);
    assert_string_equal(text, "smoke, smokes, quick");
}


static void names_equally_near_keep_their_order(void **state) {
    (void)state;
    char text[256];
    static const char *const names[] = {"b", "a", "c"};
    ht_nearest_names("x", names, 3, 3, text, sizeof text);
    assert_string_equal(text, "b, a, c");
}


static void no_more_names_than_asked_for(void **state) {
    (void)state;
    char text[256];
    ht_nearest_names("x", allocators, 4, 2, text, sizeof text);
    assert_non_null(strchr(text, ','));
    assert_ptr_equal(strchr(text, ','), strrchr(text, ','));
    ht_nearest_names("x", allocators, 4, 0, text, sizeof text);
    assert_string_equal(text, "");
    ht_nearest_names("x", NULL, 0, 5, text, sizeof text);
    assert_string_equal(text, "");
}


static void nothing_wanted_still_names_all(void **state) {
    (void)state;
    char text[256];
    ht_nearest_names("", allocators, 4, 4, text, sizeof text);
    for (int i = 0; i < 4; i++)
        assert_contains(text, allocators[i]);
}


static void text_that_is_too_short_is_not_overrun(void **state) {
    (void)state;
    for (size_t size = 0; size < 24; size++) {
        char text[32];
        memset(text, '#', sizeof text);
        ht_nearest_names("jemalloc", allocators, 4, 4, text, size);
        if (size)
            assert_non_null(memchr(text, '\0', size));
        for (size_t i = size; i < sizeof text; i++)
            assert_int_equal(text[i], '#');
    }
}


static void names_longer_than_any_are_compared_by_their_beginning(void **state) {
    (void)state;
    char text[1024], wanted[1000], other[1000];
    memset(wanted, 'a', sizeof wanted);
    memset(other, 'b', sizeof other);
    wanted[999] = other[999] = '\0';
    const char *const names[] = {other, wanted};
    ht_nearest_names(wanted, names, 2, 1, text, sizeof text);
    assert_int_equal(text[0], 'a');
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_typing_mistake_finds_its_name_first),
        cmocka_unit_test(a_part_of_a_name_finds_the_whole),
        cmocka_unit_test(names_come_best_first_and_separated_by_commas),
        cmocka_unit_test(names_equally_near_keep_their_order),
        cmocka_unit_test(no_more_names_than_asked_for),
        cmocka_unit_test(nothing_wanted_still_names_all),
        cmocka_unit_test(text_that_is_too_short_is_not_overrun),
        cmocka_unit_test(names_longer_than_any_are_compared_by_their_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
