/* The table in GitHub's Markdown, to be copied into an issue as it is. */
#include "table_parts.h"

#include "short_number.h"

#include <math.h>
#include <string.h>

static void put_paragraph(FILE *out, const char *words) {
    ht_text_markdown(out, words);
    fputs("\n\n", out);
}


static void put_name(FILE *out, const struct ht_table *table, size_t row) {
    char visible[HT_TEXT_MAX];
    ht_text_visible(table->summary->catalogue->cases[table->rows.cases[row]].name, visible);
    ht_text_markdown(out, visible);
}


static void put_title(FILE *out, const struct ht_table *table, uint32_t lane) {
    char visible[HT_TEXT_MAX];
    ht_text_markdown(out, ht_table_title(table->summary, lane, HT_LANE_TITLE_MAX * 4, visible));
}


static void put_number(FILE *out, double value) {
    char number[HT_SHORT_NUMBER_MAX];
    fprintf(out, " %s |", ht_short_number(value, number));
}


static void put_interval(FILE *out, const struct ht_interval *interval) {
    char low[HT_SHORT_NUMBER_MAX], high[HT_SHORT_NUMBER_MAX];
    fprintf(out, " [%s, %s]", ht_short_number(interval->low, low), ht_short_number(interval->high, high));
}


/* What is to be known of a figure beside itself, in words. */
static const char *status_of(const struct ht_table_cell *cell) {
    return !cell->timed ? cell->word : cell->lost ? "! see below" : cell->contended ? "contended" : "ok";
}


static void put_pairs(const struct ht_table *table, FILE *out) {
    fputs("| case | allocator | stack ns | heap ns | toll ns | 95 % interval | ratio | status |\n"
          "|:--|:--|--:|--:|--:|:--|--:|:--|\n",
          out);
    for (size_t row = 0; row < table->rows.count; row++)
        for (uint32_t lane = 0; lane < table->summary->lanes->count; lane++) {
            struct ht_table_cell cell = ht_table_cell(table->summary, table->rows.cases[row], lane);
            fputs("| ", out);
            put_name(out, table, row);
            fputs(" | ", out);
            put_title(out, table, lane);
            fputs(" |", out);
            put_number(out, cell.pair.stack_ns);
            put_number(out, cell.pair.heap_ns);
            put_number(out, cell.pair.toll_ns);
            if (cell.timed)
                put_interval(out, &cell.pair.toll_interval);
            fputs(" |", out);
            put_number(out, cell.pair.ratio);
            fprintf(out, " %s |\n", status_of(&cell));
        }
}


static void put_cases(const struct ht_table *table, FILE *out) {
    fputs("| case | stack ns |", out);
    for (uint32_t lane = 0; lane < table->summary->lanes->count; lane++) {
        fputs(" toll ns, ", out);
        put_title(out, table, lane);
        fputs(" |", out);
    }
    fputs("\n|:--|--:|", out);
    for (uint32_t lane = 0; lane < table->summary->lanes->count; lane++)
        fputs(":--|", out);
    fputc('\n', out);
    for (size_t row = 0; row < table->rows.count; row++) {
        fputs("| ", out);
        put_name(out, table, row);
        fputs(" |", out);
        put_number(out, ht_summary_stack_across(table->summary, table->rows.cases[row]));
        for (uint32_t lane = 0; lane < table->summary->lanes->count; lane++) {
            struct ht_table_cell cell = ht_table_cell(table->summary, table->rows.cases[row], lane);
            char number[HT_SHORT_NUMBER_MAX];
            if (cell.timed) {
                fprintf(out, " %s", ht_short_number(cell.pair.toll_ns, number));
                put_interval(out, &cell.pair.toll_interval);
            }
            if (!cell.timed || cell.lost || cell.contended)
                fprintf(out, " %s", status_of(&cell));
            fputs(" |", out);
        }
        fputc('\n', out);
    }
}


static void put_item(void *context, const char *note) {
    FILE *out = context;
    fputs("- ", out);
    ht_text_markdown(out, note);
    fputc('\n', out);
}


void ht_table_markdown(const struct ht_table *table, FILE *out) {
    const struct ht_table_facts *facts = table->facts;
    char words[HT_TABLE_WORDS_MAX], visible[HT_TEXT_MAX];
    fputs("### Heaptoll\n\n", out);
    put_paragraph(out, ht_table_what(table, words));
    if (ht_table_answer(table, words)[0])
        put_paragraph(out, words);
    if (table->rows.count && table->rows.side_by_side)
        put_cases(table, out);
    else if (table->rows.count)
        put_pairs(table, out);
    fputc('\n', out);
    ht_table_notes(table, HT_TABLE_MARKDOWN, put_item, out);
    for (size_t i = 0; i < facts->warning_count; i++) {
        fputs("- **warning**: ", out);
        ht_text_markdown(out, ht_text_visible(facts->warnings[i], visible));
        fputc('\n', out);
    }
    fputs("- ", out);
    snprintf(words, sizeof words, "%s: %s", facts->status, ht_text_visible(facts->csv_path, visible));
    ht_text_markdown(out, words);
    fputc('\n', out);
}
