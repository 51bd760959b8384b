/*
 * main.c: heaptoll, the coordinator. Reads the command line, finds out what there is to measure, and leads
 * the run; everything that measures, writes or prints lives in a file of its own.
 */
#include "audit.h"
#include "builds_describe.h"
#include "catalogue.h"
#include "describe.h"
#include "doctor.h"
#include "gbench_engine.h"
#include "gbench_shim.h"
#include "run.h"
#include "run_json.h"
#include "shared_cases.h"
#include "standard_files.h"

#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* More cases than this are counted, not listed; run.json has them all. */
#define APART_LINES 10

volatile sig_atomic_t ht_stop_signal;

static void on_stop(int number) {
    ht_stop_signal = number;
}

static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_stop}; /* no SA_RESTART: a waiting coordinator wakes up */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a file-size limit is an error of write(), like a full disk */
    signal(SIGPIPE, SIG_IGN);
}


/* The program `name` in the folder of this one. */
static bool beside_us(const char *name, char *path, size_t size, struct ht_error *error) {
    char self[3072];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0)
        return ht_fail(error, "cannot find out where heaptoll itself is: %s", strerror(errno));
    self[length] = '\0';
    snprintf(path, size, "%s/%s", dirname(self), name);
    return true;
}


/* The program with a worker's benches under Google Benchmark: X-gbench for X-worker. */
static bool gbench_twin(const char *worker, char *path, size_t size, struct ht_error *error) {
    static const char ending[] = "-worker";
    size_t length = strlen(worker), stem = length - (sizeof ending - 1);
    if (length < sizeof ending || strcmp(worker + stem, ending) != 0)
        return ht_fail(
            error, "--engine=gbench: the program that goes with X-worker is X-gbench, and %s ends otherwise",
            worker);
    snprintf(path, size, "%.*s-gbench", (int)stem, worker);
    return true;
}


static void list_cases(const struct ht_catalogue *catalogue, enum ht_list_kind kind) {
    const char *scenario = "";
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct ht_case_info *one = &catalogue->cases[i];
        if (kind == HT_LIST_NAMES) {
            puts(one->name);
            continue;
        }
        if (strcmp(scenario, one->scenario) != 0)
            printf("%s%s: %s\n", *scenario ? "\n" : "", one->scenario, one->question);
        scenario = one->scenario;
        printf("  %s  (", one->name);
        for (uint32_t arm = 0; arm < one->arm_count; arm++)
            printf("%s%s", arm ? ", " : "", ht_arm_name(one->arms[arm]));
        printf(")\n      %s\n", one->explains);
    }
}


static bool list_lanes(struct ht_run *run) {
    if (!ht_lanes_parse(&run->engine.lanes, run->options.allocators, &run->error))
        return false;
    for (uint32_t i = 0; i < run->engine.lanes.count; i++)
        printf("%s\t%s\n", run->engine.lanes.lanes[i].allocator, run->engine.lanes.lanes[i].library);
    return true;
}


static uint64_t choose_seed(const struct ht_options *options) {
    uint64_t seed = options->seed;
    if (!options->seed_given && getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint64_t)getpid() * 0x9e3779b97f4a7c15u;
    return seed;
}


/* The worker that stands for all of them where there can be but one. */
static const char *first_worker(const struct ht_run *run) {
    return run->builds.all[0].workers[0];
}


/* Which workers to measure: the ones that --builds names, or the run to go on with had; else the one. */
static bool find_builds(struct ht_run *run) {
    const struct ht_options *options = &run->options;
    char worker[4096];
    bool again = options->resume && ht_resume_has_builds(&run->resume);
    if (again && options->worker)
        return ht_fail(&run->error, "%s has builds of its own (--builds); leave out --worker",
                       run->resume.path);
    if (again)
        return ht_resume_builds(&run->resume, &run->builds, &run->error) &&
               ht_builds_find(&run->builds, &run->error);
    if (options->builds)
        return ht_builds_parse(&run->builds, options->builds, &run->error) &&
               ht_builds_find(&run->builds, &run->error);
    if (options->worker)
        return ht_builds_one(&run->builds, options->worker, &run->error);
    return beside_us("heaptoll-worker", worker, sizeof worker, &run->error) &&
           ht_builds_one(&run->builds, worker, &run->error);
}


/* Finds the workers and the cases; true when there is something to measure or list. */
static bool prepare(struct ht_run *run) {
    struct ht_options *options = &run->options;
    if (options->resume && !ht_resume_open(&run->resume, options->resume, options->results_dir, &run->error))
        return false;
    if (!find_builds(run) || !ht_builds_describe(&run->builds, &run->catalogue, &run->error))
        return false;
    if (options->action == HT_DOCTOR || options->action == HT_DOCTOR_JSON)
        return true;
    if (options->resume)
        return ht_resume_options(&run->resume, options, &run->error) &&
               ht_resume_choose(&run->resume, &run->catalogue, &run->error) &&
               ht_cases_set_apart(&run->catalogue, &run->apart, &run->builds, &run->error);
    if (!ht_catalogue_choose(&run->catalogue, options->profile, options->filter, &run->error) ||
        !ht_cases_set_apart(&run->catalogue, &run->apart, &run->builds, &run->error))
        return false;
    ht_plan_fit(&options->plan, run->catalogue.count);
    return true;
}


static bool make_states(struct ht_run *run) {
    run->states = calloc(run->catalogue.count, sizeof *run->states);
    if (!run->states)
        return ht_fail(&run->error, "out of memory");
    for (size_t i = 0; i < run->catalogue.count; i++)
        run->states[i].info = &run->catalogue.cases[i];
    return true;
}


/* Holds every arm to its word before anything is timed. */
static bool audit_cases(struct ht_run *run, struct ht_herd *herd) {
    char interposer[4096];
    struct ht_auditor auditor = {.interposer_fd = -1};
    struct ht_moment start = ht_now();
    bool ok =
        beside_us("heaptoll-audit.so", interposer, sizeof interposer, &run->error) &&
        ht_audit_open(&auditor, herd, &run->engine.lanes, interposer, &run->error) &&
        ht_audit_all(&auditor, run->states, run->catalogue.count, ht_stack_limit_bytes(), &run->error) &&
        (!run->resume.json || ht_resume_compare_lanes(&run->resume, &run->engine.lanes, &run->error));
    ht_audit_close(&auditor);
    if (ok && run->options.action == HT_MEASURE)
        fprintf(run->human, "audit: allocations of every arm counted in %.1f s\n",
                ht_seconds_between(start, ht_now()));
    return ok;
}


/* What was asked for is on stdout, all of it. */
static bool is_printed(struct ht_error *error) {
    return (fflush(stdout) == 0 && !ferror(stdout)) ||
           ht_fail(error, "cannot write to stdout: %s", strerror(errno));
}


/* Says which cases are not measured because not every build has them. */
static void print_apart(const struct ht_run *run, FILE *out) {
    char why[HT_APART_MAX];
    if (run->apart.count > APART_LINES)
        fprintf(out, "not in every build, so not measured: %zu cases, of which the first is %s (%s)\n",
                run->apart.count, run->apart.cases[0].name,
                ht_cases_why_apart(&run->apart.cases[0], &run->builds, why));
    for (size_t i = 0; i < run->apart.count && run->apart.count <= APART_LINES; i++)
        fprintf(out, "not in every build, so not measured: %s: %s\n", run->apart.cases[i].name,
                ht_cases_why_apart(&run->apart.cases[i], &run->builds, why));
}


/* --audit: nothing but that. */
static int only_audit(struct ht_run *run) {
    int code = HT_EXIT_BAD;
    struct ht_herd *herd = &run->engine.herd;
    print_apart(run, stderr);
    if (ht_lanes_parse(&run->engine.lanes, run->options.allocators, &run->error) &&
        ht_lanes_across(&run->engine.lanes, &run->builds, &run->error) && make_states(run) &&
        ht_herd_open(herd, run->options.hang_seconds, &ht_stop_signal, &run->error) &&
        audit_cases(run, herd)) {
        size_t bad = ht_audit_print(run->states, run->catalogue.count, &run->engine.lanes, stdout);
        code = is_printed(&run->error) && !bad ? 0 : HT_EXIT_BAD;
    }
    if (run->error.text[0])
        ht_complain(&run->error);
    return ht_stop_signal ? 128 + ht_stop_signal : code;
}


/* A folder and an account of a run that begins. */
static bool begin_anew(struct ht_run *run, int argc, char **argv) {
    struct ht_options *options = &run->options;
    if (!ht_run_folder_make(&run->folder, options->results_dir, run->engine.seed, &run->engine.counters,
                            &run->error))
        return false;
    run->json = ht_run_json_begin(&run->folder, options, &run->catalogue, run->engine.seed, argc, argv,
                                  first_worker(run), ht_shim_version());
    ht_run_json_builds(run->json, &run->builds, &run->apart);
    ht_run_json_counters(run->json, options->counters, &run->engine.counters);
    return true;
}


/* Folder, account and launches of a run that goes on. */
static bool begin_again(struct ht_run *run, int argc, char **argv) {
    struct ht_resume *resume = &run->resume;
    json_t *now = ht_run_json_begin(&run->folder, &run->options, &run->catalogue, run->engine.seed, argc,
                                    argv, first_worker(run), ht_shim_version());
    ht_run_json_builds(now, &run->builds, &run->apart);
    ht_run_json_counters(now, run->options.counters, &run->engine.counters);
    bool ok =
        ht_resume_compare(resume, now, &run->error) &&
        ht_run_folder_open(&run->folder, resume->path, &run->engine.counters, &run->error) &&
        ht_resume_again(resume, &run->error) &&
        ht_resume_read(resume, &run->catalogue, run->states, &run->engine, &run->summary, &run->error) &&
        ht_run_folder_cut(&run->folder, resume->csv_bytes, &run->error);
    json_decref(now);
    if (!ok)
        return false;
    run->engine.earlier_seconds = json_number_value(json_object_get(resume->json, "seconds"));
    run->json = json_incref(resume->json);
    ht_run_json_resume(run->json, resume->launches);
    fprintf(run->human, "going on with %s: %llu of %llu launches were done%s\n", run->folder.id,
            (unsigned long long)resume->launches,
            (unsigned long long)run->catalogue.count * run->options.plan.launches,
            resume->torn ? ", and one of which not all was written is measured again" : "");
    return true;
}


/* Seconds that counting events adds to a whole run. */
static double counting_seconds(const struct ht_run *run) {
    size_t arms = 0;
    for (size_t i = 0; i < run->catalogue.count; i++)
        arms += run->catalogue.cases[i].arm_count;
    return (double)arms * run->engine.lanes.count * run->options.plan.launches *
           ht_counters_seconds(&run->engine.counters, run->options.plan.slice_us);
}


/* Says what there is to do, of which `share` is still to be done. */
static void announce(const struct ht_run *run, double planned, double share) {
    const struct ht_plan *plan = &run->options.plan;
    const struct ht_lanes *lanes = &run->engine.lanes;
    char title[HT_LANE_TITLE_MAX];
    print_apart(run, run->human);
    fprintf(run->human, "%zu cases, %u %s (", run->catalogue.count, lanes->count,
            run->builds.count > 1 ? "lanes" : "allocators");
    for (uint32_t i = 0; i < lanes->count; i++)
        fprintf(run->human, "%s%s", i ? ", " : "", ht_lane_title(&lanes->lanes[i], title));
    if (run->options.engine == HT_LOCKSTEP)
        fprintf(run->human, "), %u launches: about %.0f s, at most %.0f s on a noisy machine\n",
                plan->launches, planned,
                share * (ht_plan_max_seconds(plan, run->catalogue.count) + counting_seconds(run)));
    else
        fprintf(run->human, "), Google Benchmark's own timing, %u repetitions\n", plan->launches);
    ht_print_lines(run->human, "counters: ", json_object_get(run->json, "counter_notes"));
    fflush(run->human);
}


static bool begin(struct ht_run *run, int argc, char **argv) {
    struct ht_options *options = &run->options;
    struct ht_engine *engine = &run->engine;
    bool again = run->resume.json != NULL;
    engine->plan = options->plan;
    engine->seed = choose_seed(options);
    if (!(again ? ht_resume_lanes(&run->resume, &engine->lanes, &run->error)
                : ht_lanes_parse(&engine->lanes, options->allocators, &run->error)) ||
        !ht_lanes_across(&engine->lanes, &run->builds, &run->error) || !make_states(run))
        return false;
    if (!ht_summary_init(&run->summary, &run->catalogue, &engine->lanes))
        return ht_fail(&run->error, "out of memory");
    if (!ht_counters_parse(&engine->counters, options->counters, &run->error) ||
        !(again ? begin_again(run, argc, argv) : begin_anew(run, argc, argv)))
        return false;
    ht_run_health_begin(&run->health, run->json, &run->catalogue);
    uint64_t launches = (uint64_t)run->catalogue.count * options->plan.launches - run->resume.launches;
    double share = (double)launches / (double)(launches + run->resume.launches);
    double planned = share * (ht_plan_seconds(&options->plan, run->catalogue.count, engine->lanes.count) +
                              counting_seconds(run));
    announce(run, planned, share);
    const char *model =
        json_string_value(json_object_get(json_object_get(run->json, "machine"), "cpu_model"));
    snprintf(engine->cpu_model, sizeof engine->cpu_model, "%s", model ? model : "unknown");
    snprintf(engine->core_file, sizeof engine->core_file, "%s/known-cores.tsv",
             run->folder.results[0] ? run->folder.results : options->results_dir);
    if (!ht_engine_open(engine, options->cpu, options->hang_seconds, &ht_stop_signal, &run->error) ||
        !ht_run_json_put(run->json, &run->folder, engine, "running", &run->error))
        return false;
    ht_progress_begin(&run->progress, stderr, launches, planned);
    return true;
}


/* --resume of a run that is complete, whose process may have died just before it said so to the world. */
static int nothing_left(struct ht_run *run) {
    printf("%s is complete: there is nothing left to measure\n", run->resume.path);
    if (ht_run_folder_open(&run->folder, run->resume.path, &run->engine.counters, &run->error) &&
        ht_run_folder_make_latest(&run->folder, &run->error))
        return 0;
    return ht_complain(&run->error);
}


static int lead(struct ht_run *run, int argc, char **argv) {
    char gbench[4096];
    if (!begin(run, argc, argv)) {
        struct ht_error later = {""};
        if (run->json)
            ht_run_json_put(run->json, &run->folder, &run->engine, "failed", &later);
        return ht_complain(&run->error);
    }
    if (!audit_cases(run, &run->engine.herd))
        return ht_finish(run);
    if (run->options.engine == HT_LOCKSTEP)
        ht_measure_lockstep(run);
    else if (gbench_twin(first_worker(run), gbench, sizeof gbench, &run->error))
        ht_gbench_measure(&(struct ht_gbench_run){.program = gbench,
                                                  .options = &run->options,
                                                  .catalogue = &run->catalogue,
                                                  .states = run->states,
                                                  .engine = &run->engine,
                                                  .folder = &run->folder,
                                                  .summary = &run->summary,
                                                  .stop = &ht_stop_signal},
                          &run->error);
    return ht_finish(run);
}


int main(int argc, char **argv) {
    static struct ht_run run; /* zero: every part of it can be let go at any time */
    run.folder.csv_fd = -1;
    run.engine.herd.page_fd = -1;
    if (!ht_standard_files_open(&run.error) || !ht_options_parse(&run.options, argc, argv, &run.error))
        return ht_complain(&run.error);
    bool stdout_is_taken = run.options.format_on_stdout;
    run.table = stdout_is_taken ? stderr : stdout;
    run.human = stdout_is_taken || run.options.table == HT_TABLE_MARKDOWN ? stderr : stdout;
    catch_signals();
    int code;
    if (run.options.list == HT_LIST_LANES)
        code = list_lanes(&run) && is_printed(&run.error) ? 0 : ht_complain(&run.error);
    else if (!prepare(&run))
        code = ht_complain(&run.error);
    else if (run.options.list != HT_LIST_NOTHING) {
        list_cases(&run.catalogue, run.options.list);
        code = is_printed(&run.error) ? 0 : ht_complain(&run.error);
    } else if (run.options.action == HT_AUDIT)
        code = only_audit(&run);
    else if (run.options.action == HT_DOCTOR || run.options.action == HT_DOCTOR_JSON) {
        code = ht_doctor(&run.options, &run.catalogue, &run.builds, &ht_stop_signal, stdout, &run.error);
        if (run.error.text[0])
            ht_complain(&run.error);
    } else if (run.resume.complete)
        code = nothing_left(&run);
    else
        code = lead(&run, argc, argv);
    ht_engine_close(&run.engine);
    ht_run_folder_close(&run.folder);
    ht_resume_close(&run.resume);
    ht_summary_free(&run.summary);
    ht_catalogue_free(&run.apart);
    ht_catalogue_free(&run.catalogue);
    ht_builds_free(&run.builds);
    json_decref(run.json);
    free(run.states);
    return code;
}
