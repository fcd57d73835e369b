#pragma once

// Rankings in the form that TREC's tools read. In scope: run files, read and written. Not in scope: judgements
// (beir.h).
//
//   query-id Q0 document-id rank score tag   a line

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "search/evaluation.h"

namespace groundwork::search {

/// Ids by query, best first.
using TrecRun = std::map<std::string, std::vector<std::string>>;

/// Ordered as trec_eval orders it, which reads no ranks: by score in single precision, equal ones by id from the last.
/// @errors kNotFound; kInvalidArgument with file and line: not six columns, a score that is no number, a document twice
///         for a query; a file without a line
base::Result<TrecRun> read_run(const std::filesystem::path& file);

/// The evaluation's rankings. The score of the document at rank r of n is n + 1 - r, so that the order is the ranking
/// whatever its own scores tied. Ids with white space are refused.
/// @param tag  names the run
/// @errors kInvalidArgument: an id that the form can't hold
base::Result<std::string> to_run(const Evaluation& evaluation, std::string_view tag);

/// The rankings of a run for the queries of a test set; a query that the run does not have found nothing, as with
/// trec_eval -c.
Ranker ranker_of(TrecRun run);

}  // namespace groundwork::search
