#include "short_number.h"

#include <math.h>
#include <stdio.h>

const char *ht_short_number(double value, char text[HT_SHORT_NUMBER_MAX]) {
    double magnitude = fabs(value);
    if (!isfinite(value)) { /* not known */
        snprintf(text, HT_SHORT_NUMBER_MAX, "-");
    } else if (magnitude < 99999.5) {
        int decimals = magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
        /* Not "-0.00". */
        snprintf(text, HT_SHORT_NUMBER_MAX, "%.*f", decimals, magnitude < 0.005 ? 0.0 : value);
    } else {
        int exponent = (int)floor(log10(magnitude));
        double mantissa = value / pow(10, exponent);
        if (fabs(mantissa) >= 9.995) {
            mantissa /= 10;
            exponent++;
        }
        snprintf(text, HT_SHORT_NUMBER_MAX, "%.*fe%d", exponent < 10 ? 2 : 0, mantissa, exponent);
    }
    return text;
}
