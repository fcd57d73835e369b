#include "model/distill.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>

#include "model/principal_components.h"

namespace groundwork::model {

using base::Code;
using base::make_error;
using base::Result;

namespace {

constexpr std::size_t kSequence = 3;       ///< [CLS], the token, [SEP]
constexpr std::size_t kTokensAtOnce = 64;  ///< 192 rows, as LocalEmbedder encodes them

bool is_special(std::string_view token) { return token.size() > 2 && token.front() == '[' && token.back() == ']'; }

/// The ids that the tokenizer can give, the most frequent first.
std::vector<std::uint32_t> ranked(const text::WordPiece& tokenizer) {
  std::vector<std::uint32_t> ids;
  for (std::uint32_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    if (id == tokenizer.unknown_id() || !is_special(tokenizer.token(id))) ids.push_back(id);
  }
  return ids;
}

/// a / (a + p) of each rank, p falling as 1 / (rank + 2).
std::vector<double> weights_of(std::size_t count, double smoothing) {
  double sum = 0;
  for (std::size_t rank = 0; rank < count; ++rank) sum += 1.0 / static_cast<double>(rank + 2);
  std::vector<double> weights;
  for (std::size_t rank = 0; rank < count; ++rank) {
    weights.push_back(smoothing / (smoothing + 1.0 / static_cast<double>(rank + 2) / sum));
  }
  return weights;
}

/// The teacher's vectors of ids[begin, end) into `out`, [end - begin][width].
void encode(const LocalEmbedder& teacher, std::span<const std::uint32_t> ids, float* out) {
  const std::size_t width = teacher.dimensions();
  std::vector<std::uint32_t> sequences;
  for (const std::uint32_t id : ids) {
    sequences.insert(sequences.end(), {teacher.tokenizer().cls_id(), id, teacher.tokenizer().sep_id()});
  }
  const std::vector<std::size_t> lengths(ids.size(), kSequence);
  const std::vector<float> rows = teacher.encoder().encode(sequences, lengths);
  for (std::size_t i = 0; i < ids.size() * width; ++i) {
    const float* first = rows.data() + i / width * kSequence * width + i % width;
    out[i] = (first[0] + first[width] + first[2 * width]) / static_cast<float>(kSequence);
  }
}

/// [ids.size()][width]. @errors kCancelled
Result<std::vector<float>> encode_all(const LocalEmbedder& teacher, const std::vector<std::uint32_t>& ids,
                                      const DistillOptions& options, const DistillProgress& progress,
                                      const std::stop_token& stop) {
  std::vector<float> vectors(ids.size() * teacher.dimensions());
  std::atomic<std::size_t> next{0};
  const auto work = [&](const DistillProgress& report) {
    for (std::size_t begin = next.fetch_add(kTokensAtOnce); begin < ids.size() && !stop.stop_requested();
         begin = next.fetch_add(kTokensAtOnce)) {
      const std::size_t count = std::min(kTokensAtOnce, ids.size() - begin);
      encode(teacher, std::span(ids).subspan(begin, count), vectors.data() + begin * teacher.dimensions());
      if (report) report(begin + count, ids.size());
    }
  };
  std::vector<std::jthread> helpers;
  for (std::size_t i = 1; i < options.threads; ++i) helpers.emplace_back([&] { work({}); });
  work(progress);
  helpers.clear();
  if (stop.stop_requested()) return make_error(Code::kCancelled, "stopped before all tokens were encoded");
  return vectors;
}

/// The places of the chosen ids among all, in their order.
Result<std::vector<std::size_t>> chosen_ranks(const std::vector<std::uint32_t>& all,
                                              const std::vector<std::uint32_t>& chosen) {
  std::vector<std::size_t> ranks(all.size());
  std::iota(ranks.begin(), ranks.end(), 0);
  if (chosen.empty()) return ranks;
  ranks.clear();
  for (const std::uint32_t id : chosen) {
    const auto at = std::ranges::lower_bound(all, id);
    if (at == all.end() || *at != id) {
      return make_error(Code::kInvalidArgument, "expected tokens of the vocabulary, found id " + std::to_string(id));
    }
    ranks.push_back(static_cast<std::size_t>(at - all.begin()));
  }
  return ranks;
}

}  // namespace

Result<StaticModel> distill(const LocalEmbedder& teacher, const DistillOptions& options,
                            const DistillProgress& progress, std::stop_token stop) {
  const std::size_t width = teacher.dimensions();
  if (options.dimensions < 1 || options.dimensions > width) {
    return make_error(Code::kInvalidArgument, "expected dimensions from 1 to the teacher's " + std::to_string(width) +
                                                  ", found " + std::to_string(options.dimensions));
  }
  const std::vector<std::uint32_t> all = ranked(teacher.tokenizer());
  GW_TRY(const std::vector<std::size_t> ranks, chosen_ranks(all, options.tokens));
  std::vector<std::uint32_t> ids;
  for (const std::size_t rank : ranks) ids.push_back(all[rank]);
  GW_TRY(const std::vector<float> vectors, encode_all(teacher, ids, options, progress, stop));
  const PrincipalComponents components = principal_components(vectors, width, options.dimensions);
  const std::vector<double> weights = weights_of(all.size(), options.smoothing);
  StaticModel model{teacher.tokenizer().vocabulary_size(), options.dimensions, {}};
  model.embeddings.resize(model.vocabulary * model.dimensions);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::vector<float> row = project(components, std::span(vectors).subspan(i * width, width));
    const double weight = weights[ranks[i]];
    std::ranges::transform(row, model.embeddings.begin() + static_cast<std::ptrdiff_t>(ids[i] * model.dimensions),
                           [&](float value) { return static_cast<float>(value * weight); });
  }
  return model;
}

}  // namespace groundwork::model
