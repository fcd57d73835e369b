#pragma once

// Reading a row of a dataset, or the options of a metric.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "search/metrics.h"

namespace groundwork::score {

/// The texts that are right: "references", a list that is not empty, or "reference", one string or such a list; numbers
/// count as their text.
base::Result<std::vector<std::string>> references_of(const base::json::object& row);

/// A list of strings.
base::Result<std::vector<std::string>> strings_at(const base::json::object& row, std::string_view key);

/// "relevance": {id: integer}; those above 0. @errors kInvalidArgument: none is
base::Result<search::Relevance> relevance_of(const base::json::object& row);

/// The value under a key. @errors kInvalidArgument: none
base::Result<const base::json::value*> value_at(const base::json::object& row, std::string_view key);

/// An option, or its default. @errors kInvalidArgument: of another type
base::Result<double> number_option(const base::json::object& options, std::string_view key, double fallback);
base::Result<bool> bool_option(const base::json::object& options, std::string_view key);
/// @errors kInvalidArgument: below `least` or above `most` too
base::Result<std::size_t> count_option(const base::json::object& options, std::string_view key, std::size_t fallback,
                                       std::size_t least, std::size_t most);

/// A row of ragas under our names: user_input or question, response or answer, retrieved_contexts or contexts,
/// ground_truth or ground_truths. A name that the row has already stays as it is.
/// @source the columns of ragas' EvaluationDataset, before and since its version 0.2
base::json::object with_ragas_names(base::json::object row);

}  // namespace groundwork::score
