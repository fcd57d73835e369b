#pragma once

#include <cstdint>

#include "base/result.h"

namespace groundwork::text {

/// Money in millionths of a dollar, so that sums are exact.
struct MicroDollars {
  std::int64_t value = 0;
  friend bool operator==(const MicroDollars&, const MicroDollars&) = default;
  friend auto operator<=>(const MicroDollars&, const MicroDollars&) = default;
};

/// What a million tokens of each kind cost: $0.15 is {150'000}.
struct Prices {
  MicroDollars input;
  MicroDollars cached_input;  ///< of input that the provider still has
  MicroDollars output;
};

/// The room of one request, in tokens; none negative.
struct Budget {
  std::int64_t context_window = 0;  ///< of the model: input and output together
  std::int64_t prompt_tokens = 0;   ///< instructions, history and question, without passages
  std::int64_t answer_tokens = 0;   ///< kept free for the answer
  std::int64_t passage_tokens = 0;  ///< of one passage, its frame (number, title) included; positive
  std::int64_t max_passages = 0;    ///< as many as retrieval gives
};

struct Plan {
  std::int64_t passages = 0;        ///< that fit whole
  std::int64_t context_tokens = 0;  ///< they take
  std::int64_t input_tokens = 0;    ///< prompt and context
  std::int64_t answer_room = 0;     ///< left in the window for the answer, at least Budget::answer_tokens
  friend bool operator==(const Plan&, const Plan&) = default;
};

/// How many passages fit. @errors kInvalidArgument: a number below 0, passage_tokens below 1, sums beyond 2^62.
/// kOutOfRange: prompt and answer alone are larger than the window (says by how much).
base::Result<Plan> plan(const Budget& budget);

struct Usage {
  std::int64_t input_tokens = 0;
  std::int64_t cached_tokens = 0;  ///< of the input_tokens
  std::int64_t output_tokens = 0;
};

/// What a request costs: tokens times price, summed, divided by a million once and rounded up to a whole micro-dollar.
/// @errors kInvalidArgument: a number below 0, more cached than input tokens. kOutOfRange: the cost is beyond int64.
base::Result<MicroDollars> cost(const Usage& usage, const Prices& prices);

}  // namespace groundwork::text
