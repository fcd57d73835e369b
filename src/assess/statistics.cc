#include "assess/statistics.h"

#include <cmath>
#include <map>

#include "progress/fraction.h"

namespace groundwork::assess {
namespace {

struct Answer {
  std::string quiz;
  double credit = 0;
};

std::optional<double> correlation(const std::vector<std::pair<double, double>>& points) {
  if (points.size() < static_cast<std::size_t>(kAnswersForDiscrimination)) return std::nullopt;
  double mean_x = 0;
  double mean_y = 0;
  for (const auto& [x, y] : points) {
    mean_x += x;
    mean_y += y;
  }
  mean_x /= static_cast<double>(points.size());
  mean_y /= static_cast<double>(points.size());
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (const auto& [x, y] : points) {
    xx += (x - mean_x) * (x - mean_x);
    yy += (y - mean_y) * (y - mean_y);
    xy += (x - mean_x) * (y - mean_y);
  }
  if (xx <= 0 || yy <= 0) return std::nullopt;  // everybody alike: nothing to tell apart
  return xy / std::sqrt(xx * yy);
}

}  // namespace

std::vector<ItemStatistics> item_statistics(const std::vector<ledger::Fact>& answered) {
  std::map<std::string, std::vector<Answer>> by_item;
  struct Total {
    double credit = 0;
    int answers = 0;
  };
  std::map<std::string, Total> by_quiz;
  for (const ledger::Fact& fact : answered) {
    const auto credit = progress::fraction_from(fact.data, "credit", "data");
    if (!credit.ok()) continue;
    const double value = credit->percent() / 100;
    const std::string quiz = fact.learner + "/" + base::string_or(fact.data, "attempt");
    by_item[base::string_or(fact.data, "item")].push_back({quiz, value});
    by_quiz[quiz].credit += value;
    by_quiz[quiz].answers += 1;
  }
  std::vector<ItemStatistics> out;
  for (const auto& [item, answers] : by_item) {
    ItemStatistics statistics{
        .item = item, .answers = static_cast<int>(answers.size()), .difficulty = 0, .discrimination = {}};
    std::vector<std::pair<double, double>> points;
    for (const Answer& answer : answers) {
      statistics.difficulty += answer.credit / static_cast<double>(answers.size());
      const Total& total = by_quiz[answer.quiz];
      if (total.answers > 1) points.emplace_back(answer.credit, (total.credit - answer.credit) / (total.answers - 1));
    }
    statistics.discrimination = correlation(points);
    out.push_back(std::move(statistics));
  }
  return out;
}

}  // namespace groundwork::assess
