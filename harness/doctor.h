/*
 * doctor.h: heaptoll --doctor: says in less than ten seconds whether this machine can measure well, and what
 * would help. It judges the machine's state (health.h), then measures one small case in two identical lanes
 * with the ordinary engine. It leaves no run behind.
 */
#ifndef HEAPTOLL_DOCTOR_H
#define HEAPTOLL_DOCTOR_H

#include "builds.h"
#include "catalogue.h"
#include "health.h"
#include "options.h"
#include "plan.h"

#include <signal.h>
#include <stdio.h>

#define HT_DOCTOR_MOST_SECONDS 10.0
#define HT_DOCTOR_LAUNCHES 20

/* What the doctor measured. */
struct ht_samples {
    double ratio[HT_DOCTOR_LAUNCHES]; /* of the two lanes' heap arms, one per launch */
    double ghz[HT_DOCTOR_LAUNCHES];   /* the core's clock in each launch */
    unsigned count, contended;        /* launches; of these, so many had too few quiet slices */
    uint64_t slices, quiet_slices;
    double seconds; /* it all took */
};

#define HT_DOCTOR_MEASURED 4
#define HT_DOCTOR_DECIDING 3 /* of these, the first so many */
#define HT_DOCTOR_FINDINGS (HT_DOCTOR_MEASURED + HT_STATE_FINDINGS)

/* What it says: the first findings are measured, the others the machine's state. */
struct ht_report {
    struct ht_finding findings[HT_DOCTOR_FINDINGS];
    enum ht_verdict verdict; /* good: measures well; fair: usable; poor: measuring is inconclusive */
    char sentence[512];      /* what that means in practice */
    char machine[256];
    double seconds;
};

/* How the doctor measures. With the engine's calibration it must fit HT_DOCTOR_MOST_SECONDS. */
struct ht_plan ht_doctor_plan(void);

/* Judges the samples and sums up. `state` knows what the interval told. */
void ht_doctor_judge(struct ht_report *report, const struct ht_samples *samples,
                     const struct ht_state *state);

/* For people: a table of at most 100 columns but for commands. For programs: a JSON object. */
void ht_report_print(const struct ht_report *report, FILE *out);
void ht_report_print_json(const struct ht_report *report, FILE *out);

/* All of it, to `out`. Returns heaptoll's exit status: 0 when the machine measures well or is usable, 3 when
 * measuring is inconclusive, 2 with `error` set when it could not be tried. */
int ht_doctor(const struct ht_options *options, const struct ht_catalogue *catalogue,
              const struct ht_builds *builds, const volatile sig_atomic_t *stop, FILE *out,
              struct ht_error *error);

#endif
