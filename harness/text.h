/*
 * text.h: text for people: how wide it is on a terminal, cut to fit, and with nothing in it that would move
 * the cursor or mean something to Markdown. Names come from other people's workers and command lines.
 *
 * What a character is and how many columns it takes is the C library's to say (wcwidth): call these between
 * ht_text_begin and ht_text_end. On a system without the locale C.UTF-8, all but ASCII is spelled out.
 */
#ifndef HEAPTOLL_TEXT_H
#define HEAPTOLL_TEXT_H

#include <locale.h>
#include <stddef.h>
#include <stdio.h>

/* Of a text that has been made visible, its end included; longer ones are cut. */
#define HT_TEXT_MAX 1024

/* The columns that everything for a terminal keeps to. */
#define HT_TEXT_COLUMNS 80

/* What ht_text_end needs to put the thread's locale back. */
struct ht_text_locale {
    locale_t ours, before;
};
struct ht_text_locale ht_text_begin(void);
void ht_text_end(struct ht_text_locale *locale);

/* `text` on one line: bytes that are no UTF-8, and characters that move the cursor, turn the direction of
 * writing or do not show, are spelled out as \n, \x1b or \u202e. Returns `visible`. */
const char *ht_text_visible(const char *text, char visible[HT_TEXT_MAX]);

/* Columns that a visible text takes. */
size_t ht_text_width(const char *visible);

/* A visible text in `columns` columns, 1 or more, at most: the middle of a longer one gives way to an
 * ellipsis, since names differ at both ends. Returns `fitted`. */
const char *ht_text_fit(const char *visible, size_t columns, char fitted[HT_TEXT_MAX]);

/* Writes a visible text with spaces after it (before it, when `right`) up to `columns` columns. */
void ht_text_pad(FILE *out, const char *visible, size_t columns, int right);

/* Writes a visible text as lines of HT_TEXT_COLUMNS columns, broken at spaces where there are any; the first
 * begins with `first`, the others with as many spaces. */
void ht_text_wrap(FILE *out, const char *first, const char *visible);

/* Writes a visible text so that GitHub's Markdown shows it as it is, in a table's cell too: what means
 * something to it is a character reference. */
void ht_text_markdown(FILE *out, const char *visible);

#endif
