/* table.h: the answer at the end of a run, from figures that are known, under names that mean harm. */
#include "table.h"

#include "checks.h"
#include "text.h"

#include <stdlib.h>

#define MOST_CASES 200

/* A run that was never measured: cases with arms null, stack and heap in lanes of every name. */
struct made_up {
    struct ht_case_info cases[MOST_CASES];
    char names[MOST_CASES][96], variants[MOST_CASES][32];
    struct ht_catalogue catalogue;
    struct ht_lanes lanes;
    struct ht_summary summary;
    struct ht_table_facts facts;
};

static struct made_up run;

static void make_up(size_t cases, const char *scenario, size_t per_variant, const char *const *allocators,
                    uint32_t lanes) {
    memset(&run, 0, sizeof run);
    for (size_t i = 0; i < cases; i++) {
        snprintf(run.variants[i], sizeof run.variants[i], "variant%zu", i / per_variant);
        snprintf(run.names[i], sizeof run.names[i], "%s/%s/%zu", scenario, run.variants[i], i % per_variant);
        run.cases[i] = (struct ht_case_info){.name = run.names[i],
                                             .scenario = (char *)scenario,
                                             .variant = run.variants[i],
                                             .profile = HT_FULL,
                                             .arms = {HT_ARM_NULL, HT_ARM_STACK, HT_ARM_HEAP},
                                             .arm_count = 3};
    }
    for (uint32_t lane = 0; lane < lanes; lane++)
        snprintf(run.lanes.lanes[lane].allocator, sizeof run.lanes.lanes[lane].allocator, "%s",
                 allocators[lane]);
    run.lanes.count = lanes;
    run.catalogue = (struct ht_catalogue){.cases = run.cases, .count = cases};
    run.facts = (struct ht_table_facts){.status = "complete",
                                        .cpu_model = "A CPU",
                                        .csv_path = "results/runs/x/measurements.csv",
                                        .launch_word = "launch",
                                        .launches = 8,
                                        .quiet_share = 0.5};
    assert_true(ht_summary_init(&run.summary, &run.catalogue, &run.lanes));
}


static struct ht_row row_of(uint32_t lane, uint32_t arm, double ns, enum ht_status status) {
    return (struct ht_row){
        .lane = lane, .arm = arm, .status = status, .ns = {ns, ns, ns, ns, ns}, .cycles_median = 3 * ns};
}


static void lose(size_t case_index, uint32_t lane, enum ht_status status, const char *reason) {
    struct ht_row rows[] = {row_of(lane, 1, 2, HT_OK), row_of(lane, 2, NAN, status)};
    snprintf(rows[1].reason, sizeof rows[1].reason, "%s", reason);
    assert_true(ht_summary_add(&run.summary, case_index, rows, 2));
}


/* Eight launches of a pair, with heap times `apart` from one another. */
static void time_pair(size_t case_index, uint32_t lane, double stack, double heap, double apart,
                      enum ht_status status) {
    for (int i = 0; i < 8; i++) {
        const struct ht_row rows[] = {row_of(lane, 1, stack, status),
                                      row_of(lane, 2, heap + i * apart, status)};
        assert_true(ht_summary_add(&run.summary, case_index, rows, 2));
    }
}


static void time_all(void) {
    for (size_t c = 0; c < run.catalogue.count; c++)
        for (uint32_t lane = 0; lane < run.lanes.count; lane++)
            time_pair(c, lane, 5, 10 + lane, 0, HT_OK);
}


static char *printed(enum ht_table_format format, bool colour) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ht_table_print(&run.summary, &run.facts, format, colour, out);
    fclose(out);
    return text;
}


static void let_go(char *text) {
    free(text);
    ht_summary_free(&run.summary);
}


/* Fails on a line that is wider than a terminal, or has a byte that is not text. */
static void assert_fits_a_terminal(const char *text) {
    struct ht_text_locale locale = ht_text_begin();
    char *copy = strdup(text);
    for (char *line = strtok(copy, "\n"); line; line = strtok(NULL, "\n")) {
        char visible[HT_TEXT_MAX];
        assert_string_equal(ht_text_visible(line, visible), line);
        if (ht_text_width(line) > HT_TEXT_COLUMNS)
            fail_msg("%zu columns: %s", ht_text_width(line), line);
    }
    free(copy);
    ht_text_end(&locale);
}


static size_t lines_with(const char *text, const char *part) {
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}


static const char *const two[] = {"glibc", "other"};
static const char *const four[] = {"glibc", "jemalloc", "mimalloc", "tcmalloc"};

static void few_pairs_have_a_line_each_with_their_interval(void **state) {
    (void)state;
    make_up(2, "s", 1, two, 2);
    time_all();
    time_pair(1, 1, 5, 20, 1, HT_OK); /* eight more, of 20 to 27 */
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_contains(text, "A CPU: 2 cases under 2 allocators, 8 launches each; 50 % of slices quiet.");
    assert_contains(text, "in the median of 2 cases:\nglibc 2.00, other ");
    assert_contains(text, "\ns\n variant0/0\n");
    assert_contains(text, "  glibc              5.00     10.0     5.00 [5.00, 5.00]         2.00     15.0\n");
    assert_lacks(text, "Too few");
    assert_fits_a_terminal(text);
    let_go(text);
}


static void many_pairs_have_a_line_for_each_case(void **state) {
    (void)state;
    make_up(20, "s", 2, four, 4);
    time_all();
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_contains(text, "  case             stack ns   glibc  jemalloc  mimalloc  tcmalloc\n");
    assert_contains(text, "  variant9/1           5.00    5.00      6.00      7.00      8.00\n");
    assert_int_equal(lines_with(text, "  variant"), 20);
    assert_lacks(text, "Shown:");
    let_go(text);
}


/* By the case that its bench file shows it by, and not by whichever comes first. */
static void a_long_run_has_a_line_for_each_variant(void **state) {
    (void)state;
    make_up(180, "s", 6, four, 4);
    for (size_t i = 3; i < 180; i += 6)
        run.cases[i].profile = HT_SMOKE;
    time_all();
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_int_equal(lines_with(text, "  variant"), 30);
    assert_int_equal(lines_with(text, "/3 "), 30);
    assert_contains(text, "Shown: 30 of 180 cases, one of each variant; all are in measurements.csv");
    let_go(text);
}


static void a_long_variant_has_lines_from_its_first_case_to_its_last(void **state) {
    (void)state;
    make_up(161, "s", 161, four, 4);
    time_all();
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_int_equal(lines_with(text, "  variant0/"), 40);
    assert_contains(text, "  variant0/0 ");
    assert_contains(text, "  variant0/160 ");
    assert_contains(text, "Shown: 40 of 161 cases, evenly chosen, up to 40 of each variant");
    let_go(text);
}


static void more_variants_than_lines_are_cut_in_every_scenario_alike(void **state) {
    (void)state;
    static char other[] = "t";
    make_up(150, "s", 1, four, 4);
    for (size_t i = 100; i < 150; i++)
        run.cases[i].scenario = other;
    time_all();
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_int_equal(lines_with(text, "/0 "), 40);
    assert_contains(text, "  variant19/0 ");
    assert_lacks(text, "variant20/0");
    assert_contains(text, "variant119/0");
    assert_contains(text, "Shown: 40 of 150 cases, one of each of the first 20 variants of a");
    let_go(text);
}


/* Status by status, in both layouts and both formats. */
static void what_was_lost_is_said_with_its_reason(void **state) {
    (void)state;
    static const enum ht_status statuses[] = {HT_SKIPPED, HT_STATUS_CRASHED, HT_STATUS_TIMEOUT, HT_DISHONEST};
    static const size_t lengths[] = {2, 60};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        for (size_t l = 0; l < 2; l++)
            for (int format = HT_TABLE_TERMINAL; format <= HT_TABLE_MARKDOWN; format++) {
                const char *word = ht_status_name(statuses[i]);
                char note[64];
                make_up(lengths[l], "s", lengths[l], two, 2);
                for (size_t c = 1; c < lengths[l]; c++) {
                    time_pair(c, 0, 5, 10, 0, HT_OK);
                    time_pair(c, 1, 5, 10, 0, HT_OK);
                }
                time_pair(0, 0, 5, 10, 0, HT_OK);
                lose(0, 1, statuses[i], "because of it");
                char *text = printed((enum ht_table_format)format, false);
                snprintf(note, sizeof note, "%s: s/variant0/0 (other): because of it\n", word);
                assert_contains(text, note);
                assert_int_equal(lines_with(text, word), 2);
                let_go(text);
            }
}


/* A case without a line has its note all the same. */
static void what_was_lost_beyond_the_lines_shown_is_said_too(void **state) {
    (void)state;
    make_up(161, "s", 161, four, 4);
    time_all();
    for (uint32_t lane = 0; lane < 3; lane++)
        lose(1, lane, HT_STATUS_CRASHED, "SIGSEGV");
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_lacks(text, "  variant0/1 ");
    assert_contains(text, "crashed: s/variant0/1 (glibc) and 2 more pairs: SIGSEGV\n");
    let_go(text);
}


static void reasons_beyond_a_dozen_are_counted(void **state) {
    (void)state;
    make_up(20, "s", 20, two, 2);
    time_all();
    for (size_t c = 0; c < 15; c++) {
        char reason[32];
        snprintf(reason, sizeof reason, "reason %zu", c);
        lose(c, 0, HT_STATUS_CRASHED, reason);
    }
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_int_equal(lines_with(text, "crashed: "), 12);
    assert_contains(text, "And 3 more reasons for which pairs were lost");
    let_go(text);
}


static void doubtful_figures_carry_a_mark_and_the_mark_a_note(void **state) {
    (void)state;
    make_up(60, "s", 60, two, 2);
    time_all();
    for (int i = 0; i < 2; i++)
        time_pair(0, 0, 5, 20, 20, HT_CONTENDED); /* sixteen contended against eight */
    time_pair(59, 1, 5, 1, 3, HT_OK);
    lose(59, 0, HT_STATUS_CRASHED, "late");
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_contains(text, "~ contended: most launches had too few quiet slices");
    assert_contains(text, "~ ");
    assert_contains(text, "? uncertain: ");
    assert_contains(text, "! beside what was timed");
    assert_int_equal(lines_with(text, "5.00!"), 1);
    assert_int_equal(lines_with(text, "?\n"), 1);
    free(text);
    text = printed(HT_TABLE_MARKDOWN, false);
    assert_contains(text, "] contended |");
    assert_contains(text, "] ! see below |");
    let_go(text);
}


static void without_doubt_there_is_neither_mark_nor_note(void **state) {
    (void)state;
    make_up(60, "s", 60, two, 2);
    time_all();
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_lacks(text, "~");
    assert_lacks(text, "?");
    assert_lacks(text, "!");
    let_go(text);
}


static void too_few_launches_for_an_interval_are_said(void **state) {
    (void)state;
    make_up(1, "s", 1, two, 1);
    const struct ht_row rows[] = {row_of(0, 1, 5, HT_OK), row_of(0, 2, 10, HT_OK)};
    assert_true(ht_summary_add(&run.summary, 0, rows, 2));
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_contains(text, "of a single one there is no interval");
    free(text);
    for (int i = 0; i < 2; i++)
        assert_true(ht_summary_add(&run.summary, 0, rows, 2));
    text = printed(HT_TABLE_TERMINAL, false);
    assert_contains(text, "with 75 %.");
    let_go(text);
}


static void an_interrupted_run_says_how_far_it_came(void **state) {
    (void)state;
    make_up(5, "s", 5, two, 2);
    run.facts.status = "interrupted";
    for (size_t c = 0; c < 2; c++)
        time_pair(c, 0, 5, 10, 0, HT_OK);
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_contains(text, "interrupted after 16 of 40 launches");
    assert_contains(text, "Not begun, so not shown: 3 cases.");
    assert_contains(text, "not begun\n"); /* a lane */
    assert_lacks(text, "The heap takes"); /* no case was timed under both */
    let_go(text);
}


static void a_case_without_a_pair_of_arms_is_counted(void **state) {
    (void)state;
    make_up(3, "s", 3, two, 1);
    run.cases[1].arms[2] = HT_ARM_ARENA;
    time_all();
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_lacks(text, "variant0/1");
    assert_contains(text, "Without a stack or a heap arm, so not shown: 1 case;");
    let_go(text);
}


/* One and a half kilobytes of name, wide characters, escapes, and figures of any size, in up to twelve lanes.
 */
static void no_line_is_wider_than_eighty_columns(void **state) {
    (void)state;
    static const char *const hostile[] = {"jemalloc-5.3.0-with-everything-there-is-and-more-of-it-still",
                                          "jemalloc-5.3.0-with-everything-else",
                                          "\033[31mred\033[0m",
                                          "大小大小大小大小大小大小",
                                          "a|b\nc",
                                          "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
                                          "\xff\xfe\xfd\xfc",
                                          "x",
                                          "y",
                                          "z",
                                          "\u202eevil",
                                          "  "};
    static char scenario[1600], point[1700];
    memset(scenario, 'S', sizeof scenario - 1);
    snprintf(point, sizeof point, "%s/\xff大\n\033]0;title\007|/%s", scenario, "p");
    for (uint32_t lanes = 1; lanes <= 12; lanes++)
        for (size_t cases = 1; cases <= 121; cases += 40) {
            make_up(cases, scenario, 4, hostile, lanes);
            run.cases[0].name = point;
            run.facts.cpu_model =
                "\033[2J a model with a name that is rather longer than a line of a terminal, "
                "and 大大大大大大大大大大大大大大大大大大大大大大大大大大大大大大大大大";
            for (size_t c = 0; c < cases; c++)
                for (uint32_t lane = 0; lane < lanes; lane++)
                    time_pair(c, lane, 1e-3 * (double)(c + 1), c % 2 ? -1e300 : 2e299 * (double)lane,
                              c % 3 ? 0 : 1e298, c % 5 ? HT_OK : HT_CONTENDED);
            lose(0, 0, HT_STATUS_CRASHED,
                 "because \033[1m of a reason that is so long that it would not fit "
                 "any terminal that there is\n");
            char *text = printed(HT_TABLE_TERMINAL, false);
            assert_fits_a_terminal(text);
            let_go(text);
        }
}


/* Two names that are cut alike would make two columns of one. */
static void names_that_would_look_alike_stand_on_lines_of_their_own(void **state) {
    (void)state;
    static const char *const alike[] = {"malloc-built-with-gcc-and-lto", "malloc-built-with-clang-and-lto"};
    make_up(50, "s", 50, alike, 2);
    time_all();
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_contains(text, "  malloc-built-with-gcc-and-lto\n");
    assert_contains(text, "  malloc-built-with-clang-and-lto\n");
    assert_fits_a_terminal(text);
    let_go(text);
}


static void what_tells_two_builds_apart_is_never_cut(void **state) {
    (void)state;
    static struct ht_build builds[] = {{.name = "with-a-rather-long-name", .number = 0},
                                       {.name = "with-a-rather-long-name-2", .number = 1}};
    static const char *const same[] = {"glibc", "glibc"};
    make_up(1, "s", 1, same, 2);
    for (uint32_t lane = 0; lane < 2; lane++) {
        builds[lane].alone = false;
        run.lanes.lanes[lane].build = &builds[lane];
    }
    time_all();
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_contains(text, "1 case under 2 lanes");
    assert_contains(text, "  glibc with-a-rather-long-name\n");
    assert_contains(text, "  glibc with-a-rather-long-name-2\n");
    let_go(text);
}


/* Each build has a stack arm of its own: one column of stack times would be that of none of them. */
static void builds_never_stand_side_by_side(void **state) {
    (void)state;
    static struct ht_build builds[] = {{.name = "base", .number = 0}, {.name = "head", .number = 1}};
    static const char *const same[] = {"glibc", "glibc"};
    make_up(60, "s", 60, same, 2);
    run.lanes.lanes[0].build = &builds[0];
    run.lanes.lanes[1].build = &builds[1];
    time_all();
    char *text = printed(HT_TABLE_TERMINAL, false);
    assert_int_equal(lines_with(text, "  glibc base  "), 20);
    assert_int_equal(lines_with(text, "  glibc head  "), 20);
    assert_contains(text, "Shown: 20 of 60 cases");
    let_go(text);
}


static void colours_only_paint_what_is_there_anyway(void **state) {
    (void)state;
    make_up(60, "s", 60, two, 2);
    time_all();
    lose(0, 1, HT_STATUS_CRASHED, "SIGSEGV");
    char *plain = printed(HT_TABLE_TERMINAL, false), *painted = printed(HT_TABLE_TERMINAL, true);
    assert_lacks(plain, "\033");
    assert_contains(painted, "\033[31m");
    char *to = painted;
    for (const char *from = painted; (*to = *from); from++) /* without the escapes */
        if (*from == '\033')
            from += strcspn(from, "m");
        else
            to++;
    assert_string_equal(painted, plain);
    free(plain);
    let_go(painted);
}


/* So many cells in every line of the table, whatever is in them. */
static void markdown_rows_have_as_many_cells_as_their_header(void **state) {
    (void)state;
    static const char *const hostile[] = {"a|b", "`c` | <td>", "\n| d |"};
    static const size_t lengths[] = {3, 60};
    for (size_t l = 0; l < 2; l++) {
        make_up(lengths[l], "s|t", 60, hostile, 3);
        time_all();
        lose(0, 1, HT_STATUS_CRASHED, "a | b");
        run.facts.warnings = (const char *const[]){"load | of *1*"};
        run.facts.warning_count = 1;
        char *text = printed(HT_TABLE_MARKDOWN, false), *copy = strdup(text);
        size_t cells = 0, rows = 0;
        for (char *line = strtok(copy, "\n"); line; line = strtok(NULL, "\n")) {
            if (line[0] != '|') {
                assert_null(strchr(line, '|'));
                continue;
            }
            size_t found = lines_with(line, "|");
            cells = cells ? cells : found;
            assert_int_equal(found, cells);
            rows++;
        }
        assert_true(rows > 2);
        assert_contains(text, "- **warning**: load &#124; of &#42;1&#42;\n");
        assert_contains(text, "- complete: results/runs/x/measurements.csv\n");
        free(copy);
        let_go(text);
    }
}


static void no_table_is_nothing(void **state) {
    (void)state;
    make_up(1, "s", 1, two, 1);
    time_all();
    char *text = printed(HT_TABLE_NONE, false);
    assert_string_equal(text, "");
    let_go(text);
}


int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_pairs_have_a_line_each_with_their_interval),
        cmocka_unit_test(many_pairs_have_a_line_for_each_case),
        cmocka_unit_test(a_long_run_has_a_line_for_each_variant),
        cmocka_unit_test(a_long_variant_has_lines_from_its_first_case_to_its_last),
        cmocka_unit_test(more_variants_than_lines_are_cut_in_every_scenario_alike),
        cmocka_unit_test(what_was_lost_is_said_with_its_reason),
        cmocka_unit_test(what_was_lost_beyond_the_lines_shown_is_said_too),
        cmocka_unit_test(reasons_beyond_a_dozen_are_counted),
        cmocka_unit_test(doubtful_figures_carry_a_mark_and_the_mark_a_note),
        cmocka_unit_test(without_doubt_there_is_neither_mark_nor_note),
        cmocka_unit_test(too_few_launches_for_an_interval_are_said),
        cmocka_unit_test(an_interrupted_run_says_how_far_it_came),
        cmocka_unit_test(a_case_without_a_pair_of_arms_is_counted),
        cmocka_unit_test(no_line_is_wider_than_eighty_columns),
        cmocka_unit_test(names_that_would_look_alike_stand_on_lines_of_their_own),
        cmocka_unit_test(what_tells_two_builds_apart_is_never_cut),
        cmocka_unit_test(builds_never_stand_side_by_side),
        cmocka_unit_test(colours_only_paint_what_is_there_anyway),
        cmocka_unit_test(markdown_rows_have_as_many_cells_as_their_header),
        cmocka_unit_test(no_table_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
