// gbench_shim.cc: see gbench_shim.h. The one C++ file.
#include "gbench_shim.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

namespace {

// Under these names a repetition carries what the probe read around it. As user counters, because the first
// repetition is run several times over until its length is found, and counters stay with the run that is
// reported.
const char *const kReadings[] = {"ht_alu_before", "ht_chain_before", "ht_alu_after", "ht_chain_after",
                                 "ht_switches"};

// Google Benchmark decorates names with how they were run ("/iterations:1/manual_time"). Ours is the case's
// name.
class PlainNames : public benchmark::BenchmarkReporter {
  public:
    explicit PlainNames(benchmark::BenchmarkReporter *inner) : inner_(inner) {}

    bool ReportContext(const Context &context) override {
        inner_->SetOutputStream(&GetOutputStream());
        inner_->SetErrorStream(&GetErrorStream());
        return inner_->ReportContext(context);
    }

    void ReportRuns(const std::vector<Run> &runs) override {
        std::vector<Run> plain = runs;
        for (Run &run : plain) {
            run.run_name.iterations.clear();
            run.run_name.repetitions.clear();
            run.run_name.time_type.clear();
            for (const char *name : kReadings)
                run.counters.erase(name);
        }
        inner_->ReportRuns(plain);
    }

    void Finalize() override { inner_->Finalize(); }

  private:
    std::unique_ptr<benchmark::BenchmarkReporter> inner_;
};

class Silent : public benchmark::BenchmarkReporter {
  public:
    bool ReportContext(const Context &) override { return true; }
    void ReportRuns(const std::vector<Run> &) override {}
};

std::string ValueOf(int argc, char **argv, const std::string &flag, const std::string &otherwise) {
    std::string value = otherwise;
    for (int i = 1; i < argc; i++)
        if (std::string(argv[i]).rfind(flag + "=", 0) == 0)
            value = argv[i] + flag.size() + 1;
    return value;
}

benchmark::BenchmarkReporter *ReporterFor(const std::string &format) {
    if (format == "json")
        return new benchmark::JSONReporter;
    if (format == "csv") {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        return new benchmark::CSVReporter;
#pragma GCC diagnostic pop
    }
    return new benchmark::ConsoleReporter;
}

// The reporters a command line asks for; the file's only where it names one.
struct Reporters {
    std::unique_ptr<benchmark::BenchmarkReporter> display, file;

    // Takes `otherwise` over.
    Reporters(int argc, char **argv, bool format_on_stdout, benchmark::BenchmarkReporter *otherwise) {
        display.reset(otherwise);
        if (format_on_stdout)
            display.reset(new PlainNames(ReporterFor(ValueOf(argc, argv, "--benchmark_format", "console"))));
        if (!ValueOf(argc, argv, "--benchmark_out", "").empty())
            file.reset(new PlainNames(ReporterFor(ValueOf(argc, argv, "--benchmark_out_format", "json"))));
    }
};

// Initialize() edits its arguments, so it gets copies; flags of ours stand before the user's, who has the
// last word.
// It has taken defaults from the environment before main began: a BENCHMARK_FILTER left there would make a
// run without rows, so what decides is said outright.
bool Initialize(int argc, char **argv, const std::vector<std::string> &defaults) {
    static const std::vector<std::string> outright = {"--benchmark_filter=.", "--benchmark_list_tests=false",
                                                      "--benchmark_out="};
    static std::vector<std::string> kept;
    std::vector<char *> pointers;
    kept.assign(argv, argv + 1);
    kept.insert(kept.end(), outright.begin(), outright.end());
    kept.insert(kept.end(), defaults.begin(), defaults.end());
    kept.insert(kept.end(), argv + 1, argv + argc);
    for (std::string &each : kept)
        pointers.push_back(&each[0]);
    pointers.push_back(nullptr);
    int count = static_cast<int>(kept.size());
    benchmark::Initialize(&count, pointers.data());
    return !benchmark::ReportUnrecognizedArguments(count, pointers.data());
}

void RunLaunch(benchmark::State &state, const ht_shim_shell *shell, size_t index) {
    ht_shim_result result = {};
    for (auto _ : state) {
        shell->launch(shell->context, index, &result);
        state.SetIterationTime(result.seconds);
    }
    if (result.skipped)
        state.SkipWithError(result.skipped);
    for (size_t i = 0; i < result.counter_count; i++)
        state.counters[result.counters[i].name] = result.counters[i].value;
}

void RunLoop(benchmark::State &state, const ht_shim_loops *loops, size_t index) {
    ht_shim_loop_fn *loop = loops->loops[index];
    uint64_t sum = 0, batch = loops->batches[index];
    uint64_t operations = loops->operations ? loops->operations[index] : batch;
    ht_shim_reading before = {}, after = {};
    // The first KeepRunning starts Google Benchmark's clock and the last one stops it: both readings are
    // outside.
    if (loops->probe)
        before = loops->probe(loops->context);
    if (batch == 0) {
        uint64_t seed = 0;
        for (auto _ : state)
            sum += loop(seed++);
    }
    while (batch && state.KeepRunningBatch(static_cast<benchmark::IterationCount>(batch)))
        sum += loop(operations);
    if (loops->probe)
        after = loops->probe(loops->context);
    benchmark::DoNotOptimize(sum);
    const double values[] = {before.alu, before.chain, after.alu, after.chain,
                             after.switches - before.switches};
    for (size_t i = 0; loops->probe && i < 5; i++)
        state.counters[kReadings[i]] = values[i];
}

// Hands each repetition's time to C, then goes on to the reporter that prints.
class Recorder : public benchmark::BenchmarkReporter {
  public:
    explicit Recorder(const ht_shim_loops *loops) : loops_(loops) {}
    bool ReportContext(const Context &) override { return true; }
    void ReportRuns(const std::vector<Run> &runs) override {
        for (const Run &run : runs) {
            if (run.run_type != Run::RT_Iteration)
                continue;
            ht_shim_repetition one = {};
            one.number = static_cast<uint32_t>(run.repetition_index);
            one.ns = run.GetAdjustedRealTime();
            one.cpu_ns = run.GetAdjustedCPUTime();
            one.iterations = static_cast<double>(run.iterations);
            one.before = {Counter(run, kReadings[0]), Counter(run, kReadings[1]), 0};
            one.after = {Counter(run, kReadings[2]), Counter(run, kReadings[3]), Counter(run, kReadings[4])};
            loops_->report(loops_->context, static_cast<size_t>(run.family_index), &one);
        }
    }

  private:
    static double Counter(const Run &run, const char *name) {
        auto found = run.counters.find(name);
        return found == run.counters.end() ? 0 : found->second.value;
    }

    const ht_shim_loops *loops_;
};

} // namespace

extern "C" bool ht_shim_run_shell(const ht_shim_shell *shell) {
    // Launches of all cases in random order over the whole run: a bad minute costs every case a little and
    // none all.
    if (!Initialize(shell->argc, shell->argv, {"--benchmark_enable_random_interleaving=true"}))
        return false;
    for (size_t i = 0; i < shell->count; i++)
        benchmark::RegisterBenchmark(shell->names[i],
                                     [shell, i](benchmark::State &state) { RunLaunch(state, shell, i); })
            ->Iterations(1)
            ->UseManualTime();
    Reporters reporters(shell->argc, shell->argv, shell->format_on_stdout, new Silent);
    benchmark::RunSpecifiedBenchmarks(reporters.display.get(), reporters.file.get());
    benchmark::Shutdown();
    return true;
}

extern "C" bool ht_shim_run_loops(const ht_shim_loops *loops) {
    if (!Initialize(loops->argc, loops->argv,
                    {"--benchmark_repetitions=" + std::to_string(loops->repetitions)}))
        return false;
    for (size_t i = 0; i < loops->count; i++)
        benchmark::RegisterBenchmark(loops->names[i],
                                     [loops, i](benchmark::State &state) { RunLoop(state, loops, i); });
    Reporters reporters(loops->argc, loops->argv, false, new Recorder(loops));
    benchmark::RunSpecifiedBenchmarks(reporters.display.get(), reporters.file.get());
    benchmark::Shutdown();
    return true;
}

extern "C" const char *ht_shim_version(void) {
#ifdef HEAPTOLL_GBENCH_VERSION
    return HEAPTOLL_GBENCH_VERSION;
#else
    return "unknown";
#endif
}
