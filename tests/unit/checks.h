/* checks.h: what every unit test needs: cmocka with the headers it asks for, and checks of doubles and texts.
 */
#ifndef HEAPTOLL_CHECKS_H
#define HEAPTOLL_CHECKS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define assert_close(actual, expected, tolerance)                                                            \
    do {                                                                                                     \
        double actual_value = (actual), expected_value = (expected);                                         \
        if (!(fabs(actual_value - expected_value) <= (tolerance)))                                           \
            fail_msg("%s is %.12g, expected %.12g", #actual, actual_value, expected_value);                  \
    } while (0)

#define assert_not_a_number(actual)                                                                          \
    do {                                                                                                     \
        double actual_value = (actual);                                                                      \
        if (!isnan(actual_value))                                                                            \
            fail_msg("%s is %.12g, expected NAN", #actual, actual_value);                                    \
    } while (0)

#define assert_contains(text, part)                                                                          \
    do {                                                                                                     \
        const char *text_value = (text), *part_value = (part);                                               \
        if (!strstr(text_value, part_value))                                                                 \
            fail_msg("\"%s\" does not contain \"%s\"", text_value, part_value);                              \
    } while (0)

#define assert_lacks(text, part)                                                                             \
    do {                                                                                                     \
        const char *text_value = (text), *part_value = (part);                                               \
        if (strstr(text_value, part_value))                                                                  \
            fail_msg("\"%s\" contains \"%s\"", text_value, part_value);                                      \
    } while (0)

#endif
