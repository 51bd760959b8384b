/* csv_line.h: reading back the lines that run_folder.h writes. */
#include "csv_line.h"

#include "checks.h"
#include "run_folder.h"

#include <stdio.h>
#include <stdlib.h>

#define ROOM 6

static size_t fields_of(char *line, char **fields) {
    size_t count;
    return ht_csv_split(line, fields, ROOM, &count) ? count : 0;
}


static void a_line_is_split_at_its_commas(void **state) {
    (void)state;
    char line[] = "a,,c d,", *fields[ROOM];
    assert_int_equal(fields_of(line, fields), 4);
    assert_string_equal(fields[0], "a");
    assert_string_equal(fields[1], "");
    assert_string_equal(fields[2], "c d");
    assert_string_equal(fields[3], "");
}


static void quotes_protect_commas_and_quotes(void **state) {
    (void)state;
    char line[] = "\"a,b\",\"say \"\"x\"\"\",\"\",d", *fields[ROOM];
    assert_int_equal(fields_of(line, fields), 4);
    assert_string_equal(fields[0], "a,b");
    assert_string_equal(fields[1], "say \"x\"");
    assert_string_equal(fields[2], "");
    assert_string_equal(fields[3], "d");
}


static void what_is_written_is_read_back(void **state) {
    (void)state;
    static const char *const texts[] = {"",   "plain", ",", "\"", "\"\"", "a \"b\", c", "depth=8;kind=a,b",
                                        "\","};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *line = NULL, *fields[ROOM];
        size_t size;
        FILE *out = open_memstream(&line, &size);
        ht_csv_field(out, texts[i]);
        putc(',', out);
        ht_csv_field(out, texts[i]);
        fclose(out);
        assert_int_equal(fields_of(line, fields), 2);
        assert_string_equal(fields[0], texts[i]);
        assert_string_equal(fields[1], texts[i]);
        free(line);
    }
}


static void what_is_no_csv_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"\"never ends", "\"ends\"not", "a\"b,c", "1,2,3,4,5,6,7", "\"\"\"x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char line[64], *fields[ROOM];
        snprintf(line, sizeof line, "%s", bad[i]);
        assert_int_equal(fields_of(line, fields), 0);
    }
}


static void as_many_fields_as_there_is_room_for_are_fine(void **state) {
    (void)state;
    char line[] = "1,2,3,4,5,6", *fields[ROOM];
    assert_int_equal(fields_of(line, fields), 6);
    char empty[] = "";
    assert_int_equal(fields_of(empty, fields), 1);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_split_at_its_commas),
        cmocka_unit_test(quotes_protect_commas_and_quotes),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(what_is_no_csv_is_refused),
        cmocka_unit_test(as_many_fields_as_there_is_room_for_are_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
