#include "model/fake_decoder.h"

#include <gtest/gtest.h>

#include <utility>

namespace groundwork::model {

base::Status FakeDecoder::decode(std::span<const BatchToken> batch) {
  const std::lock_guard lock(mutex_);
  if (broken_.code != base::Code::kUnset) return std::exchange(broken_, {});
  EXPECT_LE(batch.size(), static_cast<std::size_t>(limits_.batch));
  if (cells_.size() + batch.size() > static_cast<std::size_t>(limits_.cells)) {
    return base::make_error(base::Code::kResourceExhausted, "memory is full");
  }
  scores_.assign(batch.size(), {});
  std::map<std::int32_t, int>& counts = batches_.emplace_back();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const BatchToken& one = batch[i];
    EXPECT_TRUE(one.sequence >= 0 && one.sequence < limits_.sequences) << one.sequence;
    std::vector<int>& sequence = sequences_[one.sequence];
    EXPECT_EQ(static_cast<std::size_t>(one.position), sequence.size());
    sequence.push_back(next_cell_);
    cells_[next_cell_] = one.token;
    users_[next_cell_++] = 1;
    ++counts[one.sequence];
    if (!one.scored) continue;
    std::vector<Token> tokens;
    for (const int cell : sequence) tokens.push_back(cells_.at(cell));
    scores_[i].assign(256, 0.0F);
    scores_[i][static_cast<std::size_t>(next_(tokens))] = 1.0F;
  }
  return {};
}

std::span<float> FakeDecoder::scores(std::size_t index) {
  const std::lock_guard lock(mutex_);
  EXPECT_FALSE(scores_.at(index).empty()) << "the scores of token " << index << " were not wanted";
  return scores_.at(index);
}

void FakeDecoder::share(std::int32_t from, std::int32_t to, std::int32_t tokens) {
  const std::lock_guard lock(mutex_);
  const std::vector<int>& source = sequences_.at(from);
  EXPECT_LE(static_cast<std::size_t>(tokens), source.size());
  EXPECT_TRUE(sequences_[to].empty());
  sequences_[to].assign(source.begin(), source.begin() + tokens);
  for (const int cell : sequences_[to]) ++users_[cell];
}

void FakeDecoder::forget(std::int32_t sequence) {
  const std::lock_guard lock(mutex_);
  for (const int cell : sequences_[sequence]) {
    if (--users_[cell] == 0) cells_.erase(cell);
  }
  sequences_.erase(sequence);
}

std::vector<std::map<std::int32_t, int>> FakeDecoder::batches() const {
  const std::lock_guard lock(mutex_);
  return batches_;
}

int FakeDecoder::computed() const {
  int sum = 0;
  for (const auto& batch : batches()) {
    for (const auto& [sequence, tokens] : batch) sum += tokens;
  }
  return sum;
}

int FakeDecoder::cells() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(cells_.size());
}

void FakeDecoder::break_next(base::Error error) {
  const std::lock_guard lock(mutex_);
  broken_ = std::move(error);
}

}  // namespace groundwork::model
