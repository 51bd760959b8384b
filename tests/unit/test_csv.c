/* run_folder.h: the files of a run, on good days and when the disk is full. */
#include "run_folder.h"

#include "checks.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The same code with the guard off that takes back what was written of a launch when the rest did not fit. */
#define ftruncate(FD, LENGTH) ((void)(FD), (void)(LENGTH), -1)
#define ht_run_folder_make unguarded_make
#define ht_run_folder_open unguarded_open
#define ht_run_folder_cut unguarded_cut
#define ht_run_folder_header unguarded_header
#define ht_run_folder_append unguarded_append
#define ht_run_folder_put_json unguarded_put_json
#define ht_run_folder_make_latest unguarded_make_latest
#define ht_run_folder_close unguarded_close
#define ht_csv_field unguarded_csv_field
#include "run_folder.c"
#undef ftruncate
#undef ht_run_folder_make
#undef ht_run_folder_open
#undef ht_run_folder_cut
#undef ht_run_folder_header
#undef ht_run_folder_append
#undef ht_run_folder_put_json
#undef ht_run_folder_make_latest
#undef ht_run_folder_close
#undef ht_csv_field

/* -- A results folder of the test's own ------------------------------------ */

static char results[64];
static const struct ht_counters no_counters;

static int make_results(void **state) {
    (void)state;
    strcpy(results, "/tmp/heaptoll-test-XXXXXX");
    return mkdtemp(results) ? 0 : -1;
}


static void remove_all(const char *path) {
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char inside[1024];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        if (unlink(inside) != 0)
            remove_all(inside);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
}


static int remove_results(void **state) {
    (void)state;
    remove_all(results);
    return 0;
}


static struct ht_run_folder made(void) {
    struct ht_run_folder folder;
    struct ht_error error = {""};
    if (!ht_run_folder_make(&folder, results, 7, &no_counters, &error))
        fail_msg("%s", error.text);
    return folder;
}


/* The whole of a file; the caller frees. */
static char *text_of(const char *path) {
    FILE *file = fopen(path, "re");
    char *text = calloc(1, 1 << 20);
    assert_non_null(file);
    size_t got = fread(text, 1, (1 << 20) - 1, file);
    text[got] = '\0';
    fclose(file);
    return text;
}


static int entries_of(const char *path) {
    DIR *folder = opendir(path);
    int count = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}


/* -- Rows ------------------------------------------------------------------ */

static struct ht_case_info info = {.name = "boxed_value/interface/8",
                                   .scenario = "boxed_value",
                                   .variant = "interface",
                                   .point = "8",
                                   .params = "depth=8;kind=a,b",
                                   .size_bytes = 8,
                                   .arms = {HT_ARM_STACK, HT_ARM_HEAP},
                                   .arm_count = 2};
static const struct ht_build gcc = {.name = "gcc", .alone = true};
static const struct ht_lanes lanes = {
    .lanes = {{.allocator = "glibc", .build = &gcc}, {.allocator = "new", .build = &gcc}}, .count = 2};

static struct ht_row measured_row(uint32_t lane, uint32_t arm) {
    return (struct ht_row){.lane = lane,
                           .arm = arm,
                           .status = HT_OK,
                           .ops_per_slice = 12345678901,
                           .slices = 40,
                           .quiet_slices = 30,
                           .ns = {1.25, 2, 3.5, 4, 1234567.89},
                           .cycles_median = 9.75,
                           .allocs_per_op = 2,
                           .alloc_bytes_per_op = 72.5,
                           .minor_faults_per_op = 0};
}


static struct ht_row lost_row(uint32_t lane, uint32_t arm, enum ht_status status, const char *reason) {
    struct ht_row row = {.lane = lane,
                         .arm = arm,
                         .status = status,
                         .ops_per_slice = 99,
                         .ns = {NAN, NAN, NAN, NAN, NAN},
                         .cycles_median = NAN,
                         .allocs_per_op = NAN,
                         .alloc_bytes_per_op = NAN,
                         .minor_faults_per_op = NAN};
    strcpy(row.reason, reason);
    return row;
}


static bool append_launch(struct ht_run_folder *folder, uint32_t launch, struct ht_error *error) {
    const struct ht_row rows[] = {measured_row(0, 0), measured_row(0, 1), measured_row(1, 0),
                                  measured_row(1, 1)};
    return ht_run_folder_append(folder, &info, &lanes, 1, launch, rows, 4, error);
}


static char *field_of(const char *text) {
    static char written[256];
    memset(written, 0, sizeof written);
    FILE *out = fmemopen(written, sizeof written, "w");
    ht_csv_field(out, text);
    fclose(out);
    return written;
}


static void fields_are_quoted_only_where_rfc_4180_asks_for_it(void **state) {
    (void)state;
    assert_string_equal(field_of(""), "");
    assert_string_equal(field_of("plain words; x=1"), "plain words; x=1");
    assert_string_equal(field_of("a,b"), "\"a,b\"");
    assert_string_equal(field_of("say \"no\""), "\"say \"\"no\"\"\"");
    assert_string_equal(field_of("\""), "\"\"\"\"");
    assert_string_equal(field_of("na\xc3\xafve"), "na\xc3\xafve");
}


/* RFC 4180 would allow line breaks; but a row on one line can be cut, counted and searched by anybody. */
static void a_field_stays_on_one_line_whatever_it_quotes(void **state) {
    (void)state;
    assert_string_equal(field_of("two\nlines"), "\"two lines\"");
    assert_string_equal(field_of("two\r\n,lines"), "\"two  ,lines\"");
    assert_string_equal(field_of("a\tb\x1b[0m"), "\"a b [0m\"");
}


static void a_new_run_has_a_header_and_nothing_else(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    char *text = text_of(folder.csv_path);
    assert_string_equal(
        text,
        "run_id,case,scenario,variant,size_bytes,params,arm,allocator,build,cpu,launch,status,reason,"
        "ops_per_slice,slices,quiet_slices,ns_p05,ns_p25,ns_median,ns_p75,ns_p95,cycles_median,allocs_per_op,"
        "alloc_bytes_per_op,minor_faults_per_op\r\n");
    free(text);
    ht_run_folder_close(&folder);
}


static void a_run_is_named_after_its_time_and_four_digits(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    /* yyyymmddThhmmssZ-xxxx */
    assert_int_equal(strlen(folder.id), 21);
    assert_int_equal(strspn(folder.id, "0123456789"), 8);
    assert_int_equal(folder.id[8], 'T');
    assert_int_equal(strspn(folder.id + 9, "0123456789"), 6);
    assert_memory_equal(folder.id + 15, "Z-", 2);
    assert_int_equal(strspn(folder.id + 17, "0123456789abcdef"), 4);
    assert_contains(folder.path, results);
    assert_contains(folder.path, "/runs/");
    ht_run_folder_close(&folder);
}


static void runs_of_one_second_and_one_seed_do_not_collide(void **state) {
    (void)state;
    char runs[128];
    for (int i = 0; i < 20; i++) {
        struct ht_run_folder folder = made();
        ht_run_folder_close(&folder);
    }
    snprintf(runs, sizeof runs, "%s/runs", results);
    assert_int_equal(entries_of(runs), 20);
}


static void a_measured_row_has_every_cell_that_is_known(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    struct ht_error error = {""};
    const struct ht_row row = measured_row(1, 1);
    char expected[512];
    assert_true(ht_run_folder_append(&folder, &info, &lanes, 3, 17, &row, 1, &error));
    char *text = text_of(folder.csv_path);
    snprintf(
        expected, sizeof expected,
        "\n%s,boxed_value/interface/8,boxed_value,interface,8,\"depth=8;kind=a,b\",heap,new,gcc,3,17,ok,,"
        "12345678901,40,30,1.25,2,3.5,4,1.23457e+06,9.75,2,72.5,0\r\n",
        folder.id);
    assert_contains(text, expected);
    free(text);
    ht_run_folder_close(&folder);
}


/* Six digits, enough for a time, would make 1048580 of them. */
static void bytes_are_counted_to_the_last_one(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    struct ht_error error = {""};
    struct ht_row row = measured_row(0, 0);
    row.allocs_per_op = 263.0 / 512;
    row.alloc_bytes_per_op = 1048577;
    assert_true(ht_run_folder_append(&folder, &info, &lanes, 3, 0, &row, 1, &error));
    char *text = text_of(folder.csv_path);
    assert_contains(text, ",0.513671875,1048577,");
    free(text);
    ht_run_folder_close(&folder);
}


static void what_was_not_measured_is_an_empty_cell_and_never_a_zero(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    struct ht_error error = {""};
    const struct ht_row rows[] = {lost_row(0, 0, HT_STATUS_CRASHED, "SIGSEGV, \"why\""),
                                  lost_row(0, 1, HT_SKIPPED, "too small"),
                                  lost_row(1, 0, HT_STATUS_TIMEOUT, "no answer")};
    assert_true(ht_run_folder_append(&folder, &info, &lanes, 0, 0, rows, 3, &error));
    char *text = text_of(folder.csv_path);
    assert_contains(text, ",stack,glibc,gcc,0,0,crashed,\"SIGSEGV, \"\"why\"\"\",,,,,,,,,,,,\r\n");
    assert_contains(text, ",heap,glibc,gcc,0,0,skipped,too small,,,,,,,,,,,,\r\n");
    assert_contains(text, ",stack,new,gcc,0,0,timeout,no answer,,,,,,,,,,,,\r\n");
    free(text);
    ht_run_folder_close(&folder);
}


static void a_contended_row_keeps_its_times_and_its_reason(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    struct ht_error error = {""};
    struct ht_row row = measured_row(0, 0);
    row.status = HT_CONTENDED;
    strcpy(row.reason, "2 of 40 slices were quiet");
    assert_true(ht_run_folder_append(&folder, &info, &lanes, 0, 0, &row, 1, &error));
    char *text = text_of(folder.csv_path);
    assert_contains(text, ",contended,2 of 40 slices were quiet,12345678901,40,30,1.25,");
    free(text);
    ht_run_folder_close(&folder);
}


static void a_case_without_a_size_has_an_empty_cell(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    struct ht_error error = {""};
    const struct ht_row row = measured_row(0, 0);
    struct ht_case_info no_size = info;
    no_size.size_bytes = HT_NO_SIZE;
    assert_true(ht_run_folder_append(&folder, &no_size, &lanes, 0, 0, &row, 1, &error));
    char *text = text_of(folder.csv_path);
    assert_contains(text, ",boxed_value,interface,,\"depth=8;kind=a,b\",stack,");
    free(text);
    ht_run_folder_close(&folder);
}


static void a_launch_that_was_not_pinned_has_no_cpu(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    struct ht_error error = {""};
    const struct ht_row row = measured_row(0, 0);
    assert_true(ht_run_folder_append(&folder, &info, &lanes, -1, 2, &row, 1, &error));
    char *text = text_of(folder.csv_path);
    assert_contains(text, ",stack,glibc,gcc,,2,ok,,");
    free(text);
    ht_run_folder_close(&folder);
}


/* -- A disk that is full --------------------------------------------------- */

static void limit_file_size(rlim_t bytes) {
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}


#define FULL 4096

/* The file holds whole launches of four rows, and nothing of one that did not fit. */
static void a_launch_that_does_not_fit_leaves_no_trace(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    struct ht_error error = {""};
    uint32_t launch = 0;
    limit_file_size(FULL);
    while (launch < 100 && append_launch(&folder, launch, &error))
        launch++;
    limit_file_size(RLIM_INFINITY);
    assert_in_range(launch, 1, 99);
    assert_contains(error.text, folder.csv_path);
    assert_contains(error.text, "File too large");
    assert_contains(error.text, "all launches before this one are in it");

    char *text = text_of(folder.csv_path);
    uint32_t lines = 0;
    for (const char *at = text; (at = strstr(at, "\r\n")); at += 2)
        lines++;
    assert_int_equal(lines, 1 + 4 * launch);
    assert_string_equal(text + strlen(text) - 2, "\r\n");
    free(text);

    /* Room was made: the next launch goes in where the lost one would have been. */
    assert_true(append_launch(&folder, launch, &error));
    struct stat file;
    assert_int_equal(stat(folder.csv_path, &file), 0);
    assert_int_equal(file.st_size, folder.csv_bytes);
    ht_run_folder_close(&folder);
}


static void without_taking_back_a_row_would_be_cut(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    struct ht_error error = {""};
    const struct ht_row rows[] = {measured_row(0, 0), measured_row(0, 1), measured_row(1, 0),
                                  measured_row(1, 1)};
    limit_file_size(FULL);
    for (uint32_t launch = 0; unguarded_append(&folder, &info, &lanes, 1, launch, rows, 4, &error); launch++)
        ;
    limit_file_size(RLIM_INFINITY);
    char *text = text_of(folder.csv_path);
    assert_int_equal(strlen(text), FULL);
    assert_string_not_equal(text + strlen(text) - 2, "\r\n");
    assert_contains(error.text, "its last line may be cut");
    free(text);
    ht_run_folder_close(&folder);
}


static void run_json_is_replaced_as_a_whole_or_not_at_all(void **state) {
    (void)state;
    struct ht_run_folder folder = made();
    struct ht_error error = {""};
    char path[3200], *large = calloc(1, 2 * FULL);
    snprintf(path, sizeof path, "%s/run.json", folder.path);
    memset(large, 'x', 2 * FULL - 1);

    assert_true(ht_run_folder_put_json(&folder, "{\"status\": \"running\"}", &error));
    limit_file_size(FULL);
    assert_false(ht_run_folder_put_json(&folder, large, &error));
    limit_file_size(RLIM_INFINITY);
    assert_contains(error.text, path);
    char *text = text_of(path);
    assert_string_equal(text, "{\"status\": \"running\"}\n");
    free(text);
    assert_int_equal(entries_of(folder.path), 2); /* the CSV and run.json: no half-written third file */

    assert_true(ht_run_folder_put_json(&folder, "{\"status\": \"complete\"}", &error));
    text = text_of(path);
    assert_string_equal(text, "{\"status\": \"complete\"}\n");
    assert_int_equal(entries_of(folder.path), 2);
    free(text);
    free(large);
    ht_run_folder_close(&folder);
}


/* -- latest ---------------------------------------------------------------- */

static void assert_latest_is(const struct ht_run_folder *folder) {
    char link[128], target[128] = "", expected[64];
    snprintf(link, sizeof link, "%s/latest", results);
    assert_true(readlink(link, target, sizeof target - 1) > 0);
    snprintf(expected, sizeof expected, "runs/%s", folder->id);
    assert_string_equal(target, expected); /* relative: the results may be moved as a whole */
}


static void latest_points_at_the_run_and_moves_to_the_next(void **state) {
    (void)state;
    struct ht_error error = {""};
    struct ht_run_folder first = made(), second = made();
    assert_true(ht_run_folder_make_latest(&first, &error));
    assert_latest_is(&first);
    assert_true(ht_run_folder_make_latest(&second, &error));
    assert_latest_is(&second);
    assert_int_equal(entries_of(results), 2); /* runs and latest, nothing left over */
    ht_run_folder_close(&first);
    ht_run_folder_close(&second);
}


static void a_folder_in_the_place_of_latest_is_named_and_left_alone(void **state) {
    (void)state;
    struct ht_error error = {""};
    struct ht_run_folder folder = made();
    char in_the_way[128];
    snprintf(in_the_way, sizeof in_the_way, "%s/latest", results);
    assert_int_equal(mkdir(in_the_way, 0777), 0);
    assert_false(ht_run_folder_make_latest(&folder, &error));
    assert_contains(error.text, in_the_way);
    assert_int_equal(entries_of(results), 2);
    ht_run_folder_close(&folder);
}


/* -- Folders that cannot be made ------------------------------------------- */

static void a_results_folder_below_a_file_is_named(void **state) {
    (void)state;
    struct ht_run_folder folder;
    struct ht_error error = {""};
    char file[128], below[160];
    snprintf(file, sizeof file, "%s/file", results);
    snprintf(below, sizeof below, "%s/deep/er", file);
    close(open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0666));
    assert_false(ht_run_folder_make(&folder, below, 7, &no_counters, &error));
    snprintf(below, sizeof below, "%s/deep: Not a directory", file);
    assert_contains(error.text, below);
    assert_contains(error.text, "--results-dir=DIR");
    ht_run_folder_close(&folder);
}


static void results_folders_are_made_with_those_above_them(void **state) {
    (void)state;
    struct ht_run_folder folder;
    struct ht_error error = {""};
    char deep[160];
    snprintf(deep, sizeof deep, "%s/a//b/c/", results);
    assert_true(ht_run_folder_make(&folder, deep, 7, &no_counters, &error));
    assert_int_equal(access(folder.csv_path, F_OK), 0);
    ht_run_folder_close(&folder);
}


static void a_path_too_long_to_be_one_is_refused(void **state) {
    (void)state;
    struct ht_run_folder folder;
    struct ht_error error = {""};
    char *path = calloc(1, 4000);
    memset(path, 'x', 3999);
    assert_false(ht_run_folder_make(&folder, path, 7, &no_counters, &error));
    assert_contains(error.text, "too long");
    free(path);
}


#define IN_RESULTS(TEST) cmocka_unit_test_setup_teardown(TEST, make_results, remove_results)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_quoted_only_where_rfc_4180_asks_for_it),
        cmocka_unit_test(a_field_stays_on_one_line_whatever_it_quotes),
        IN_RESULTS(a_new_run_has_a_header_and_nothing_else),
        IN_RESULTS(a_run_is_named_after_its_time_and_four_digits),
        IN_RESULTS(runs_of_one_second_and_one_seed_do_not_collide),
        IN_RESULTS(a_measured_row_has_every_cell_that_is_known),
        IN_RESULTS(bytes_are_counted_to_the_last_one),
        IN_RESULTS(what_was_not_measured_is_an_empty_cell_and_never_a_zero),
        IN_RESULTS(a_contended_row_keeps_its_times_and_its_reason),
        IN_RESULTS(a_case_without_a_size_has_an_empty_cell),
        IN_RESULTS(a_launch_that_was_not_pinned_has_no_cpu),
        IN_RESULTS(a_launch_that_does_not_fit_leaves_no_trace),
        IN_RESULTS(without_taking_back_a_row_would_be_cut),
        IN_RESULTS(run_json_is_replaced_as_a_whole_or_not_at_all),
        IN_RESULTS(latest_points_at_the_run_and_moves_to_the_next),
        IN_RESULTS(a_folder_in_the_place_of_latest_is_named_and_left_alone),
        IN_RESULTS(a_results_folder_below_a_file_is_named),
        IN_RESULTS(results_folders_are_made_with_those_above_them),
        IN_RESULTS(a_path_too_long_to_be_one_is_refused),
    };
    signal(SIGXFSZ, SIG_IGN); /* as heaptoll does: a write past the limit is an error, not the end */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
