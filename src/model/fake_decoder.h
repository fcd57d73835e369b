#pragma once

// For tests: a decoder whose next token a test chooses, and whose memory is exact.

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "model/decoder.h"

namespace groundwork::model {

/// Tokens are bytes; 0 ends an answer. Counts cells as a real decoder does: what sequences share once.
class FakeDecoder final : public Decoder {
 public:
  static constexpr Token kEnd = 0;
  /// @return the token behind these
  using Next = std::function<Token(const std::vector<Token>& sequence)>;

  explicit FakeDecoder(
      Limits limits, Next next = [](const auto&) { return Token{'a'}; })
      : limits_(limits), next_(std::move(next)) {}

  Limits limits() const override { return limits_; }
  std::string bytes_of(Token token) const override { return {static_cast<char>(token)}; }
  bool ends(Token token) const override { return token == kEnd; }
  base::Status decode(std::span<const BatchToken> batch) override;
  std::span<float> scores(std::size_t index) override;
  void share(std::int32_t from, std::int32_t to, std::int32_t tokens) override;
  void forget(std::int32_t sequence) override;

  /// The batches so far: for each sequence in it, how many tokens.
  std::vector<std::map<std::int32_t, int>> batches() const;
  int computed() const;  ///< tokens, in all batches
  int cells() const;     ///< in use
  /// The next call of decode() fails so.
  void break_next(base::Error error);

 private:
  mutable std::mutex mutex_;  // tests look while a worker computes
  const Limits limits_;
  Next next_;
  std::map<std::int32_t, std::vector<int>> sequences_;  // cells, by position
  std::map<int, Token> cells_;
  std::map<int, int> users_;  // of a cell
  int next_cell_ = 0;
  std::vector<std::vector<float>> scores_;
  std::vector<std::map<std::int32_t, int>> batches_;
  base::Error broken_;
};

}  // namespace groundwork::model
