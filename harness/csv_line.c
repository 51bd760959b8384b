#include "csv_line.h"

/* Takes the quotes off a field that begins after one; returns what follows it, or NULL when it never ends. */
static char *unquote(char *from) {
    char *to = from;
    for (;; from++) {
        if (*from == '\0')
            return NULL;
        if (*from == '"' && *++from != '"')
            break;
        *to++ = *from;
    }
    char *after = from;
    *to = '\0';
    return after;
}


bool ht_csv_split(char *line, char **fields, size_t room, size_t *count) {
    char *at = line;
    for (*count = 0; *count < room;) {
        bool quoted = *at == '"';
        fields[(*count)++] = quoted ? at + 1 : at;
        if (quoted) {
            at = unquote(at + 1);
            if (!at)
                return false;
        } else
            while (*at && *at != ',') {
                if (*at == '"')
                    return false;
                at++;
            }
        if (*at == '\0')
            return true;
        if (*at != ',')
            return false;
        *at++ = '\0';
    }
    return false;
}
