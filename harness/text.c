#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

static const char ellipsis[] = "…";

struct ht_text_locale ht_text_begin(void) {
    struct ht_text_locale locale = {.ours = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0)};
    if (locale.ours)
        locale.before = uselocale(locale.ours);
    return locale;
}


void ht_text_end(struct ht_text_locale *locale) {
    if (!locale->ours)
        return;
    uselocale(locale->before);
    freelocale(locale->ours);
    locale->ours = (locale_t)0;
}


/* One character at the start of a text. */
struct character {
    wchar_t code;
    size_t bytes;   /* 1 for one that is no character */
    size_t columns; /* 0 for what combines with the one before */
    bool shows;
};

/* Marks without a shape of their own that join, part or turn around what stands beside them. */
static bool is_format(wchar_t code) {
    static const struct {
        uint32_t from, to;
    } ranges[] = {{0xad, 0xad},     {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200f},  {0x2028, 0x202e},
                  {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if ((uint32_t)code >= ranges[i].from && (uint32_t)code <= ranges[i].to)
            return true;
    return false;
}


static struct character character_at(const char *text) {
    struct character one = {.bytes = 1, .columns = 1};
    mbstate_t state = {0};
    size_t bytes = mbrtowc(&one.code, text, strlen(text), &state);
    if (bytes == (size_t)-1 || bytes == (size_t)-2 || bytes == 0)
        return one;
    int columns = wcwidth(one.code);
    one.bytes = bytes;
    one.shows = columns >= 0 && iswprint((wint_t)one.code) && !is_format(one.code);
    one.columns = columns > 0 ? (size_t)columns : 0;
    return one;
}


/* How a character that does not show, or a byte that is none, is spelled. */
static void spell(const char *at, const struct character *one, char spelled[16]) {
    static const char named[] = "\n\r\t", names[] = "nrt";
    const char *known = *at ? strchr(named, *at) : NULL;
    if (known)
        snprintf(spelled, 16, "\\%c", names[known - named]);
    else if (one->bytes == 1)
        snprintf(spelled, 16, "\\x%02x", (unsigned char)*at);
    else
        snprintf(spelled, 16, one->code > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)one->code);
}


const char *ht_text_visible(const char *text, char visible[HT_TEXT_MAX]) {
    size_t length = 0;
    for (const char *at = text; *at;) {
        struct character one = character_at(at);
        char spelled[16];
        spell(at, &one, spelled);
        const char *shown = one.shows ? at : spelled;
        size_t bytes = one.shows ? one.bytes : strlen(spelled);
        if (length + bytes + sizeof ellipsis > HT_TEXT_MAX) {
            memcpy(visible + length, ellipsis, sizeof ellipsis);
            return visible;
        }
        memcpy(visible + length, shown, bytes);
        length += bytes;
        at += one.bytes;
    }
    visible[length] = '\0';
    return visible;
}


size_t ht_text_width(const char *visible) {
    size_t columns = 0;
    while (*visible) {
        struct character one = character_at(visible);
        columns += one.columns;
        visible += one.bytes;
    }
    return columns;
}


/* Bytes of the longest beginning of a text that takes `columns` columns at most, with what combines with its
 * last character. */
static size_t beginning(const char *visible, size_t columns) {
    size_t bytes = 0, taken = 0;
    while (visible[bytes]) {
        struct character one = character_at(visible + bytes);
        if (taken + one.columns > columns)
            break;
        taken += one.columns;
        bytes += one.bytes;
    }
    return bytes;
}


const char *ht_text_fit(const char *visible, size_t columns, char fitted[HT_TEXT_MAX]) {
    size_t width = ht_text_width(visible), room = columns - 1;
    if (width <= columns) {
        snprintf(fitted, HT_TEXT_MAX, "%s", visible);
        return fitted;
    }
    size_t head = (room + 1) / 2, tail = room - head;
    const char *end = visible + beginning(visible, width - tail);
    /* A wide character may stand across the place, and what combines belongs to what went. */
    while (*end && (ht_text_width(end) > tail || character_at(end).columns == 0))
        end += character_at(end).bytes;
    snprintf(fitted, HT_TEXT_MAX, "%.*s%s%s", (int)beginning(visible, head), visible, ellipsis, end);
    return fitted;
}


void ht_text_pad(FILE *out, const char *visible, size_t columns, int right) {
    size_t width = ht_text_width(visible);
    int spaces = width < columns ? (int)(columns - width) : 0;
    if (right)
        fprintf(out, "%*s%s", spaces, "", visible);
    else
        fprintf(out, "%s%*s", visible, spaces, "");
}


void ht_text_wrap(FILE *out, const char *first, const char *visible) {
    size_t indent = ht_text_width(first), room = HT_TEXT_COLUMNS - indent;
    fputs(first, out);
    for (;;) {
        size_t fits = beginning(visible, room), cut = fits;
        if (visible[fits]) {
            while (cut && visible[cut] != ' ')
                cut--;
            if (!cut) /* a word longer than a line */
                cut = fits;
        }
        fprintf(out, "%.*s\n", (int)cut, visible);
        visible += cut + (visible[cut] == ' ');
        if (!*visible)
            return;
        fprintf(out, "%*s", (int)indent, "");
    }
}


static bool is_word(char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (unsigned char)byte >= 0x80;
}


void ht_text_markdown(FILE *out, const char *visible) {
    char before = ' ';
    for (const char *at = visible; *at; before = *at++) {
        /* An underscore within a word means nothing, and a colon only where it makes an address. */
        bool plain = *at == '_' ? is_word(before) && is_word(at[1])
                                : !strchr("\\`*[]<>&|~@#!$", *at) && strncmp(at, "://", 3) != 0;
        if (plain)
            fputc(*at, out);
        else
            fprintf(out, "&#%d;", *at);
    }
}
