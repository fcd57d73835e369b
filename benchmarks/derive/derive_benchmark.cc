// 100,000 facts of one learner derived, over the real roadmap; and the decoding of facts as the ledger returns them.
// The bar: under 50 ms for 100,000 events.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

#include "base/source_dir.h"
#include "curriculum/load.h"
#include "progress/random_history.h"
#include "progress/state_json.h"

namespace {

namespace progress = groundwork::progress;

const progress::Course& course() {
  static const auto* const loaded = [] {
    auto content = groundwork::curriculum::load(groundwork::base::source_dir());
    auto* course = new progress::Course(progress::course_of(content.curriculum));
    if (course->modules.size() < 48 || course->labs.empty()) {
      std::fprintf(stderr, "derive_benchmark: expected the whole library\n");
      std::exit(1);
    }
    return course;
  }();
  return *loaded;
}

void derive_events(benchmark::State& state) {
  // Outlines have no concepts to ask for, so the history is made over a course that has them in every module.
  static const progress::Course small = progress::small_course();
  const auto history = progress::random_history(small, 1, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(progress::derive(small, history));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(derive_events)->Arg(300)->Arg(100'000)->Unit(benchmark::kMillisecond);

/// What a diligent learner leaves behind, over and over: quizzes, labs and pages of the first module.
std::vector<groundwork::ledger::Fact> facts(std::size_t count) {
  const progress::Course::Module& first = course().modules.front();
  const std::string lab = course().labs[static_cast<std::size_t>(first.labs.front())].id;
  const std::string page = course().explainers[static_cast<std::size_t>(first.explainers.front())].id;
  const std::string bodies[] = {
      R"({"attempt":"a","item":"i","item_hash":"h","concept":"c","answer":"x","credit":{"n":1,"d":1},"ms":1000})",
      R"({"explainer":")" + page + R"(","revision":"r","fraction":0.5})",
      R"({"lab":")" + lab + R"(","module":")" + first.id +
          R"(","revision":"r","verdict":"FAIL","variant":"standard","score":{"n":1,"d":2},"submission":"s","tests":[],"ms":1})",
      R"({"attempt":"a","module":")" + first.id +
          R"(","purpose":"practice","score":{"n":6,"d":8},"items":8,"missed_concepts":[],"why":"decided","revision":""})"};
  const char* kinds[] = {"quiz.answered", "explainer.read", "lab.graded", "quiz.finished"};
  std::vector<groundwork::ledger::Fact> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i].seq = static_cast<std::int64_t>(i + 1);
    out[i].kind = kinds[i % 4];
    out[i].data = groundwork::base::parse_json(bodies[i % 4])->as_object();
  }
  return out;
}

void decode_and_derive(benchmark::State& state) {
  const auto history = facts(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const progress::Decoded decoded = progress::decode_all(history, course());
    if (!decoded.unread.empty()) state.SkipWithError("a fact was not understood");
    benchmark::DoNotOptimize(progress::derive(course(), decoded.events));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(decode_and_derive)->Arg(300)->Arg(100'000)->Unit(benchmark::kMillisecond);

void status_as_json(benchmark::State& state) {
  const auto history = facts(300);
  const auto derived = progress::derive(course(), progress::decode_all(history, course()).events);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        groundwork::base::json::serialize(progress::status_json(derived, "me", groundwork::base::Timestamp{})));
  }
}
BENCHMARK(status_as_json)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
