/*
 * gbench_lane.c: the benches of one lane timed by Google Benchmark itself, the ordinary way: one arm after
 * the other, as many iterations as it likes. heaptoll --engine=gbench starts one of these per allocator; what
 * it measures comes out on file descriptor 3, a line per repetition.
 */
#include "describe.h"
#include "gbench_shim.h"
#include "identity.h"
#include "prepare.h"
#include "probe.h"
#include "ticks.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define RESULTS_FD 3
/* A batch long enough that what goes on between two of them, mispredicted branches above all, costs nothing.
 */
#define BATCH_TICKS 20000
#define MAX_LOOPS 4096

static struct {
    const char *names[MAX_LOOPS]; /* "case/arm" */
    ht_shim_loop_fn *loops[MAX_LOOPS];
    uint64_t batches[MAX_LOOPS];
    size_t count;
} loops;

static struct { uint32_t alu_rounds, chain_rounds; /* 0: no probe */ } probe;

/* What a loop costs by itself: the same body under our own loop and under a range-for. */
static HT_NOINLINE uint64_t body_operation(uint64_t seed) {
    void *memory = ht_static_memory;
    HT_ESCAPE(memory);
    ht_fill(memory, 64, seed);
    return ht_consume(memory, 64);
}


static HT_NOINLINE uint64_t body_loop(uint64_t operations) {
    uint64_t sum = 0;
    for (uint64_t seed = 0; seed < operations; seed++)
        sum += body_operation(seed);
    return sum;
}


static void add_loop(const char *name, ht_shim_loop_fn *loop, uint64_t batch) {
    if (loops.count == MAX_LOOPS) {
        fprintf(stderr, "heaptoll-gbench: more than %d loops\n", MAX_LOOPS);
        exit(2);
    }
    loops.names[loops.count] = name;
    loops.loops[loops.count] = loop;
    loops.batches[loops.count++] = batch;
}


static uint64_t batch_of(ht_shim_loop_fn *loop) {
    uint64_t operations = 1;
    for (;; operations *= 2) {
        uint64_t start = ht_ticks();
        HT_ESCAPE(loop);
        loop(operations);
        if (ht_ticks() - start >= BATCH_TICKS || operations >= 1u << 20)
            return operations;
    }
}


/* Adds the arms of a case, or only that of the kind `only`. */
static bool add_arms(const char *case_name, const char *only) {
    static struct ht_slot slot;
    static const struct ht_case *prepared;
    const struct ht_case *one = ht_find_case(case_name);
    size_t before = loops.count;
    if (one && one != prepared) { /* once, not for each of its arms */
        ht_prepare(&slot, one);
        prepared = one;
    }
    if (slot.cannot[0]) {
        fprintf(stderr, "heaptoll-gbench: %s cannot run here: %s\n", case_name, slot.cannot);
        exit(2);
    }
    for (int i = 0; one && i < HT_MAX_ARMS && one->arms[i].loop; i++) {
        const char *kind = ht_arm_name(one->arms[i].kind);
        char *full = NULL;
        if (only && strcmp(only, kind) != 0)
            continue;
        if (asprintf(&full, "%s/%s", case_name, kind) < 0)
            exit(2);
        add_loop(full, one->arms[i].loop, batch_of(one->arms[i].loop));
    }
    return loops.count > before;
}


/* "case" or "case/arm". */
static void add_named(char *name) {
    if (add_arms(name, NULL))
        return;
    char *slash = strrchr(name, '/');
    if (slash)
        *slash = '\0';
    if (!slash || !add_arms(name, slash + 1)) {
        fprintf(stderr, "heaptoll-gbench: no case or arm '%s%s%s' here; build again\n", name,
                slash ? "/" : "", slash ? slash + 1 : "");
        exit(2);
    }
}


static struct ht_shim_reading read_probe(void *context) {
    struct rusage usage;
    struct ht_shim_reading reading = {.alu = (double)ht_probe_alu(probe.alu_rounds),
                                      .chain = (double)ht_probe_chain(probe.chain_rounds)};
    (void)context;
    getrusage(RUSAGE_SELF, &usage);
    reading.switches = (double)(usage.ru_nvcsw + usage.ru_nivcsw);
    return reading;
}


static void report(void *context, size_t index, const struct ht_shim_repetition *one) {
    (void)context;
    dprintf(RESULTS_FD, "result\t%s\t%u\t%.9g\t%.9g\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\n",
            loops.names[index], one->number, one->ns, one->cpu_ns, one->after.switches, one->iterations,
            one->before.alu, one->before.chain, one->after.alu, one->after.chain);
}


int main(int argc, char **argv) {
    static struct ht_slot who;
    int at = 1;
    if (argc > 1 &&
        sscanf(argv[1], "--probe=%" SCNu32 ",%" SCNu32, &probe.alu_rounds, &probe.chain_rounds) == 2)
        at++;
    const char *repetitions = at < argc ? argv[at++] : "";
    if (at >= argc || !*repetitions || repetitions[strspn(repetitions, "0123456789")] ||
        !probe.alu_rounds != !probe.chain_rounds) {
        fprintf(stderr,
                "usage: heaptoll-gbench [--probe=ALU,CHAIN] REPETITIONS CASE[/ARM]... [-- "
                "--benchmark_FLAG...]\n\n"
                "One allocator's lane of heaptoll --engine=gbench, which starts it. Results go to file "
                "descriptor %d.\n"
                "--probe reads the probe, of so many rounds, around every repetition.\n"
                "The case 'loop' compares heaptoll's loop with a range-for over the same body.\n",
                RESULTS_FD);
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody is left to read the results then */
    ht_identify_allocator(&who);
    if (dprintf(RESULTS_FD, "allocator\t%s\t%s\t%s\n", who.malloc_from, who.free_from,
                who.allocator_version) < 0) {
        fprintf(stderr, "heaptoll-gbench: file descriptor %d is not open for results\n", RESULTS_FD);
        return 2;
    }
    for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
        if (strcmp(argv[at], "loop") == 0) {
            add_loop("loop/ours", body_loop, 1024);
            add_loop("loop/range_for", body_operation, 0);
        } else
            add_named(argv[at]);
    }
    /* What remains, with the program's name before it, is for Google Benchmark. */
    char **flags = at < argc ? argv + at : argv + argc - 1;
    int flag_count = at < argc ? argc - at : 1;
    flags[0] = argv[0];
    struct ht_shim_loops all = {.argc = flag_count,
                                .argv = flags,
                                .names = loops.names,
                                .loops = loops.loops,
                                .batches = loops.batches,
                                .count = loops.count,
                                .repetitions = (uint32_t)strtoul(repetitions, NULL, 10),
                                .report = report,
                                .probe = probe.alu_rounds ? read_probe : NULL};
    return ht_shim_run_loops(&all) ? 0 : 2;
}
