#pragma once

// What the commands that measure rankings have in common: metrics from the command line, printing, a workbench.

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/search_tools.h"
#include "search/comparison.h"
#include "search/report.h"
#include "search/workbench.h"

namespace groundwork::cli {

base::Result<std::vector<search::Metric>> metrics_of(const std::vector<std::string>& names);

/// Means with their intervals, of `more` metrics too, and the warnings of the test set to standard error.
Exit print_evaluation(Context& context, const std::string& what, const search::Evaluation& evaluation,
                      const search::TestSet& set, const std::vector<search::Metric>& more);

/// The rankings as a file that trec_eval reads.
base::Status write_run(const std::string& file, const search::Evaluation& evaluation, const std::string& tag);

/// What a report says of this run. @param at  when it began
search::ReportContext report_context(const std::string& corpus, std::uint64_t seed, base::Timestamp at);

/// A workbench and the models that it needs.
struct OpenBench {
  std::unique_ptr<model::LocalEmbedder> embedder;
  std::unique_ptr<model::Reranker> reranker;
  std::unique_ptr<search::Workbench> bench;
};
/// @param vectors  whether a configuration will need them: lexical search alone opens no model
base::Result<OpenBench> open_bench(const Context& context, const std::string& corpus, bool vectors,
                                   search::QueryVectors queries);

/// A configuration run over the queries of the test set, its index made before if it isn't there, with a bar.
base::Result<search::Evaluation> run_configuration(search::Workbench& bench, const search::TestSet& set,
                                                   const search::Configuration& configuration);

}  // namespace groundwork::cli
