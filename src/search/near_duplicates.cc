#include "search/near_duplicates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/random.h"
#include "text/unicode.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;

namespace {

constexpr std::size_t kShingleWords = 3;
constexpr std::size_t kHashes = 128;
constexpr std::size_t kMostBands = 64;  ///< 16 bytes of memory for each, a document

std::uint64_t mixed(std::uint64_t value) { return base::Random(value).next(); }

/// Scripts without blanks between words: Thai to Khmer, kana, Han.
bool stands_alone(char32_t code) {
  return (code >= 0x0E00 && code < 0x1000) || (code >= 0x1780 && code < 0x1800) || (code >= 0x3040 && code < 0x3100) ||
         (code >= 0x3400 && code < 0xA000) || (code >= 0x20000 && code < 0x32000);
}

/// A hash for each word.
std::vector<std::uint64_t> words_of(std::string_view text) {
  constexpr std::uint64_t kStart = 0xcbf29ce484222325ULL;
  std::vector<std::uint64_t> words;
  std::uint64_t word = kStart;
  const auto end_word = [&] {
    if (word != kStart) words.push_back(mixed(word));
    word = kStart;
  };
  for (std::size_t at = 0; at < text.size();) {
    const text::Character one = text::character_at(text, at);
    at += one.length;
    if (stands_alone(one.code)) end_word();
    if (text::is_letter(one.code) || text::is_digit(one.code) || text::is_nonspacing_mark(one.code)) {
      word = (word ^ text::to_lower(one.code)) * 0x100000001b3ULL;
    } else {
      end_word();
    }
    if (stands_alone(one.code)) end_word();
  }
  end_word();
  return words;
}

/// How the 128 hashes become bands: a pair is looked at when all rows of one band agree.
struct Banding {
  std::size_t rows = 1;
  std::size_t bands = kMostBands;
};

/// The longest bands that miss fewer than one in a thousand pairs at the threshold.
Banding banding_of(double threshold) {
  Banding best;
  for (std::size_t rows = 2; rows <= 16; ++rows) {
    const std::size_t bands = std::min(kHashes / rows, kMostBands);
    const double missed = std::pow(1 - std::pow(threshold, static_cast<double>(rows)), static_cast<double>(bands));
    if (missed < 1e-3) best = {rows, bands};
  }
  return best;
}

class MinHash {
 public:
  MinHash(const Banding& banding, std::uint64_t seed) : banding_(banding) {
    base::Random random(seed);
    for (std::size_t i = 0; i < banding.rows * banding.bands; ++i)
      functions_.push_back({random.next() | 1, random.next()});
  }

  /// One key a band; the same keys for the same band of two documents mean that all its rows agree.
  std::vector<std::uint64_t> band_keys(const std::vector<std::uint64_t>& shingles) const {
    std::vector<std::uint64_t> keys;
    for (std::size_t band = 0; band < banding_.bands; ++band) {
      std::uint64_t key = band;
      for (std::size_t row = 0; row < banding_.rows; ++row) {
        const auto& [factor, offset] = functions_[band * banding_.rows + row];
        std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
        for (const std::uint64_t shingle : shingles) least = std::min(least, shingle * factor + offset);
        key = mixed(key ^ least);
      }
      keys.push_back(key);
    }
    return keys;
  }

 private:
  Banding banding_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> functions_;
};

/// Kept documents by their bands. The documents of a bucket are a chain through `before_`.
class Buckets {
 public:
  Buckets(std::size_t bands, std::size_t most) : bands_(bands), most_(most) {}

  /// Kept documents that share a band, most shared bands first, at most `most`.
  std::vector<std::size_t> like(const std::vector<std::uint64_t>& keys) const {
    std::unordered_map<std::uint32_t, std::size_t> shared;
    for (std::size_t band = 0; band < bands_; ++band) {
      const auto found = last_.find(keys[band]);
      if (found == last_.end()) continue;
      std::size_t walked = 0;
      for (std::uint32_t at = found->second; at != kNone && walked < most_;
           at = before_[at * bands_ + band], ++walked) {
        ++shared[at];
      }
    }
    std::vector<std::pair<std::size_t, std::uint32_t>> order;
    for (const auto& [kept, count] : shared) order.emplace_back(count, kept);
    std::ranges::sort(order, [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    if (order.size() > most_) order.resize(most_);
    std::vector<std::size_t> documents;
    for (const auto& [count, kept] : order) documents.push_back(documents_[kept]);
    return documents;
  }

  void keep(std::size_t document, const std::vector<std::uint64_t>& keys) {
    const auto kept = static_cast<std::uint32_t>(documents_.size());
    documents_.push_back(document);
    for (std::size_t band = 0; band < bands_; ++band) {
      const auto [bucket, first] = last_.try_emplace(keys[band], kNone);
      before_.push_back(bucket->second);
      bucket->second = kept;
    }
  }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::size_t bands_;
  std::size_t most_;
  std::vector<std::size_t> documents_;
  std::vector<std::uint32_t> before_;                      ///< [kept][band]: the kept one before in its bucket
  std::unordered_map<std::uint64_t, std::uint32_t> last_;  ///< of each bucket; the keys differ between bands
};

}  // namespace

std::vector<std::uint64_t> shingles_of(std::string_view text) {
  const std::vector<std::uint64_t> words = words_of(text);
  std::vector<std::uint64_t> shingles;
  if (words.empty()) return shingles;
  const std::size_t length = std::min(kShingleWords, words.size());
  for (std::size_t i = 0; i + length <= words.size(); ++i) {
    std::uint64_t hash = length;
    for (std::size_t j = i; j < i + length; ++j) hash = mixed(hash ^ words[j]);
    shingles.push_back(hash);
  }
  std::ranges::sort(shingles);
  shingles.erase(std::unique(shingles.begin(), shingles.end()), shingles.end());
  return shingles;
}

double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  std::size_t shared = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) {
      ++shared, ++i, ++j;
    } else if (a[i] < b[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  const std::size_t all = a.size() + b.size() - shared;
  return all == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(all);
}

Result<std::vector<Duplicate>> near_duplicates(std::size_t documents, const TextOf& text,
                                               const DuplicateOptions& options, const DuplicateProgress& progress,
                                               std::stop_token stop) {
  if (!(options.threshold >= 0.5 && options.threshold <= 1)) {
    return make_error(Code::kInvalidArgument,
                      "expected a threshold from 0.5 to 1, found " + std::to_string(options.threshold));
  }
  const Banding banding = banding_of(options.threshold);
  const MinHash hash(banding, options.seed);
  Buckets buckets(banding.bands, options.tried);
  std::vector<Duplicate> found;
  for (std::size_t document = 0; document < documents; ++document) {
    if (stop.stop_requested()) return make_error(Code::kCancelled, "looking for duplicates was cancelled");
    GW_TRY(const std::string own, text(document));
    const std::vector<std::uint64_t> shingles = shingles_of(own);
    if (progress) progress(document + 1, documents);
    if (shingles.empty()) continue;
    const std::vector<std::uint64_t> keys = hash.band_keys(shingles);
    Duplicate best{document, 0, 0};
    for (const std::size_t kept : buckets.like(keys)) {
      GW_TRY(const std::string other, text(kept));
      const double similarity = jaccard(shingles, shingles_of(other));
      if (similarity > best.similarity) best = {document, kept, similarity};
      if (similarity >= options.threshold) break;
    }
    if (best.similarity >= options.threshold) {
      found.push_back(best);
    } else {
      buckets.keep(document, keys);
    }
  }
  return found;
}

}  // namespace groundwork::search
