#include "search/tuning.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kFewestQueries = 4;  ///< two to choose by, two to compare on

struct Split {
  std::vector<TestQuery> tuning;
  std::vector<TestQuery> held_out;
};

Result<Split> split_of(std::span<const TestQuery> queries, const TuningOptions& options) {
  if (!(options.held_out > 0 && options.held_out < 1)) {
    return make_error(Code::kInvalidArgument,
                      "expected a held-out share between 0 and 1, found " + std::to_string(options.held_out));
  }
  if (queries.size() < kFewestQueries) {
    return make_error(Code::kInvalidArgument, "expected at least " + std::to_string(kFewestQueries) +
                                                  " queries with a relevant document to tune, found " +
                                                  std::to_string(queries.size()));
  }
  std::vector<TestQuery> shuffled(queries.begin(), queries.end());
  base::Random(options.seed).shuffle(shuffled);
  const auto wanted = static_cast<std::size_t>(std::lround(options.held_out * static_cast<double>(queries.size())));
  const auto held_out = static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(wanted, 2, queries.size() - 2));
  return Split{{shuffled.begin() + held_out, shuffled.end()}, {shuffled.begin(), shuffled.begin() + held_out}};
}

/// How many queries each round has, and how many configurations are measured in it.
struct Round {
  std::size_t queries = 0;
  std::size_t configurations = 0;
};

std::vector<Round> rounds_of(std::size_t configurations, std::size_t queries, const TuningOptions& options) {
  if (options.strategy == TuningStrategy::kGrid) return {{queries, configurations}};
  std::vector<Round> rounds{{queries, 1}};
  while (rounds.front().configurations < configurations && rounds.front().queries / 2 >= options.first) {
    rounds.insert(rounds.begin(), {rounds.front().queries / 2, rounds.front().configurations * 2});
  }
  // All begin; where the queries don't halve often enough for that, the first round drops more than half.
  rounds.front().configurations = configurations;
  return rounds;
}

class Trials {
 public:
  Trials(const Split& split, const Measure& measure, const TuningOptions& options)
      : split_(split), measure_(measure), options_(options) {}

  /// Measures on the first `queries` of the tuning queries.
  Result<Trial> on(const Configuration& configuration, std::size_t queries) const {
    GW_TRY(const std::vector<double> values,
           measure_(configuration, std::span<const TestQuery>(split_.tuning).first(queries)));
    const Interval interval = mean_interval(values, {.seed = options_.seed}).value_or(Interval{});
    return Trial{configuration, queries, mean_of(values), interval};
  }

  Result<Comparison> held_out(const Configuration& a, const Configuration& b) const {
    std::vector<std::string> ids;
    for (const TestQuery& query : split_.held_out) ids.push_back(query.id);
    GW_TRY(const std::vector<double> of_a, measure_(a, split_.held_out));
    GW_TRY(const std::vector<double> of_b, measure_(b, split_.held_out));
    ComparisonOptions how;
    how.resampling.seed = options_.seed;
    return compare(ids, of_a, of_b, options_.metric, how);
  }

 private:
  const Split& split_;
  const Measure& measure_;
  const TuningOptions& options_;
};

std::string number(double value) {
  std::string text = std::to_string(std::round(value * 1e4) / 1e4);
  return text.substr(0, text.find('.') + 5);
}

}  // namespace

Result<Tuning> tune(std::span<const TestQuery> queries, std::span<const Configuration> configurations,
                    const Configuration& baseline, const Measure& measure, const TuningOptions& options,
                    const TuningProgress& progress, std::stop_token stop) {
  if (configurations.empty()) return make_error(Code::kInvalidArgument, "expected a configuration to try, found none");
  GW_TRY(const Split split, split_of(queries, options));
  const Trials trials(split, measure, options);
  const std::vector<Round> rounds = rounds_of(configurations.size(), split.tuning.size(), options);
  std::size_t total = 1;
  for (const Round& round : rounds) total += round.configurations;
  std::size_t done = 0;
  const auto next = [&](const Configuration& now) -> Status {
    if (progress) progress(done++, total, now);
    if (stop.stop_requested()) return make_error(Code::kCancelled, "tuning was cancelled");
    return {};
  };
  Tuning made;
  made.baseline = baseline;
  made.tuning_queries = split.tuning.size();
  std::vector<Configuration> going(configurations.begin(), configurations.end());
  std::vector<Trial> dropped;
  for (const Round& round : rounds) {
    std::vector<Trial> measured;
    for (std::size_t i = 0; i < round.configurations; ++i) {
      GW_CHECK_OK(next(going[i]));
      GW_TRY(Trial trial, trials.on(going[i], round.queries));
      measured.push_back(std::move(trial));
    }
    // Those that were left behind in the round before keep what they had.
    for (std::size_t i = made.trials.size(); i > round.configurations; --i) dropped.push_back(made.trials[i - 1]);
    std::ranges::stable_sort(measured, std::ranges::greater(), &Trial::mean);
    made.trials = std::move(measured);
    going.clear();
    for (const Trial& one : made.trials) going.push_back(one.configuration);
  }
  std::ranges::stable_sort(dropped, [](const Trial& a, const Trial& b) {
    return a.queries != b.queries ? a.queries > b.queries : a.mean > b.mean;
  });
  made.trials.insert(made.trials.end(), dropped.begin(), dropped.end());
  GW_CHECK_OK(next(baseline));
  GW_TRY(made.baseline_trial, trials.on(baseline, split.tuning.size()));
  GW_TRY(made.held_out, trials.held_out(baseline, made.trials.front().configuration));
  return made;
}

std::string sentence(const Tuning& one) {
  const std::string best = to_string(one.trials.front().configuration);
  const std::string base = to_string(one.baseline);
  if (best == base) return "the default, " + base + ", is the best of " + std::to_string(one.trials.size());
  const std::string held_out = sentence(one.held_out, "the default", best);
  if (one.worth_it()) return "take " + best + ". On queries that did not choose it, " + held_out;
  return "keep the default, " + base + ". " + best + " had " + number(one.trials.front().mean) +
         " where it was chosen and the default " + number(one.baseline_trial.mean) +
         ", but on queries that did not choose it: " + held_out;
}

base::json::object to_json(const Tuning& one) {
  const auto json_of = [](const Trial& trial) {
    return base::json::object{{"configuration", to_string(trial.configuration)},
                              {"queries", trial.queries},
                              {"mean", trial.mean},
                              {"interval", {trial.interval.low, trial.interval.high}}};
  };
  base::json::array trials;
  for (const Trial& trial : one.trials) trials.push_back(json_of(trial));
  return {{"best", to_string(one.trials.front().configuration)},
          {"worth_it", one.worth_it()},
          {"sentence", sentence(one)},
          {"default", json_of(one.baseline_trial)},
          {"tuning_queries", one.tuning_queries},
          {"trials", std::move(trials)},
          {"held_out", to_json(one.held_out)}};
}

}  // namespace groundwork::search
