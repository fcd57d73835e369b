#include "search/fusion.h"

#include <algorithm>
#include <map>

#include "search/scale.h"

namespace groundwork::search {
namespace {

void sort_best_first(std::vector<Fused>& fused) {
  std::ranges::sort(fused, [](const Fused& a, const Fused& b) { return ranks_before(a.hit, b.hit); });
}

Scale scale_of_stage(std::span<const Candidate> candidates, float Candidate::*stage) {
  std::vector<float> scores;
  for (const Candidate& one : candidates) scores.push_back(one.*stage);
  return scale_of(std::span<const float>(scores));
}

}  // namespace

std::vector<Fused> fuse_scores(std::span<const Candidate> candidates, const StageTrust& trust) {
  const Scale lexical_scale = scale_of_stage(candidates, &Candidate::lexical);
  const Scale dense_scale = scale_of_stage(candidates, &Candidate::dense);
  std::vector<Fused> fused;
  fused.reserve(candidates.size());
  for (const Candidate& one : candidates) {
    const double lexical = trust.lexical * lexical_scale(one.lexical);
    const double dense = (1 - trust.lexical) * dense_scale(one.dense);
    const double positive = std::max(lexical, 0.0) + std::max(dense, 0.0);
    const double share = positive > 0 ? std::max(lexical, 0.0) / positive : 0.5;
    fused.push_back({{one.row, static_cast<float>(lexical + dense)}, static_cast<float>(share)});
  }
  sort_best_first(fused);
  return fused;
}

std::vector<Fused> fuse_ranks(std::span<const Hit> lexical, std::span<const Hit> dense, double k) {
  std::map<Row, std::pair<double, double>> parts;
  for (std::size_t i = 0; i < lexical.size(); ++i) parts[lexical[i].row].first = 1 / (k + static_cast<double>(i + 1));
  for (std::size_t i = 0; i < dense.size(); ++i) parts[dense[i].row].second = 1 / (k + static_cast<double>(i + 1));
  std::vector<Fused> fused;
  for (const auto& [row, part] : parts) {
    const double score = part.first + part.second;
    fused.push_back({{row, static_cast<float>(score)}, static_cast<float>(part.first / score)});
  }
  sort_best_first(fused);
  return fused;
}

}  // namespace groundwork::search
