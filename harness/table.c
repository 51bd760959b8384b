#include "table_parts.h"

#include <stdlib.h>

void ht_table_print(const struct ht_summary *summary, const struct ht_table_facts *facts,
                    enum ht_table_format format, bool colour, FILE *out) {
    struct ht_table table = {.summary = summary, .facts = facts};
    if (format == HT_TABLE_NONE)
        return;
    struct ht_text_locale locale = ht_text_begin();
    if (!ht_table_choose(summary, &table.rows))
        fprintf(out, "no table: out of memory\n");
    else if (format == HT_TABLE_MARKDOWN)
        ht_table_markdown(&table, out);
    else
        ht_table_terminal(&table, colour, out);
    free(table.rows.cases);
    ht_text_end(&locale);
}
