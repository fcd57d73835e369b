#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "measure/run.h"
#include "measure/service.h"
#include "measure/suite.h"

namespace groundwork::measure {

/// Whether a code says that no answer came at all, so that nothing is known of what the service would have said.
bool is_transport(const std::string& code);

/// Why the rest of a run was left out: no answers came any more, or a model that judges them gave nothing any more.
enum class GaveUp { kNot, kTarget, kModel };

/// Adds samples up as they come. Holds one number a metric and case: 8 MB a million.
class Tally {
 public:
  Tally(const Suite& suite, const Service& service, std::size_t repeats)
      : suite_(suite), service_(service), repeats_(repeats) {}

  void add(const Sample& sample);
  std::size_t calls() const { return ok_ + wrong_ + failed_; }
  std::size_t answered() const { return ok_ + wrong_; }

  /// Fills counts, metrics, failures and verdict of the run. A run whose state isn't kFinished is kIncomplete.
  /// @param some_cases  what chance() is asked with
  /// @param tell        adds to what is said of a metric's model: its calibration, its price; may be empty
  void conclude(Run& run, const std::vector<Case>& some_cases, GaveUp gave_up,
                const std::function<void(const std::string& metric, ModelSummary& model)>& tell = {}) const;

 private:
  struct Column {
    std::vector<double> values;
    std::vector<std::size_t> cases;  // of each value, where there are repeats
    std::size_t failed = 0;
  };
  /// What went wrong in the same way.
  struct Seen {
    std::size_t count = 0;
    std::string first;                  // with its case
    std::vector<std::string> examples;  // a few cases
    void add(const std::string& case_id, const std::string& message);
  };
  /// What a metric's model did.
  struct Asked {
    score::Judging sum;
    Seen failed;
  };
  /// What the same case was answered, to tell steady services from others.
  struct Steady {
    std::uint64_t hash = 0;
    bool changed = false;
  };

  std::vector<double> by_case(const Column& column) const;
  MetricSummary summary_of(const Metric& metric) const;
  ModelSummary model_of(const Metric& metric) const;
  void add_model_failures(Run& run) const;
  void add_stability(Run& run) const;
  void add_failures(Run& run, const std::vector<Case>& some_cases) const;
  Failure below_threshold(const Metric& metric, const MetricSummary& summary,
                          const std::vector<Case>& some_cases) const;

  const Suite& suite_;
  const Service& service_;
  std::size_t repeats_;
  std::size_t ok_ = 0;
  std::size_t wrong_ = 0;
  std::size_t failed_ = 0;
  std::map<std::string, Column> columns_;
  std::map<std::string, Seen> errors_;
  std::map<std::string, Asked> asked_;
  std::unordered_map<std::size_t, Steady> steady_;
};

}  // namespace groundwork::measure
