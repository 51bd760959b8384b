/* Which cases the table shows, and what is known of each. */
#include "table_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has_arm(const struct ht_case_info *info, enum ht_arm_kind kind) {
    for (uint32_t arm = 0; arm < info->arm_count; arm++)
        if (info->arms[arm] == kind)
            return true;
    return false;
}


static bool is_begun(const struct ht_summary *summary, size_t case_index) {
    for (uint32_t lane = 0; lane < summary->lanes->count; lane++)
        if (ht_summary_series(summary, case_index, lane)->count)
            return true;
    return false;
}


static const char *text_of(const char *text) {
    return text ? text : "";
}


static bool same_scenario(const struct ht_case_info *one, const struct ht_case_info *other) {
    return strcmp(text_of(one->scenario), text_of(other->scenario)) == 0;
}


static bool same_variant(const struct ht_case_info *one, const struct ht_case_info *other) {
    return same_scenario(one, other) && strcmp(text_of(one->variant), text_of(other->variant)) == 0;
}


/* The rows of one variant. */
struct variant {
    size_t first, count; /* the first row; how many */
    size_t shown_by;     /* the row of the smallest profile, by which its bench file shows it */
};

/* Numbers the variants, in the order of the rows: `of_row`[row]; returns how many there are. */
static size_t find_variants(const struct ht_catalogue *catalogue, const struct ht_table_rows *rows,
                            struct variant *variants, size_t *of_row) {
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct ht_case_info *info = &catalogue->cases[rows->cases[i]];
        size_t v = 0;
        while (v < count && !same_variant(&catalogue->cases[rows->cases[variants[v].first]], info))
            v++;
        if (v == count)
            variants[count++] = (struct variant){.first = i, .shown_by = i};
        if (info->profile < catalogue->cases[rows->cases[variants[v].shown_by]].profile)
            variants[v].shown_by = i;
        variants[v].count++;
        of_row[i] = v;
    }
    return count;
}


/* The largest number of rows that each of the variants may have for all to be `most` at most; 1 at least. */
static size_t rows_per_variant(const struct variant *variants, size_t count, size_t most) {
    for (size_t quota = 1;; quota++) {
        size_t rows = 0;
        for (size_t v = 0; v < count; v++)
            rows += variants[v].count < quota + 1 ? variants[v].count : quota + 1;
        if (rows > most)
            return quota;
    }
}


/* Is row `i`, number `place` of its variant, one of the `quota` that stand for it: the one that its bench
 * file shows it by, or several evenly spaced from the first to the last? */
static bool stands(const struct variant *variant, size_t i, size_t place, size_t quota) {
    if (variant->count <= quota)
        return true;
    if (quota == 1)
        return i == variant->shown_by;
    for (size_t k = 0; k < quota; k++)
        if (place == k * (variant->count - 1) / (quota - 1))
            return true;
    return false;
}


/* Keeps as many cases of every variant as make `most` in all, one at least; rows->count is above `most`. */
static void thin_out(const struct ht_catalogue *catalogue, struct ht_table_rows *rows, size_t most) {
    struct variant *variants = calloc(rows->count, sizeof *variants);
    size_t *of_row = calloc(rows->count, sizeof *of_row), *places = calloc(rows->count, sizeof *places);
    if (variants && of_row && places) {
        size_t count = find_variants(catalogue, rows, variants, of_row), kept = 0;
        rows->per_variant = rows_per_variant(variants, count, most);
        for (size_t i = 0; i < rows->count; i++)
            if (stands(&variants[of_row[i]], i, places[of_row[i]]++, rows->per_variant))
                rows->cases[kept++] = rows->cases[i];
        rows->count = kept;
    }
    free(variants);
    free(of_row);
    free(places);
}


/* How many of the rows before number `i` are of its scenario. */
static size_t place_in_scenario(const struct ht_catalogue *catalogue, const size_t *cases, size_t i) {
    size_t place = 0;
    for (size_t before = 0; before < i; before++)
        place += same_scenario(&catalogue->cases[cases[before]], &catalogue->cases[cases[i]]);
    return place;
}


/* Keeps the first ones of each scenario, as many as make `most` in all, but one at least. */
static void shorten(const struct ht_catalogue *catalogue, struct ht_table_rows *rows, size_t most) {
    size_t *places = malloc(rows->count * sizeof *places), scenarios = 0, kept = 0, level = 1;
    for (size_t i = 0; places && i < rows->count; i++) {
        places[i] = place_in_scenario(catalogue, rows->cases, i);
        scenarios += places[i] == 0;
    }
    for (size_t shown = scenarios; places && shown <= most; level++) {
        size_t more = 0;
        for (size_t i = 0; i < rows->count; i++)
            more += places[i] == level;
        if (shown + more > most || !more)
            break;
        shown += more;
    }
    for (size_t i = 0; places && i < rows->count; i++)
        if (places[i] < level)
            rows->cases[kept++] = rows->cases[i];
    rows->per_scenario = places ? level : 0;
    rows->count = places ? kept : rows->count;
    free(places);
}


/* Can the tolls stand side by side? Several builds have a stack arm each, and names that look alike when they
 * are cut to a column tell nothing. */
static bool fits_side_by_side(const struct ht_summary *summary) {
    char titles[HT_MAX_LANES][HT_TEXT_MAX];
    size_t columns = 0;
    for (uint32_t lane = 0; lane < summary->lanes->count; lane++) {
        const struct ht_build *build = summary->lanes->lanes[lane].build;
        if (build && !build->alone)
            return false;
        ht_table_title(summary, lane, HT_TABLE_TITLE_COLUMNS, titles[lane]);
        for (uint32_t other = 0; other < lane; other++)
            if (strcmp(titles[lane], titles[other]) == 0)
                return false;
        size_t width = ht_text_width(titles[lane]);
        columns += 2 + (width < 9 ? 9 : width); /* 9: the longest status */
    }
    return columns <= HT_TEXT_COLUMNS - 2 - 16 - 9; /* the case's name, its stack time */
}


bool ht_table_choose(const struct ht_summary *summary, struct ht_table_rows *rows) {
    const struct ht_catalogue *catalogue = summary->catalogue;
    size_t lanes = summary->lanes->count;
    *rows = (struct ht_table_rows){.cases = malloc((catalogue->count + 1) * sizeof *rows->cases)};
    if (!rows->cases)
        return false;
    for (size_t c = 0; c < catalogue->count; c++) {
        bool pair = has_arm(&catalogue->cases[c], HT_ARM_STACK) && has_arm(&catalogue->cases[c], HT_ARM_HEAP);
        bool begun = is_begun(summary, c);
        rows->pairless += !pair;
        rows->not_begun += pair && !begun;
        if (pair && begun)
            rows->cases[rows->count++] = c;
    }
    rows->side_by_side = rows->count * lanes > HT_TABLE_ROWS && fits_side_by_side(summary);
    size_t most = rows->side_by_side ? HT_TABLE_ROWS : HT_TABLE_ROWS / (lanes ? lanes : 1);
    size_t all = rows->count;
    if (rows->count > most)
        thin_out(catalogue, rows, most);
    if (rows->count > most)
        shorten(catalogue, rows, most);
    rows->left_out = all - rows->count;
    return true;
}


bool ht_table_begins_scenario(const struct ht_table *table, size_t row) {
    const struct ht_case_info *cases = table->summary->catalogue->cases;
    const size_t *rows = table->rows.cases;
    return row == 0 || !same_scenario(&cases[rows[row - 1]], &cases[rows[row]]);
}


const char *ht_table_point(const struct ht_table *table, size_t row, char visible[HT_TEXT_MAX]) {
    const struct ht_case_info *info = &table->summary->catalogue->cases[table->rows.cases[row]];
    size_t length = strlen(text_of(info->scenario));
    bool within = length && strncmp(info->name, info->scenario, length) == 0 && info->name[length] == '/';
    return ht_text_visible(within ? info->name + length + 1 : info->name, visible);
}


const char *ht_table_title(const struct ht_summary *summary, uint32_t lane, size_t columns,
                           char fitted[HT_TEXT_MAX]) {
    char title[HT_LANE_TITLE_MAX], visible[HT_TEXT_MAX];
    ht_lane_title(&summary->lanes->lanes[lane], title);
    return ht_text_fit(ht_text_visible(title, visible), columns, fitted);
}


struct ht_table_cell ht_table_cell(const struct ht_summary *summary, size_t case_index, uint32_t lane) {
    const struct ht_pair_series *series = ht_summary_series(summary, case_index, lane);
    struct ht_table_cell cell = {.timed = false};
    cell.timed = ht_summary_pair(summary, case_index, lane, &cell.pair);
    const struct ht_interval *interval = &cell.pair.toll_interval;
    double toll = cell.pair.toll_ns, beyond = fmax(interval->high - toll, toll - interval->low);
    cell.word = series->worst > HT_CONTENDED ? ht_status_name(series->worst)
                : series->count              ? "not timed"
                                             : "not begun";
    cell.lost = series->worst > HT_CONTENDED;
    cell.contended = cell.pair.contended;
    cell.doubt = cell.timed && beyond > 0.1 * fabs(toll);
    cell.ranged = cell.timed && interval->coverage < 0.95;
    return cell;
}


char ht_table_mark(const struct ht_table_cell *cell) {
    return cell->lost ? '!' : cell->contended ? '~' : cell->doubt ? '?' : ' ';
}
