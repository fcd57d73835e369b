#include "search/neighbours.h"

#include <algorithm>
#include <compare>
#include <cstdint>

#include "search/analyzer.h"
#include "search/lexical_search.h"

namespace groundwork::search {
namespace {

/// Words at their places, which rise. An identifier's parts stand for it where it has some.
using Words = std::vector<std::pair<std::uint32_t, std::string>>;

Words words_of(std::string_view text) {
  Words words;
  for (Token& token : analyzer_of_this_thread().analyze(text)) {
    if (!words.empty() && words.back().first == token.position) words.pop_back();
    words.emplace_back(token.position, std::move(token.term));
  }
  return words;
}

struct Pair {
  std::string first;
  std::string second;
  std::uint32_t distance = 0;  ///< in words, stop words counted
  auto operator<=>(const Pair&) const = default;
};

/// Sorted, each once.
std::vector<Pair> pairs_of(std::string_view query) {
  const Words words = words_of(query);
  std::vector<Pair> pairs;
  for (std::size_t i = 1; i < words.size(); ++i) {
    pairs.push_back({words[i - 1].second, words[i].second, words[i].first - words[i - 1].first});
  }
  std::ranges::sort(pairs);
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

/// How often each of the sorted pairs stands in the text.
std::vector<double> counts_in(std::string_view text, std::span<const Pair> pairs) {
  const Words words = words_of(text);
  std::vector<double> counts(pairs.size());
  for (const auto& [position, word] : words) {
    auto pair = std::ranges::lower_bound(pairs, word, {}, &Pair::first);
    for (; pair != pairs.end() && pair->first == word; ++pair) {
      const std::uint32_t place = position + pair->distance;
      const auto second = std::ranges::lower_bound(words, place, {}, &Words::value_type::first);
      if (second == words.end() || second->first != place || second->second != pair->second) continue;
      counts[static_cast<std::size_t>(pair - pairs.begin())] += 1;
    }
  }
  return counts;
}

}  // namespace

std::vector<double> neighbour_scores(std::string_view query, std::span<const std::string> texts) {
  const std::vector<Pair> pairs = pairs_of(query);
  std::vector<std::vector<double>> counts;
  for (const std::string& text : texts) counts.push_back(counts_in(text, pairs));
  std::vector<double> scores(texts.size());
  for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
    const auto having = std::ranges::count_if(counts, [&](const auto& one) { return one[pair] > 0; });
    const double weight = inverse_document_frequency(texts.size(), static_cast<std::uint64_t>(having));
    for (std::size_t i = 0; i < texts.size(); ++i) scores[i] += weight * counts[i][pair] / (counts[i][pair] + 1);
  }
  return scores;
}

}  // namespace groundwork::search
