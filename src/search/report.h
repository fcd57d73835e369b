#pragma once

// What was measured, as one HTML page that needs nothing else: no scripts, no fonts, nothing from a network. In scope:
// comparisons, evaluations and tunings. Not in scope: measuring them (comparison.h, evaluation.h, tuning.h), writing
// the file.

#include <string>
#include <vector>

#include "search/comparison.h"
#include "search/tuning.h"

namespace groundwork::search {

/// What stands at the top of each report. Texts may be anything: they are escaped.
struct ReportContext {
  std::string corpus;
  std::string program;  ///< name and version
  std::string date;     ///< when it was measured
  std::uint64_t seed = 1;
};

/// An evaluation, and what was evaluated.
struct ReportedSide {
  std::string name;
  const Evaluation* evaluation = nullptr;  ///< outlives the call
  bool timed = true;                       ///< false: rankings that were read from a file
};

/// Means of the metrics that `search eval` names and of the compared one, each query's difference, the queries that
/// differ, nDCG by rank, times.
/// @param set  that both were evaluated on; the comparison is of their evaluations
std::string comparison_report(const ReportContext& context, const TestSet& set, const ReportedSide& a,
                              const ReportedSide& b, const Comparison& comparison);

/// The same of one evaluation, with the queries that it answers worst.
/// @param more  metrics beside those that `search eval` names
std::string evaluation_report(const ReportContext& context, const TestSet& set, const ReportedSide& side,
                              const std::vector<Metric>& more = {});

/// Every configuration that was tried on the tuning queries, then the best and the default on the held-out ones.
std::string tuning_report(const ReportContext& context, const TestSet& set, const Tuning& tuning);

}  // namespace groundwork::search
