#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/random.h"
#include "model/decoder.h"

namespace groundwork::model {

struct Sampling {
  double temperature = 0.0;  ///< 0: always the likeliest
  double top_p = 1.0;        ///< of the likeliest tokens whose probabilities reach this sum
  std::uint64_t seed = 0;
};

/// Chooses the tokens of one answer. Not thread-safe.
/// @source Holtzman et al. 2020, arXiv:1904.09751 (top_p)
class TokenSampler {
 public:
  /// @param constraint  may be null
  TokenSampler(const Sampling& sampling, std::unique_ptr<Constraint> constraint)
      : sampling_(sampling), random_(sampling.seed), constraint_(std::move(constraint)) {}

  /// @param scores  one for each token of the vocabulary; masked by the constraint afterwards, perhaps
  /// @errors kInternal: no token is allowed, or the scores are no numbers
  base::Result<Token> pick(std::span<float> scores);

 private:
  base::Result<Token> pick_any(std::span<const float> scores);
  Token draw(std::span<const float> scores, float highest);

  struct Candidate {
    float probability = 0;
    Token token = 0;
  };

  Sampling sampling_;
  base::Random random_;
  std::unique_ptr<Constraint> constraint_;
  std::vector<Candidate> candidates_;
};

}  // namespace groundwork::model
