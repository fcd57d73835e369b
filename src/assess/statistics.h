#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/fact.h"

namespace groundwork::assess {

struct ItemStatistics {
  std::string item;
  int answers = 0;
  double difficulty = 0;                 ///< mean credit: 0 hard to 1 easy
  std::optional<double> discrimination;  ///< correlation of its credit with the score of the rest of the quiz, -1 to 1
};

/// Below so many answers a correlation says nothing.
constexpr int kAnswersForDiscrimination = 10;

/// Classical item analysis over every answer that was recorded, by item id.
/// @source Lord and Novick, "Statistical Theories of Mental Test Scores" (1968), corrected item-total correlation
std::vector<ItemStatistics> item_statistics(const std::vector<ledger::Fact>& answered);

}  // namespace groundwork::assess
