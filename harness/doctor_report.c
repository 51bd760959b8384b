/* doctor_report.c: how the doctor's findings look, to people and to programs. */
#include "doctor.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 100
#define INDENT 11

/* Prints a paragraph from `column` on, its further lines indented by `indent`; breaks at spaces only. */
static void print_wrapped(FILE *out, int column, int indent, const char *text) {
    for (;;) {
        text += strspn(text, " ");
        int length = (int)strcspn(text, " ");
        if (text[length] == ' ' && text[length + 1] == '%') /* a number keeps its sign */
            length += 1 + (int)strcspn(text + length + 1, " ");
        if (!length)
            break;
        if (column > indent && column + 1 + length > COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        }
        column += fprintf(out, "%s%.*s", column > indent ? " " : "", length, text);
        text += length;
    }
    fputc('\n', out);
}


static void print_commands(FILE *out, const char *label, const char *commands) {
    for (const char *line = commands; *line;) {
        int length = (int)strcspn(line, "\n");
        char text[320];
        snprintf(text, sizeof text, "%.*s", length, line);
        fprintf(out, "%*s%-5s ", INDENT, "", line == commands ? label : "");
        if (INDENT + 6 + length <= COLUMNS || strncmp(text, "nothing", 7) != 0)
            fprintf(out, "%s\n", text); /* a command stays on one line, so that it can be copied */
        else
            print_wrapped(out, INDENT + 6, INDENT + 6, text);
        line += length + (line[length] == '\n');
    }
}


static void print_finding(FILE *out, const struct ht_finding *finding) {
    char means[sizeof finding->means + 1];
    snprintf(means, sizeof means, "%s.", finding->means);
    means[0] = (char)toupper((unsigned char)means[0]);
    fprintf(out, "  %-8s %-15s %s\n%*s", ht_verdict_name(finding->verdict), finding->name,
            finding->value[0] ? finding->value : "cannot be read", INDENT, "");
    print_wrapped(out, INDENT, INDENT, means);
    if (finding->verdict == HT_GOOD)
        return;
    print_commands(out, "do:", finding->advice);
    print_commands(out, "undo:", finding->undo);
}


void ht_report_print(const struct ht_report *report, FILE *out) {
    static const enum ht_verdict worst_first[] = {HT_POOR, HT_FAIR, HT_UNKNOWN, HT_GOOD};
    static const char *const words[] = {"GOOD", "USABLE", "POOR"};
    fprintf(out, "Can this machine measure well?  %s\n\n", report->machine);
    fprintf(out,
            "Measured for %.1f s: the same work in two identical processes (lanes), started afresh %d times\n"
            "(launches), timed in pieces of %.0f us (slices)\n",
            report->seconds, HT_DOCTOR_LAUNCHES, ht_doctor_plan().slice_us);
    for (int i = 0; i < HT_DOCTOR_MEASURED; i++)
        print_finding(out, &report->findings[i]);
    fprintf(out, "\nRead from the system\n");
    for (size_t v = 0; v < 4; v++)
        for (int i = HT_DOCTOR_MEASURED; i < HT_DOCTOR_FINDINGS; i++)
            if (report->findings[i].verdict == worst_first[v])
                print_finding(out, &report->findings[i]);
    int column = fprintf(out, "\n%s:", words[report->verdict]) - 1;
    print_wrapped(out, column, 0, report->sentence);
}


void ht_report_print_json(const struct ht_report *report, FILE *out) {
    json_t *findings = json_array();
    for (int i = 0; i < HT_DOCTOR_FINDINGS; i++) {
        const struct ht_finding *one = &report->findings[i];
        json_array_append_new(findings,
                              json_pack("{s:s, s:o, s:s, s:s, s:s, s:s}", "name", one->name, "value",
                                        one->value[0] ? json_string(one->value) : json_null(), "verdict",
                                        ht_verdict_name(one->verdict), "means", one->means, "advice",
                                        one->advice, "undo", one->undo));
    }
    json_t *all = json_pack("{s:s, s:s, s:s, s:f, s:o}", "verdict", ht_verdict_name(report->verdict),
                            "sentence", report->sentence, "machine", report->machine, "seconds",
                            report->seconds, "findings", findings);
    json_dumpf(all, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    fputc('\n', out);
    json_decref(all);
}
