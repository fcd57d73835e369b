#include "score/rouge.h"

#include <algorithm>
#include <map>

#include "text/unicode.h"

namespace groundwork::score {
namespace {

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::size_t longest_common_subsequence(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::size_t> row(b.size() + 1, 0);
  for (const std::string& word : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = word == b[j - 1] ? diagonal + 1 : std::max(above, row[j - 1]);
      diagonal = above;
    }
  }
  return row.back();
}

using Grams = std::map<std::vector<std::string>, std::size_t>;

Grams grams_of(const std::vector<std::string>& tokens, std::size_t n) {
  Grams grams;
  for (std::size_t i = 0; i + n <= tokens.size(); ++i) {
    ++grams[{tokens.begin() + static_cast<std::ptrdiff_t>(i), tokens.begin() + static_cast<std::ptrdiff_t>(i + n)}];
  }
  return grams;
}

std::size_t total(const Grams& grams) {
  std::size_t sum = 0;
  for (const auto& [gram, count] : grams) sum += count;
  return sum;
}

template <typename Compare>
Overlap best_of(std::span<const std::string> references, const Compare& compare) {
  Overlap best;
  for (const std::string& reference : references) {
    const Overlap one = compare(reference);
    if (one.f > best.f) best = one;
  }
  return best;
}

}  // namespace

std::vector<std::string> rouge_tokens(std::string_view text, Stemming stemming) {
  std::vector<std::string> tokens;
  std::string word;
  const auto close = [&] {
    if (word.empty()) return;
    tokens.push_back(stemming == Stemming::kPorter && word.size() > 3 ? porter_stem(word) : word);
    word.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    const text::Character one = text::character_at(text, i);
    i += one.length;
    if (one.code < 0x80 && text::is_ascii_alphanumeric(static_cast<char>(one.code))) {
      word += text::ascii_lower(static_cast<char>(one.code));
    } else if (one.code == U'\u212A') {  // the Kelvin sign, and the dotted I below: lower case makes them ASCII
      word += 'k';
    } else if (one.code == U'\u0130') {
      word += 'i';
      close();  // its dot separates
    } else {
      close();
    }
  }
  close();
  return tokens;
}

Overlap rouge_l(std::string_view prediction, std::span<const std::string> references, Stemming stemming) {
  const std::vector<std::string> given = rouge_tokens(prediction, stemming);
  return best_of(references, [&](const std::string& reference) {
    const std::vector<std::string> wanted = rouge_tokens(reference, stemming);
    const std::size_t common = longest_common_subsequence(wanted, given);
    return overlap_of(share(common, given.size()), share(common, wanted.size()));
  });
}

Overlap rouge_n(std::string_view prediction, std::span<const std::string> references, std::size_t n,
                Stemming stemming) {
  const Grams given = grams_of(rouge_tokens(prediction, stemming), n);
  return best_of(references, [&](const std::string& reference) {
    const Grams wanted = grams_of(rouge_tokens(reference, stemming), n);
    std::size_t common = 0;
    for (const auto& [gram, count] : wanted) {
      const auto found = given.find(gram);
      if (found != given.end()) common += std::min(count, found->second);
    }
    return overlap_of(share(common, total(given)), share(common, total(wanted)));
  });
}

}  // namespace groundwork::score
