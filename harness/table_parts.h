/* table_parts.h: what the formats of the table share (table.h): its rows, its words and its marks. */
#ifndef HEAPTOLL_TABLE_PARTS_H
#define HEAPTOLL_TABLE_PARTS_H

#include "table.h"
#include "text.h"

#define HT_TABLE_ROWS 40 /* so many lines of figures at most, but one for each scenario at least */

/* The columns, beside two of indent, that an allocator's name has where each has a line of its own. */
#define HT_TABLE_TITLE_COLUMNS 14

/* Which cases have lines, and of which kind. */
struct ht_table_rows {
    size_t *cases; /* of the catalogue, in its order */
    size_t count;
    bool side_by_side;   /* a line is a case, with every allocator's toll; otherwise it is a pair */
    size_t per_variant;  /* so many cases stand for a variant; 0: all */
    size_t per_scenario; /* so many variants of a scenario are shown; 0: all */
    size_t left_out;     /* so many that could have lines have none */
    size_t pairless;     /* so many of the catalogue's cases have no stack arm, or no heap arm */
    size_t not_begun;    /* so many have no launch */
};

struct ht_table {
    const struct ht_summary *summary;
    const struct ht_table_facts *facts;
    struct ht_table_rows rows;
};

/* table_rows.c: false: out of memory. The caller frees rows->cases. */
bool ht_table_choose(const struct ht_summary *summary, struct ht_table_rows *rows);

/* Is this line the first of its scenario? Then its heading goes before it. */
bool ht_table_begins_scenario(const struct ht_table *table, size_t row);

/* A case's name without its scenario, visible. */
const char *ht_table_point(const struct ht_table *table, size_t row, char visible[HT_TEXT_MAX]);

/* A lane's title, visible, in `columns` columns at most. */
const char *ht_table_title(const struct ht_summary *summary, uint32_t lane, size_t columns,
                           char fitted[HT_TEXT_MAX]);

/* What is known of a pair. */
struct ht_table_cell {
    bool timed; /* both arms */
    struct ht_pair pair;
    const char *word; /* of a pair that is not timed: its status, "not begun", or "not timed" */
    bool contended;
    bool lost;   /* some launch or arm did not do as it should, and a note says what */
    bool doubt;  /* its interval goes beyond the toll by more than a tenth of it, or holds 0 */
    bool ranged; /* its interval is the range of too few launches */
};
struct ht_table_cell ht_table_cell(const struct ht_summary *summary, size_t case_index, uint32_t lane);

/* The one mark that a toll without its interval carries: ! lost, ~ contended, ? doubt, or a space. */
char ht_table_mark(const struct ht_table_cell *cell);

/* -- table_words.c ------------------------------------------------------- */

#define HT_TABLE_WORDS_MAX 4096

/* What was measured, on what: one sentence, visible. */
const char *ht_table_what(const struct ht_table *table, char words[HT_TABLE_WORDS_MAX]);

/* The answer in a sentence, visible; "" when no case was timed under every allocator. */
const char *ht_table_answer(const struct ht_table *table, char words[HT_TABLE_WORDS_MAX]);

/* Calls `each` with every note that belongs below the table, visible: what the figures are, what the marks
 * mean, what is left out, lost and why. */
typedef void ht_table_note_fn(void *context, const char *note);
void ht_table_notes(const struct ht_table *table, enum ht_table_format format, ht_table_note_fn *each,
                    void *context);

/* -- The formats --------------------------------------------------------- */

void ht_table_terminal(const struct ht_table *table, bool colour, FILE *out);
void ht_table_markdown(const struct ht_table *table, FILE *out);

#endif
