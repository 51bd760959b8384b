/* The table for a terminal: 80 columns, whatever the names are; colour for those who have it. */
#include "table_parts.h"

#include "short_number.h"

#include <math.h>
#include <string.h>

#define NUMBER_COLUMNS 8
#define INTERVAL_COLUMNS 18
#define RATIO_COLUMNS 6
#define LEAST_TOLL_COLUMNS 7

/* ANSI's: nothing is said by them alone. */
#define BOLD "1"
#define RED "31"
#define YELLOW "33"

struct page {
    const struct ht_table *table;
    bool colour;
    FILE *out;
};

static void paint(const struct page *page, const char *code) {
    if (page->colour)
        fprintf(page->out, "\033[%sm", code);
}


/* Writes `text` in `columns` columns, painted when `code` is not NULL. */
static void put(const struct page *page, const char *text, size_t columns, int right, const char *code) {
    if (code)
        paint(page, code);
    ht_text_pad(page->out, text, columns, right);
    if (code)
        paint(page, "0");
}


static void put_number(const struct page *page, double value, size_t columns) {
    char number[HT_SHORT_NUMBER_MAX];
    fputc(' ', page->out);
    put(page, ht_short_number(value, number), columns, 1, NULL);
}


static void put_heading(const struct page *page, size_t row) {
    const struct ht_table *table = page->table;
    const struct ht_case_info *info = &table->summary->catalogue->cases[table->rows.cases[row]];
    char visible[HT_TEXT_MAX], fitted[HT_TEXT_MAX];
    if (!ht_table_begins_scenario(table, row) || !info->scenario)
        return;
    put(page, ht_text_fit(ht_text_visible(info->scenario, visible), HT_TEXT_COLUMNS, fitted), 0, 0, BOLD);
    fputc('\n', page->out);
}


static const char *colour_of(const struct ht_table_cell *cell) {
    return !cell->timed || cell->lost ? RED : cell->contended ? YELLOW : NULL;
}


/* -- A line for each pair -------------------------------------------------- */

/* Must titles have lines of their own? Cut, an allocator's loses nothing but part of a name, unless two look
 * alike then; what tells two builds apart may not be cut. */
static bool titles_stand_alone(const struct ht_summary *summary) {
    char titles[HT_MAX_LANES][HT_TEXT_MAX], whole[HT_TEXT_MAX];
    for (uint32_t lane = 0; lane < summary->lanes->count; lane++) {
        const struct ht_build *build = summary->lanes->lanes[lane].build;
        ht_table_title(summary, lane, HT_TABLE_TITLE_COLUMNS, titles[lane]);
        ht_table_title(summary, lane, HT_TEXT_COLUMNS, whole);
        if (build && !build->alone && strcmp(whole, titles[lane]) != 0)
            return true;
        for (uint32_t other = 0; other < lane; other++)
            if (strcmp(titles[lane], titles[other]) == 0)
                return true;
    }
    return false;
}


static void put_pair(const struct page *page, size_t case_index, uint32_t lane, bool title_alone) {
    struct ht_table_cell cell = ht_table_cell(page->table->summary, case_index, lane);
    const struct ht_pair *pair = &cell.pair;
    char title[HT_TEXT_MAX], low[HT_SHORT_NUMBER_MAX], high[HT_SHORT_NUMBER_MAX], interval[32];
    size_t columns = title_alone ? HT_TEXT_COLUMNS - 2 : HT_TABLE_TITLE_COLUMNS;
    fputs("  ", page->out);
    ht_table_title(page->table->summary, lane, columns, title);
    if (title_alone)
        fprintf(page->out, "%s\n  %*s", title, HT_TABLE_TITLE_COLUMNS, "");
    else
        put(page, title, columns, 0, NULL);
    put_number(page, pair->stack_ns, NUMBER_COLUMNS);
    put_number(page, pair->heap_ns, NUMBER_COLUMNS);
    if (!cell.timed) {
        fputc(' ', page->out);
        put(page, cell.word, 0, 0, colour_of(&cell));
        fputc('\n', page->out);
        return;
    }
    put_number(page, pair->toll_ns, NUMBER_COLUMNS);
    snprintf(interval, sizeof interval, "[%s, %s]", ht_short_number(pair->toll_interval.low, low),
             ht_short_number(pair->toll_interval.high, high));
    fputc(' ', page->out);
    put(page, interval, INTERVAL_COLUMNS, 0, NULL);
    put_number(page, pair->ratio, RATIO_COLUMNS);
    put_number(page, pair->toll_cycles, NUMBER_COLUMNS);
    if (cell.lost || cell.contended) {
        fputc(' ', page->out);
        put(page, cell.lost ? "!" : "~", 0, 0, colour_of(&cell));
    }
    fputc('\n', page->out);
}


static void put_pairs(const struct page *page) {
    const struct ht_table *table = page->table;
    bool title_alone = titles_stand_alone(table->summary);
    fprintf(page->out, "  %-*s %*s %*s %*s %-*s %*s %*s\n", HT_TABLE_TITLE_COLUMNS,
            title_alone ? "" : "allocator", NUMBER_COLUMNS, "stack ns", NUMBER_COLUMNS, "heap ns",
            NUMBER_COLUMNS, "toll ns", INTERVAL_COLUMNS, "[95 % interval]", RATIO_COLUMNS, "ratio",
            NUMBER_COLUMNS, "cycles");
    for (size_t row = 0; row < table->rows.count; row++) {
        char visible[HT_TEXT_MAX], fitted[HT_TEXT_MAX];
        put_heading(page, row);
        fprintf(page->out, " %s\n",
                ht_text_fit(ht_table_point(table, row, visible), HT_TEXT_COLUMNS - 1, fitted));
        for (uint32_t lane = 0; lane < table->summary->lanes->count; lane++)
            put_pair(page, table->rows.cases[row], lane, title_alone);
    }
}


/* -- A line for each case -------------------------------------------------- */

/* What stands in a pair's place: its toll, or why there is none. */
static const char *toll_text(const struct ht_table_cell *cell, char number[HT_SHORT_NUMBER_MAX]) {
    return cell->timed ? ht_short_number(cell->pair.toll_ns, number) : cell->word;
}


static size_t larger(size_t one, size_t other) {
    return one > other ? one : other;
}


/* The columns of each part of a line; a toll has one more for its mark. */
struct columns {
    size_t name, tolls[HT_MAX_LANES];
};

static struct columns measure_columns(const struct ht_table *table) {
    struct columns columns = {.name = 16};
    char text[HT_TEXT_MAX], number[HT_SHORT_NUMBER_MAX];
    size_t taken = 2 + 1 + NUMBER_COLUMNS;
    for (uint32_t lane = 0; lane < table->summary->lanes->count; lane++) {
        ht_table_title(table->summary, lane, HT_TABLE_TITLE_COLUMNS, text);
        columns.tolls[lane] = larger(LEAST_TOLL_COLUMNS, ht_text_width(text));
        for (size_t row = 0; row < table->rows.count; row++) {
            struct ht_table_cell cell = ht_table_cell(table->summary, table->rows.cases[row], lane);
            columns.tolls[lane] = larger(columns.tolls[lane], strlen(toll_text(&cell, number)));
        }
        taken += columns.tolls[lane] + 2;
    }
    for (size_t row = 0; row < table->rows.count; row++)
        columns.name = larger(columns.name, ht_text_width(ht_table_point(table, row, text)));
    if (columns.name + taken > HT_TEXT_COLUMNS)
        columns.name = HT_TEXT_COLUMNS - taken;
    return columns;
}


static void put_tolls(const struct page *page, size_t case_index, const struct columns *columns) {
    for (uint32_t lane = 0; lane < page->table->summary->lanes->count; lane++) {
        struct ht_table_cell cell = ht_table_cell(page->table->summary, case_index, lane);
        char number[HT_SHORT_NUMBER_MAX];
        const char mark[2] = {cell.timed ? ht_table_mark(&cell) : ' ', '\0'};
        const char *code = colour_of(&cell);
        bool last = lane + 1 == page->table->summary->lanes->count;
        fputc(' ', page->out);
        put(page, toll_text(&cell, number), columns->tolls[lane], 1, code);
        if (!last || mark[0] != ' ')
            put(page, mark, 1, 0, code);
    }
    fputc('\n', page->out);
}


static void put_cases(const struct page *page) {
    const struct ht_table *table = page->table;
    struct columns columns = measure_columns(table);
    char visible[HT_TEXT_MAX], fitted[HT_TEXT_MAX];
    fprintf(page->out, "%*s %*s  toll ns under\n  %-*s %*s", (int)columns.name + 2, "", NUMBER_COLUMNS, "",
            (int)columns.name, "case", NUMBER_COLUMNS, "stack ns");
    for (uint32_t lane = 0; lane < table->summary->lanes->count; lane++) {
        fputc(' ', page->out);
        ht_text_pad(page->out, ht_table_title(table->summary, lane, HT_TABLE_TITLE_COLUMNS, fitted),
                    columns.tolls[lane], 1);
        fputs(lane + 1 < table->summary->lanes->count ? " " : "\n", page->out);
    }
    for (size_t row = 0; row < table->rows.count; row++) {
        put_heading(page, row);
        fputs("  ", page->out);
        ht_text_pad(page->out, ht_text_fit(ht_table_point(table, row, visible), columns.name, fitted),
                    columns.name, 0);
        put_number(page, ht_summary_stack_across(table->summary, table->rows.cases[row]), NUMBER_COLUMNS);
        put_tolls(page, table->rows.cases[row], &columns);
    }
}


static void put_note(void *context, const char *note) {
    const struct page *page = context;
    ht_text_wrap(page->out, "", note);
}


void ht_table_terminal(const struct ht_table *table, bool colour, FILE *out) {
    struct page page = {table, colour, out};
    char words[HT_TABLE_WORDS_MAX];
    fputc('\n', out);
    paint(&page, BOLD);
    ht_text_wrap(out, "", ht_table_what(table, words));
    paint(&page, "0");
    if (ht_table_answer(table, words)[0])
        ht_text_wrap(out, "", words);
    fputc('\n', out);
    if (table->rows.count && table->rows.side_by_side)
        put_cases(&page);
    else if (table->rows.count)
        put_pairs(&page);
    fputc('\n', out);
    ht_table_notes(table, HT_TABLE_TERMINAL, put_note, &page);
}
