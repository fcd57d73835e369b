#include "tutor/support.h"

#include <algorithm>
#include <set>

#include "search/analyzer.h"
#include "text/unicode.h"

namespace groundwork::tutor {
namespace {

bool has_digit(std::string_view word) { return std::ranges::any_of(word, text::is_ascii_digit); }

/// A capital inside of a sentence, or an identifier.
bool is_name(std::string_view sentence, const search::Token& token) {
  if (token.identifier) return true;
  const char first = sentence[token.source.begin];
  return token.source.begin > 0 && first >= 'A' && first <= 'Z';
}

}  // namespace

Support check_support(std::string_view sentence, std::string_view evidence, double similarity) {
  Support support;
  support.similarity = similarity;
  if (!sentence.empty() && evidence.find(sentence) != std::string_view::npos) {  // word for word
    support.verdict = Verdict::kSupported;
    support.words = 1;
    return support;
  }
  std::set<std::string> known;
  for (const search::Token& token : search::analyzer_of_this_thread().analyze(evidence)) known.insert(token.term);
  std::set<std::string> all;
  std::size_t found = 0;
  for (const search::Token& token : search::analyzer_of_this_thread().analyze(sentence)) {
    if (!all.insert(token.term).second) continue;
    const bool there = known.contains(token.term);
    found += there ? 1 : 0;
    const std::string_view word = sentence.substr(token.source.begin, token.source.size());
    if (!there && (has_digit(word) || is_name(sentence, token))) support.missing.emplace_back(word);
  }
  support.words = all.empty() ? 0 : static_cast<double>(found) / static_cast<double>(all.size());
  if (support.missing.empty() && support.words >= 0.6 && similarity >= 0.6) {
    support.verdict = Verdict::kSupported;
  } else if (support.words >= 0.3 && similarity >= 0.4) {
    support.verdict = Verdict::kPartly;
  }
  return support;
}

}  // namespace groundwork::tutor
