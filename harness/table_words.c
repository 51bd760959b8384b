/* The sentences around the table. */
#include "table_parts.h"

#include "short_number.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NOTES_ON_LOSSES 12

/* Appends to words that began with "". */
static void add(char words[HT_TABLE_WORDS_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(char words[HT_TABLE_WORDS_MAX], const char *format, ...) {
    size_t length = strlen(words);
    va_list values;
    va_start(values, format);
    vsnprintf(words + length, HT_TABLE_WORDS_MAX - length, format, values);
    va_end(values);
}


static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}


/* "launch" makes "launches". */
static const char *plural_of(const char *word, size_t count) {
    size_t length = strlen(word);
    return count == 1 ? "" : length && word[length - 1] == 'h' ? "es" : "s";
}


static bool has_builds(const struct ht_summary *summary) {
    return summary->lanes->count && summary->lanes->lanes[0].build && !summary->lanes->lanes[0].build->alone;
}


/* Launches of all cases that there are; a case's are those of the lane that has most. */
static unsigned long long launches_done(const struct ht_summary *summary) {
    unsigned long long done = 0;
    for (size_t c = 0; c < summary->catalogue->count; c++) {
        uint32_t most = 0;
        for (uint32_t lane = 0; lane < summary->lanes->count; lane++) {
            uint32_t count = ht_summary_series(summary, c, lane)->count;
            most = count > most ? count : most;
        }
        done += most;
    }
    return done;
}


const char *ht_table_what(const struct ht_table *table, char words[HT_TABLE_WORDS_MAX]) {
    const struct ht_summary *summary = table->summary;
    const struct ht_table_facts *facts = table->facts;
    char visible[HT_TEXT_MAX];
    size_t cases = summary->catalogue->count, lanes = summary->lanes->count;
    words[0] = '\0';
    add(words, "%s: ",
        facts->cpu_model && facts->cpu_model[0] ? ht_text_visible(facts->cpu_model, visible) : "unknown CPU");
    add(words, "%zu case%s under %zu %s%s, ", cases, plural(cases), lanes,
        has_builds(summary) ? "lane" : "allocator", plural(lanes));
    if (strcmp(facts->status, "complete") == 0)
        add(words, "%u %s%s each", facts->launches, facts->launch_word,
            plural_of(facts->launch_word, facts->launches));
    else
        add(words, "%s after %llu of %llu %s%s", facts->status, launches_done(summary),
            (unsigned long long)cases * facts->launches, facts->launch_word,
            plural_of(facts->launch_word, 2));
    if (isfinite(facts->quiet_share))
        add(words, "; %.0f %% of %s quiet", 100 * facts->quiet_share,
            strcmp(facts->launch_word, "launch") == 0 ? "slices" : "them");
    add(words, ".");
    return words;
}


/* The median, over the cases timed in every lane, of a lane's ratio; `cases`: how many they are. NAN: none.
 */
static double median_ratio(const struct ht_summary *summary, uint32_t lane, size_t *cases) {
    double *ratios = malloc((summary->catalogue->count + 1) * sizeof *ratios), median = NAN;
    *cases = 0;
    for (size_t c = 0; ratios && c < summary->catalogue->count; c++) {
        bool everywhere = true;
        double ratio = NAN;
        for (uint32_t each = 0; each < summary->lanes->count; each++) {
            struct ht_pair pair;
            everywhere = everywhere && ht_summary_pair(summary, c, each, &pair) && isfinite(pair.ratio);
            ratio = each == lane ? pair.ratio : ratio;
        }
        if (everywhere)
            ratios[(*cases)++] = ratio;
    }
    if (*cases) {
        ht_sort(ratios, *cases);
        median = ht_quantile(ratios, *cases, 0.5);
    }
    free(ratios);
    return median;
}


const char *ht_table_answer(const struct ht_table *table, char words[HT_TABLE_WORDS_MAX]) {
    const struct ht_summary *summary = table->summary;
    size_t cases = 0;
    words[0] = '\0';
    for (uint32_t lane = 0; lane < summary->lanes->count; lane++) {
        char title[HT_TEXT_MAX], number[HT_SHORT_NUMBER_MAX];
        double median = median_ratio(summary, lane, &cases);
        if (!cases)
            return words;
        if (lane == 0) {
            add(words, "The heap takes this many times as long as the stack");
            if (cases > 1)
                add(words, ", in the median of %zu cases", cases);
        }
        add(words, "%s %s %s", lane ? "," : ":", ht_table_title(summary, lane, 40, title),
            ht_short_number(median, number));
    }
    add(words, ".");
    return words;
}


/* -- Notes ----------------------------------------------------------------- */

/* Which marks stand in the lines shown. */
struct marks {
    bool lost, contended, doubt, ranged, untimed;
    double coverage; /* the least that an interval has */
};

static struct marks marks_of(const struct ht_table *table) {
    struct marks marks = {.coverage = 1};
    for (size_t row = 0; row < table->rows.count; row++)
        for (uint32_t lane = 0; lane < table->summary->lanes->count; lane++) {
            struct ht_table_cell cell = ht_table_cell(table->summary, table->rows.cases[row], lane);
            marks.untimed |= !cell.timed;
            if (!cell.timed)
                continue;
            marks.lost |= cell.lost;
            marks.contended |= cell.contended;
            marks.doubt |= ht_table_mark(&cell) == '?';
            marks.ranged |= cell.ranged;
            marks.coverage = fmin(marks.coverage, cell.pair.toll_interval.coverage);
        }
    return marks;
}


static void note_left_out(const struct ht_table *table, ht_table_note_fn *each, void *context) {
    const struct ht_table_rows *rows = &table->rows;
    char words[HT_TABLE_WORDS_MAX] = "";
    size_t all = rows->count + rows->left_out;
    if (rows->left_out) {
        add(words, "Shown: %zu of %zu cases, ", rows->count, all);
        if (rows->per_scenario)
            add(words, "one of each of the first %zu variants of a scenario", rows->per_scenario);
        else if (rows->per_variant == 1)
            add(words, "one of each variant");
        else
            add(words, "evenly chosen, up to %zu of each variant", rows->per_variant);
        add(words, "; all are in measurements.csv, and `make export FORMAT=markdown` prints them.");
        each(context, words);
    }
    words[0] = '\0';
    if (rows->not_begun) {
        add(words, "Not begun, so not shown: %zu case%s.", rows->not_begun, plural(rows->not_begun));
        each(context, words);
    }
    words[0] = '\0';
    if (rows->pairless) {
        add(words, "Without a stack or a heap arm, so not shown: %zu case%s; see measurements.csv.",
            rows->pairless, plural(rows->pairless));
        each(context, words);
    }
}


static bool same_loss(const struct ht_pair_series *one, const struct ht_pair_series *other) {
    return one->worst == other->worst && strcmp(one->reason, other->reason) == 0;
}


/* One note for each status and reason, over all cases, shown or not, with the first pair that has it. */
static void note_losses(const struct ht_table *table, ht_table_note_fn *each, void *context) {
    const struct ht_summary *summary = table->summary;
    size_t lanes = summary->lanes->count, pairs = summary->catalogue->count * lanes, notes = 0, unsaid = 0;
    for (size_t i = 0; i < pairs; i++) {
        const struct ht_pair_series *series = &summary->pairs[i];
        bool said = series->worst <= HT_CONTENDED;
        for (size_t before = 0; before < i && !said; before++)
            said = same_loss(&summary->pairs[before], series);
        if (said)
            continue;
        if (++notes > MOST_NOTES_ON_LOSSES) {
            unsaid++;
            continue;
        }
        size_t alike = 0;
        for (size_t after = i; after < pairs; after++)
            alike += same_loss(&summary->pairs[after], series);
        char words[HT_TABLE_WORDS_MAX] = "", visible[HT_TEXT_MAX];
        add(words, "%s: %s", ht_status_name(series->worst),
            ht_text_visible(summary->catalogue->cases[i / lanes].name, visible));
        add(words, " (%s)", ht_table_title(summary, (uint32_t)(i % lanes), 40, visible));
        if (alike > 1)
            add(words, " and %zu more pair%s", alike - 1, plural(alike - 1));
        if (series->reason[0])
            add(words, ": %s", ht_text_visible(series->reason, visible));
        each(context, words);
    }
    if (unsaid) {
        char words[HT_TABLE_WORDS_MAX] = "";
        add(words, "And %zu more reason%s for which pairs were lost; see measurements.csv.", unsaid,
            plural(unsaid));
        each(context, words);
    }
}


/* Says that the intervals are of fewer launches than 95 % takes. */
static void note_coverage(double coverage, const char *launches, ht_table_note_fn *each, void *context) {
    char words[HT_TABLE_WORDS_MAX] = "";
    if (coverage > 0)
        add(words, "Too few %s for 95 %%: the least sure interval has its median with %.0f %%.", launches,
            100 * coverage);
    else
        add(words, "Too few %s for 95 %%: of a single one there is no interval.", launches);
    each(context, words);
}


void ht_table_notes(const struct ht_table *table, enum ht_table_format format, ht_table_note_fn *each,
                    void *context) {
    struct marks marks = marks_of(table);
    bool terminal = format == HT_TABLE_TERMINAL, compact = table->rows.side_by_side && terminal;
    char words[HT_TABLE_WORDS_MAX] = "", launches[32];
    snprintf(launches, sizeof launches, "%s%s", table->facts->launch_word,
             plural_of(table->facts->launch_word, 2));
    add(words, "Per operation, medians of %s; toll = heap - stack in each %s%s.", launches,
        table->facts->launch_word,
        compact                    ? ""
        : table->rows.side_by_side ? ", with its 95 % interval"
        : terminal                 ? "; ratio = heap / stack; cycles: the toll in core cycles"
                                   : "; ratio = heap / stack");
    each(context, words);
    if (marks.ranged)
        note_coverage(marks.coverage, launches, each, context);
    if (marks.doubt && compact)
        each(context, "? uncertain: the 95 % interval reaches 0, or a tenth of the toll and more away.");
    if (marks.contended) {
        words[0] = '\0';
        add(words, "%scontended: most %s had too few quiet slices; timed over all slices.",
            terminal ? "~ " : "", launches);
        each(context, words);
    }
    if (marks.lost)
        each(context, "! beside what was timed, something went wrong: see below.");
    note_left_out(table, each, context);
    note_losses(table, each, context);
}
