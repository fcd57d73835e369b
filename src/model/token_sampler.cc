#include "model/token_sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Result;

/// OPTIMISATION: sixteen running maxima that the compiler keeps in vector registers; the place is looked up afterwards.
float highest_of(std::span<const float> scores) {
  constexpr std::size_t kLanes = 16;
  float lanes[kLanes];
  std::fill(std::begin(lanes), std::end(lanes), -std::numeric_limits<float>::infinity());
  std::size_t i = 0;
  for (; i + kLanes <= scores.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] = scores[i + lane] > lanes[lane] ? scores[i + lane] : lanes[lane];
    }
  }
  float highest = *std::max_element(std::begin(lanes), std::end(lanes));
  for (; i < scores.size(); ++i) highest = std::max(highest, scores[i]);
  return highest;
}

}  // namespace

Result<Token> TokenSampler::pick(std::span<float> scores) {
  GW_TRY(Token token, pick_any(scores));
  if (!constraint_) return token;
  // OPTIMISATION: most of the time what would be chosen freely is allowed, and one look is enough. Choosing again among
  // the allowed when it isn't gives each of them the probability that it has among them.
  if (!constraint_->allows(token)) {
    constraint_->mask(scores);
    GW_TRY(token, pick_any(scores));
  }
  GW_CHECK_OK(constraint_->accept(token));
  return token;
}

Result<Token> TokenSampler::pick_any(std::span<const float> scores) {
  const float highest = highest_of(scores);
  if (!std::isfinite(highest)) return make_error(Code::kInternal, "expected a token that may come next, found none");
  if (sampling_.temperature > 0) return draw(scores, highest);
  return static_cast<Token>(std::ranges::find(scores, highest) - scores.begin());
}

Token TokenSampler::draw(std::span<const float> scores, float highest) {
  const auto temperature = static_cast<float>(sampling_.temperature);
  candidates_.clear();
  double total = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const float exponent = (scores[i] - highest) / temperature;
    if (!(exponent > -40.0F)) continue;  // below 5e-18 of the likeliest
    candidates_.push_back({std::exp(exponent), static_cast<Token>(i)});
    total += candidates_.back().probability;
  }
  if (sampling_.top_p < 1.0) {
    // Sorted as far as the sum asks for, twice as many each time.
    const double enough = std::max(sampling_.top_p, 0.0) * total;
    const auto likelier = [](const Candidate& a, const Candidate& b) {
      return a.probability != b.probability ? a.probability > b.probability : a.token < b.token;
    };
    double sum = 0;
    std::size_t kept = 0;
    for (std::size_t sorted = 0; kept < candidates_.size() && (kept == 0 || sum < enough); ++kept) {
      if (kept == sorted) {
        const std::size_t next = std::min(candidates_.size(), std::max<std::size_t>(64, sorted * 2));
        std::partial_sort(candidates_.begin() + static_cast<std::ptrdiff_t>(sorted),
                          candidates_.begin() + static_cast<std::ptrdiff_t>(next), candidates_.end(), likelier);
        sorted = next;
      }
      sum += candidates_[kept].probability;
    }
    candidates_.resize(kept);
    total = sum;
  }
  double left = random_.unit() * total;
  for (const Candidate& candidate : candidates_) {
    left -= candidate.probability;
    if (left < 0) return candidate.token;
  }
  return candidates_.back().token;
}

}  // namespace groundwork::model
