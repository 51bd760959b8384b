/* text.h: widths, cuts and escapes of hostile names. */
#include "text.h"

#include "checks.h"

#include <stdlib.h>

static struct ht_text_locale locale;

static int begin(void **state) {
    (void)state;
    locale = ht_text_begin();
    return locale.ours ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    ht_text_end(&locale);
    return 0;
}


static void assert_shown(const char *text, const char *expected) {
    char visible[HT_TEXT_MAX];
    assert_string_equal(ht_text_visible(text, visible), expected);
}


static void what_shows_stays_as_it_is(void **state) {
    (void)state;
    assert_shown("array_size/fixed/64 KiB", "array_size/fixed/64 KiB");
    assert_shown("größe/大小/ñ", "größe/大小/ñ");
    assert_shown("e\u0301", "e\u0301");
    assert_shown("", "");
}


static void what_moves_the_cursor_or_does_not_show_is_spelled_out(void **state) {
    (void)state;
    assert_shown("a\nb\rc\td", "a\\nb\\rc\\td");
    assert_shown("\033[2Jgone", "\\x1b[2Jgone");
    assert_shown("\x7f", "\\x7f");
    assert_shown("\xc2\x9b"
                 "1m",
                 "\\u009b1m"); /* an escape of one character */
    assert_shown("ab\u202e"
                 "dc",
                 "ab\\u202edc"); /* turns the direction of writing */
    assert_shown("a\u200b"
                 "b",
                 "a\\u200bb"); /* would make two names of one look */
    assert_shown("\U000e0041", "\\U000e0041");
}


static void bytes_that_are_no_utf_8_are_spelled_out(void **state) {
    (void)state;
    assert_shown("\xff\xfe", "\\xff\\xfe");
    assert_shown("\xe5\xa4", "\\xe5\\xa4");          /* cut within a character */
    assert_shown("\xc0\xaf", "\\xc0\\xaf");          /* a slash, too long */
    assert_shown("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* half of a pair */
}


static void a_text_without_end_ends_with_an_ellipsis_and_a_whole_character(void **state) {
    (void)state;
    char text[4 * HT_TEXT_MAX] = "", visible[HT_TEXT_MAX], again[HT_TEXT_MAX];
    for (size_t i = 0; i < HT_TEXT_MAX; i++)
        strcat(text, "大");
    ht_text_visible(text, visible);
    assert_true(strlen(visible) < HT_TEXT_MAX && strlen(visible) > HT_TEXT_MAX - 8);
    assert_contains(visible, "大…");
    assert_string_equal(ht_text_visible(visible, again), visible);
}


static void width_counts_columns_not_bytes(void **state) {
    (void)state;
    assert_int_equal(ht_text_width("abc"), 3);
    assert_int_equal(ht_text_width("größe"), 5);
    assert_int_equal(ht_text_width("大小"), 4);
    assert_int_equal(ht_text_width("e\u0301"), 1);
    assert_int_equal(ht_text_width("…"), 1);
    assert_int_equal(ht_text_width(""), 0);
}


static void assert_fits(const char *text, size_t columns, const char *expected) {
    char fitted[HT_TEXT_MAX];
    ht_text_fit(text, columns, fitted);
    assert_string_equal(fitted, expected);
    assert_true(ht_text_width(fitted) <= columns);
}


static void the_middle_gives_way_to_an_ellipsis(void **state) {
    (void)state;
    assert_fits("retained/64/random", 18, "retained/64/random");
    assert_fits("retained/64/random", 17, "retained…4/random");
    assert_fits("retained/64/random", 4, "re…m");
    assert_fits("retained", 2, "r…");
    assert_fits("retained", 1, "…");
}


static void a_cut_takes_no_half_of_a_wide_character_and_no_mark_without_its_letter(void **state) {
    (void)state;
    assert_fits("大大大大", 8, "大大大大");
    assert_fits("大大大大", 7, "大…大");
    assert_fits("大大大大", 6, "大…大");
    assert_fits("大大大大", 2, "…");
    assert_fits("abcdefe\u0301", 4, "ab…e\u0301");
    assert_fits("aaaaaaae\u0301b", 3, "a…b");
}


static char *written(void (*write)(FILE *, const char *), const char *text) {
    char *found = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&found, &size);
    write(out, text);
    fclose(out);
    return found;
}


static void wrap(FILE *out, const char *text) {
    ht_text_wrap(out, "- ", text);
}


static void lines_break_at_spaces_and_go_on_below_the_first_word(void **state) {
    (void)state;
    char text[400] = "", *found;
    for (int i = 0; i < 30; i++)
        strcat(text, i ? " word" : "word");
    found = written(wrap, text);
    assert_contains(found, "- word word");
    assert_contains(found, "word\n  word");
    for (char *line = strtok(found, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(ht_text_width(line) <= HT_TEXT_COLUMNS);
    free(found);
}


static void a_word_longer_than_a_line_is_broken_where_the_line_ends(void **state) {
    (void)state;
    char text[200], *found;
    memset(text, 'x', 170);
    text[170] = '\0';
    found = written(wrap, text);
    assert_int_equal(strlen(found), 170 + 3 * 3);
    for (char *line = strtok(found, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(strlen(line) <= HT_TEXT_COLUMNS);
    free(found);
}


static void an_empty_text_is_one_line(void **state) {
    (void)state;
    char *found = written(wrap, "");
    assert_string_equal(found, "- \n");
    free(found);
}


static void markdown_shows_a_text_as_it_is(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected;
    } each[] = {
        {"by_value/64", "by_value/64"}, /* an underscore within a word means nothing */
        {"_a_ b_", "&#95;a&#95; b&#95;"},
        {"a|b", "a&#124;b"},
        {"<b>`x`</b>", "&#60;b&#62;&#96;x&#96;&#60;/b&#62;"},
        {"[a](http://b)", "&#91;a&#93;(http&#58;//b)"},
        {"a\\b", "a&#92;b"},
        {"*x* #1 @who ~~y~~ $z$ !",
         "&#42;x&#42; &#35;1 &#64;who &#126;&#126;y&#126;&#126; &#36;z&#36; &#33;"},
        {"大|é", "大&#124;é"},
    };
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        char *found = written(ht_text_markdown, each[i].text);
        assert_string_equal(found, each[i].expected);
        free(found);
    }
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_shows_stays_as_it_is),
        cmocka_unit_test(what_moves_the_cursor_or_does_not_show_is_spelled_out),
        cmocka_unit_test(bytes_that_are_no_utf_8_are_spelled_out),
        cmocka_unit_test(a_text_without_end_ends_with_an_ellipsis_and_a_whole_character),
        cmocka_unit_test(width_counts_columns_not_bytes),
        cmocka_unit_test(the_middle_gives_way_to_an_ellipsis),
        cmocka_unit_test(a_cut_takes_no_half_of_a_wide_character_and_no_mark_without_its_letter),
        cmocka_unit_test(lines_break_at_spaces_and_go_on_below_the_first_word),
        cmocka_unit_test(a_word_longer_than_a_line_is_broken_where_the_line_ends),
        cmocka_unit_test(an_empty_text_is_one_line),
        cmocka_unit_test(markdown_shows_a_text_as_it_is),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
