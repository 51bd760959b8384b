/* short_number.h: figures for people. */
#ifndef HEAPTOLL_SHORT_NUMBER_H
#define HEAPTOLL_SHORT_NUMBER_H

#define HT_SHORT_NUMBER_MAX 8 /* characters and the end */

/* Three significant digits or all of the whole ones, in the fewest characters, whatever the magnitude:
 * "0.07", "12.3", "45678", "1.23e6"; "-" for what is no number. Returns `text`. */
const char *ht_short_number(double value, char text[HT_SHORT_NUMBER_MAX]);

#endif
