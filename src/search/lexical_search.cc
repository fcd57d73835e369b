#include "search/lexical_search.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace groundwork::search {
namespace {

constexpr Row kNoRow = std::numeric_limits<Row>::max();

/// tf / (tf + norm(length)), with norm as one multiplication and one addition.
struct Saturation {
  explicit Saturation(const Bm25& bm25)
      : constant(bm25.k1 * (1 - bm25.b)), factor(bm25.k1 * bm25.b / std::max(bm25.average_length, 1e-9)) {}
  double operator()(std::uint32_t frequency, std::uint32_t length) const {
    const double tf = frequency;
    return tf / (tf + constant + factor * length);
  }
  double constant;
  double factor;
};

/// A walk over the postings of one term, with an upper bound of the scores in each block.
class Cursor {
 public:
  Cursor(const LexicalIndex& index, TermId id, double weight, const Saturation& saturation)
      : index_(&index), id_(id), weight_(weight), blocks_(index.blocks(id)) {
    bounds_.reserve(blocks_.size());
    for (const BlockEntry& block : blocks_) {
      double best = 0;
      for (const Impact& impact : index.impacts(block))
        best = std::max(best, saturation(impact.frequency, impact.length));
      // Scores are summed in any order: a little more than the bound stays one.
      bounds_.push_back(best * weight * (1 + 1e-9));
    }
    bound_ = bounds_.empty() ? 0 : *std::ranges::max_element(bounds_);
  }

  double weight() const { return weight_; }
  double bound() const { return bound_; }

  /// The row of the posting the cursor is at; kNoRow behind the last.
  Row row() {
    load();
    return block_ < blocks_.size() ? data_.rows[at_] : kNoRow;
  }
  std::uint32_t frequency() const { return data_.frequencies[at_]; }

  /// To the first posting that is not before `target`.
  void seek(Row target) {
    if (block_ < blocks_.size() && blocks_[block_].last_row < target) {
      do {
        ++block_;
      } while (block_ < blocks_.size() && blocks_[block_].last_row < target);
      loaded_ = false;
    }
    load();
    while (block_ < blocks_.size() && data_.rows[at_] < target) next();
  }

  void next() {
    if (++at_ < data_.count) return;
    ++block_;
    loaded_ = false;
    load();
  }

  /// The highest bound of the blocks that reach into [begin, end). Leaves the blocks before it.
  double bound_in(Row begin, Row end) {
    while (block_ < blocks_.size() && blocks_[block_].last_row < begin) {
      ++block_;
      loaded_ = false;
    }
    double best = 0;
    for (std::size_t i = block_; i < blocks_.size(); ++i) {
      best = std::max(best, bounds_[i]);
      if (blocks_[i].last_row >= end - 1) break;
    }
    return best;
  }

  /// Calls f(row, frequency) for each posting below `end` and moves behind them.
  template <typename F>
  void take_below(Row end, F&& f) {
    for (load(); block_ < blocks_.size(); load()) {
      for (; at_ < data_.count; ++at_) {
        if (data_.rows[at_] >= end) return;
        f(data_.rows[at_], data_.frequencies[at_]);
      }
      ++block_;
      loaded_ = false;
    }
  }

 private:
  /// Decodes the block, and those behind it as long as they are empty, which only damaged ones are.
  void load() {
    while (!loaded_ && block_ < blocks_.size()) {
      index_->decode(id_, block_, data_);
      at_ = 0;
      loaded_ = data_.count > 0;
      if (!loaded_) ++block_;
    }
  }

  const LexicalIndex* index_;
  TermId id_;
  double weight_;
  std::span<const BlockEntry> blocks_;
  std::vector<double> bounds_;
  double bound_ = 0;
  std::size_t block_ = 0;
  std::size_t at_ = 0;
  bool loaded_ = false;
  PostingBlock data_;
};

/// The k best so far.
class Best {
 public:
  explicit Best(std::size_t k) : k_(k) {}

  /// What a later row must exceed.
  double threshold() const { return heap_.size() < k_ ? 0 : heap_.front().score; }

  void offer(Row row, double score) {
    const Entry entry{score, row};
    if (heap_.size() < k_) {
      heap_.push_back(entry);
      std::ranges::push_heap(heap_, before);
    } else if (before(entry, heap_.front())) {
      std::ranges::pop_heap(heap_, before);
      heap_.back() = entry;
      std::ranges::push_heap(heap_, before);
    }
  }

  std::vector<Hit> take() {
    std::ranges::sort(heap_, before);
    std::vector<Hit> hits;
    for (const Entry& entry : heap_) hits.push_back({entry.row, static_cast<float>(entry.score)});
    std::ranges::stable_sort(hits, ranks_before);
    return hits;
  }

 private:
  struct Entry {
    double score;
    Row row;
  };
  static bool before(const Entry& a, const Entry& b) { return a.score != b.score ? a.score > b.score : a.row < b.row; }

  std::size_t k_;
  std::vector<Entry> heap_;
};

/// Disjunction in windows of rows. In each window the terms whose bounds together can't lift a row over the threshold
/// are looked up only for rows that the other terms found.
/// @source Turtle and Flood 1995, "Query evaluation: strategies and optimizations" (MaxScore); the windows as in
/// Lucene's MaxScoreBulkScorer
class WindowedMaxScore {
 public:
  WindowedMaxScore(const LexicalIndex& index, std::span<const WeightedTerm> terms, const Bm25& bm25, std::size_t k,
                   const Bitmap* allowed)
      : saturation_(bm25), lengths_(index.lengths()), allowed_(allowed), best_(k) {
    for (const WeightedTerm& term : terms) {
      if (const auto id = index.find(term.term)) cursors_.emplace_back(index, *id, term.weight, saturation_);
    }
    order_.resize(cursors_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    window_bounds_.resize(cursors_.size());
    sums_.resize(cursors_.size());
  }

  std::vector<Hit> run() {
    for (Row begin = next_window(); begin != kNoRow; begin = next_window()) {
      const auto end = static_cast<Row>(std::min<std::size_t>(std::size_t{begin} + kWindow, lengths_.size()));
      for (std::size_t i = 0; i < cursors_.size(); ++i) window_bounds_[i] = cursors_[i].bound_in(begin, end);
      const std::size_t essential = first_essential(window_bounds_);
      for (std::size_t i = essential; i < order_.size(); ++i) collect(cursors_[order_[i]], begin, end);
      offer_candidates(begin, essential);
      // The terms that led here must leave the window, whether they were essential in it or not.
      for (const std::size_t i : leading_) cursors_[i].seek(end);
    }
    return best_.take();
  }

 private:
  static constexpr Row kWindow = 2048;

  /// Orders the terms by rising bound; those before the result can't exceed the threshold together.
  std::size_t first_essential(const std::vector<double>& bounds) {
    std::ranges::sort(
        order_, [&](std::size_t a, std::size_t b) { return bounds[a] != bounds[b] ? bounds[a] < bounds[b] : a < b; });
    double sum = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      sum += bounds[order_[i]];
      sums_[i] = sum;
      if (sum <= best_.threshold()) first = i + 1;
    }
    return first;
  }

  /// The first row that a term can be the reason for, by the bounds over the whole index.
  Row next_window() {
    for (std::size_t i = 0; i < cursors_.size(); ++i) window_bounds_[i] = cursors_[i].bound();
    const std::size_t essential = first_essential(window_bounds_);
    leading_.assign(order_.begin() + static_cast<std::ptrdiff_t>(essential), order_.end());
    Row first = kNoRow;
    for (const std::size_t i : leading_) first = std::min(first, cursors_[i].row());
    return first;
  }

  void collect(Cursor& cursor, Row begin, Row end) {
    cursor.seek(begin);
    cursor.take_below(end, [&](Row row, std::uint32_t frequency) {
      const Row offset = row - begin;
      found_[offset / 64] |= std::uint64_t{1} << (offset % 64);
      scores_[offset] += cursor.weight() * saturation_(frequency, lengths_[row]);
    });
  }

  void offer_candidates(Row begin, std::size_t essential) {
    const double others = essential == 0 ? 0 : sums_[essential - 1];
    for (std::size_t word = 0; word < found_.size(); ++word) {
      for (std::uint64_t bits = std::exchange(found_[word], 0); bits != 0; bits &= bits - 1) {
        const auto offset = static_cast<Row>(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
        const double score = std::exchange(scores_[offset], 0.0);
        if (score + others <= best_.threshold()) continue;
        if (allowed_ != nullptr && !allowed_->test(begin + offset)) continue;
        complete(begin + offset, score, essential);
      }
    }
  }

  /// Adds what the other terms give, the weightiest first, as long as the row can still get among the best.
  void complete(Row row, double score, std::size_t essential) {
    for (std::size_t i = essential; i-- > 0;) {
      if (score + sums_[i] <= best_.threshold()) return;
      Cursor& cursor = cursors_[order_[i]];
      cursor.seek(row);
      if (cursor.row() == row) score += cursor.weight() * saturation_(cursor.frequency(), lengths_[row]);
    }
    best_.offer(row, score);
  }

  Saturation saturation_;
  std::span<const std::uint32_t> lengths_;
  const Bitmap* allowed_;
  Best best_;
  std::vector<Cursor> cursors_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> leading_;
  std::vector<double> window_bounds_;
  std::vector<double> sums_;  ///< of the bounds, in the order of order_
  std::array<double, kWindow> scores_{};
  std::array<std::uint64_t, kWindow / 64> found_{};
};

}  // namespace

double inverse_document_frequency(std::uint64_t documents, std::uint64_t df) {
  const auto n = static_cast<double>(std::max(documents, df));
  return std::log(1 + (n - static_cast<double>(df) + 0.5) / (static_cast<double>(df) + 0.5));
}

std::vector<Hit> best_rows(const LexicalIndex& index, std::span<const WeightedTerm> terms, const Bm25& bm25,
                           std::size_t k, const Bitmap* allowed) {
  if (k == 0) return {};
  return WindowedMaxScore(index, terms, bm25, k, allowed).run();
}

std::vector<float> term_scores(const LexicalIndex& index, std::span<const WeightedTerm> terms, const Bm25& bm25,
                               std::span<const Row> rows) {
  const Saturation saturation(bm25);
  std::vector<float> scores(rows.size() * terms.size(), 0.0F);
  for (std::size_t t = 0; t < terms.size(); ++t) {
    const auto id = index.find(terms[t].term);
    if (!id) continue;
    Cursor cursor(index, *id, terms[t].weight, saturation);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      cursor.seek(rows[r]);
      if (cursor.row() != rows[r]) continue;
      const double score = cursor.weight() * saturation(cursor.frequency(), index.lengths()[rows[r]]);
      scores[r * terms.size() + t] = static_cast<float>(score);
    }
  }
  return scores;
}

}  // namespace groundwork::search
