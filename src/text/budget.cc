#include "text/budget.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace groundwork::text {
namespace {

using base::Code;
using base::Result;
using base::Status;

__extension__ using Wide = __int128;  // the sum of three products of 63-bit numbers fits

constexpr std::int64_t kMostTokens = std::int64_t{1} << 60;
constexpr std::int64_t kPerPrice = 1'000'000;

struct Field {
  std::string_view name;
  std::int64_t value = 0;
  std::int64_t least = 0;
  std::int64_t most = kMostTokens;
};

template <std::size_t N>
Status check(const std::array<Field, N>& fields) {
  for (const Field& field : fields) {
    if (field.value >= field.least && field.value <= field.most) continue;
    return base::make_error(Code::kInvalidArgument, "expected " + std::to_string(field.least) + " to " +
                                                        std::to_string(field.most) + ", found " +
                                                        std::to_string(field.value) + " as " + std::string(field.name));
  }
  return {};
}

}  // namespace

Result<Plan> plan(const Budget& budget) {
  GW_CHECK_OK(check(std::array<Field, 5>{{{"context_window", budget.context_window},
                                          {"prompt_tokens", budget.prompt_tokens},
                                          {"answer_tokens", budget.answer_tokens},
                                          {"passage_tokens", budget.passage_tokens, 1},
                                          {"max_passages", budget.max_passages}}}));
  const std::int64_t fixed = budget.prompt_tokens + budget.answer_tokens;
  if (fixed > budget.context_window) {
    return base::make_error(Code::kOutOfRange, "expected prompt and answer within the context window of " +
                                                   std::to_string(budget.context_window) + " tokens, found " +
                                                   std::to_string(fixed) + ": " +
                                                   std::to_string(fixed - budget.context_window) + " too many");
  }
  Plan out;
  out.passages = std::min(budget.max_passages, (budget.context_window - fixed) / budget.passage_tokens);
  out.context_tokens = out.passages * budget.passage_tokens;
  out.input_tokens = budget.prompt_tokens + out.context_tokens;
  out.answer_room = budget.context_window - out.input_tokens;
  return out;
}

Result<MicroDollars> cost(const Usage& usage, const Prices& prices) {
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  GW_CHECK_OK(check(
      std::array<Field, 6>{{{"input_tokens", usage.input_tokens},
                            {"cached_tokens", usage.cached_tokens, 0, std::max<std::int64_t>(usage.input_tokens, 0)},
                            {"output_tokens", usage.output_tokens},
                            {"the price of input", prices.input.value, 0, kLargest},
                            {"the price of cached input", prices.cached_input.value, 0, kLargest},
                            {"the price of output", prices.output.value, 0, kLargest}}}));
  const Wide total = Wide{usage.input_tokens - usage.cached_tokens} * prices.input.value +
                     Wide{usage.cached_tokens} * prices.cached_input.value +
                     Wide{usage.output_tokens} * prices.output.value;
  const Wide rounded = (total + kPerPrice - 1) / kPerPrice;
  if (rounded > kLargest) {
    return base::make_error(Code::kOutOfRange,
                            "expected a cost of at most " + std::to_string(kLargest) + " micro-dollars, found more");
  }
  return MicroDollars{static_cast<std::int64_t>(rounded)};
}

}  // namespace groundwork::text
