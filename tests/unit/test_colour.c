/* colour.h: who gets colours. */
#include "colour.h"

#include "checks.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* The far end of a new terminal. */
static FILE *terminal(int *near) {
    *near = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(*near >= 0 && grantpt(*near) == 0 && unlockpt(*near) == 0);
    FILE *far = fopen(ptsname(*near), "w");
    assert_non_null(far);
    return far;
}


static int usual_environment(void **state) {
    (void)state;
    unsetenv("NO_COLOR");
    return setenv("TERM", "xterm", 1);
}


static void values_mean_what_they_mean_to_google_benchmark(void **state) {
    (void)state;
    static const char *const no[] = {"false", "FALSE", "no", "off", "0", "f", "N"}, *const yes[] = {
                                                                                        "true", "1", "yes",
                                                                                        ""};
    assert_int_equal(ht_colour_of("auto"), HT_COLOUR_AUTO);
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        assert_int_equal(ht_colour_of(no[i]), HT_COLOUR_NEVER);
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        assert_int_equal(ht_colour_of(yes[i]), HT_COLOUR_ALWAYS);
}


static void a_terminal_has_colours_unless_it_or_its_user_says_no(void **state) {
    (void)state;
    int near;
    FILE *out = terminal(&near);
    assert_true(ht_colour_wanted(HT_COLOUR_AUTO, out));
    setenv("NO_COLOR", "", 1); /* empty: as if it were not there */
    assert_true(ht_colour_wanted(HT_COLOUR_AUTO, out));
    setenv("NO_COLOR", "1", 1);
    assert_false(ht_colour_wanted(HT_COLOUR_AUTO, out));
    assert_true(ht_colour_wanted(HT_COLOUR_ALWAYS, out)); /* asked for by name */
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    assert_false(ht_colour_wanted(HT_COLOUR_AUTO, out));
    unsetenv("TERM");
    assert_false(ht_colour_wanted(HT_COLOUR_AUTO, out));
    setenv("TERM", "xterm", 1);
    assert_false(ht_colour_wanted(HT_COLOUR_NEVER, out));
    fclose(out);
    close(near);
}


static void a_file_has_none_unless_asked_for(void **state) {
    (void)state;
    FILE *out = tmpfile();
    assert_non_null(out);
    assert_false(ht_colour_wanted(HT_COLOUR_AUTO, out));
    assert_true(ht_colour_wanted(HT_COLOUR_ALWAYS, out));
    fclose(out);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_mean_what_they_mean_to_google_benchmark),
        cmocka_unit_test_setup(a_terminal_has_colours_unless_it_or_its_user_says_no, usual_environment),
        cmocka_unit_test_setup(a_file_has_none_unless_asked_for, usual_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
