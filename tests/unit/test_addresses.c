/* ht_addresses_share: where the programs lie that are started while addresses are shared. */
#include "addresses.h"
#include "checks.h"
#include "subprocess.h"

#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>

/* The memory map of a program that tells its own. */
static char *map_of_a_program(void) {
    const char *argv[] = {"cat", "/proc/self/maps", NULL};
    struct ht_error error = {""};
    char *map = ht_output_of(argv, false, &error);
    assert_non_null(map);
    return map;
}

static bool maps_are_the_same(void) {
    char *one = map_of_a_program(), *other = map_of_a_program();
    bool same = strcmp(one, other) == 0;
    free(one);
    free(other);
    return same;
}


static void two_programs_lie_at_the_same_addresses(void **state) {
    (void)state;
    struct ht_addresses before;
    assert_true(ht_addresses_share(0, &before));
    assert_true(maps_are_the_same());
    ht_addresses_restore(&before);
}


static void without_sharing_they_do_not(void **state) {
    (void)state;
    assert_false(maps_are_the_same());
}


static void pages_move_the_mappings_and_not_the_program(void **state) {
    (void)state;
    struct ht_addresses before;
    char *maps[2];
    for (uint32_t i = 0; i < 2; i++) {
        assert_true(ht_addresses_share(i * 1000, &before));
        maps[i] = map_of_a_program();
        ht_addresses_restore(&before);
    }
    assert_string_not_equal(maps[0], maps[1]);
    assert_memory_equal(maps[0], maps[1], 12); /* the first line begins with where the program lies */
    free(maps[0]);
    free(maps[1]);
}


static void everything_is_as_before_afterwards(void **state) {
    (void)state;
    struct ht_addresses before;
    struct rlimit stack, now;
    int persona = personality(0xffffffff);
    getrlimit(RLIMIT_STACK, &stack);
    assert_true(ht_addresses_share(HT_MAPPING_PAGES - 1, &before));
    ht_addresses_restore(&before);
    getrlimit(RLIMIT_STACK, &now);
    assert_int_equal(personality(0xffffffff), persona);
    assert_true(now.rlim_cur == stack.rlim_cur && now.rlim_max == stack.rlim_max);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_programs_lie_at_the_same_addresses),
        cmocka_unit_test(without_sharing_they_do_not),
        cmocka_unit_test(pages_move_the_mappings_and_not_the_program),
        cmocka_unit_test(everything_is_as_before_afterwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
