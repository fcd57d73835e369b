#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "curriculum/projects.h"
#include "portfolio/run_import.h"

namespace groundwork::portfolio {

/// The price table in use: prices.yaml of the data folder first, then the content's.
/// @errors kInvalidArgument: the file is there and not of its schema; file and line are named
base::Result<curriculum::PriceTable> price_table(const std::filesystem::path& data_folder,
                                                 const curriculum::PriceTable& content);

/// What a run cost by its own count of tokens.
struct Costs {
  std::optional<double> per_1k_requests;  ///< in the table's currency
  std::optional<double> per_success;      ///< none: no task succeeded, or the run doesn't count them
  std::string note;                       ///< which prices, of which day
  std::string problem;                    ///< why there is no cost; empty: there is one
};
/// A model that the table hasn't costs nothing that is known: no value, and never zero.
Costs costs_of(const RunSummary::Usage& usage, const curriculum::PriceTable& prices);

}  // namespace groundwork::portfolio
