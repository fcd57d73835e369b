#include "text/token_report.h"

#include <algorithm>
#include <map>

namespace groundwork::text {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

/// The words between ASCII white space, each with how often it is there.
std::map<std::string_view, std::size_t> count_words(std::string_view text) {
  std::map<std::string_view, std::size_t> words;
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && is_space(text[at])) ++at;
    const std::size_t begin = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    if (at > begin) ++words[text.substr(begin, at - begin)];
  }
  return words;
}

std::size_t spent(const BrokenWord& word) { return (word.pieces.size() - 1) * word.times; }

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double TokenReport::tokens_per_word() const { return ratio(tokens, words); }
double TokenReport::characters_per_token() const { return ratio(characters, tokens); }

TokenReport report_tokens(const WordPiece& tokenizer, std::string_view text, std::size_t most_broken) {
  TokenReport report;
  report.bytes = text.size();
  report.characters = static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  std::vector<Token> tokens;
  for (const auto& [word, times] : count_words(text)) {
    tokens.clear();
    tokenizer.tokenize(word, tokens);
    report.words += times;
    report.tokens += tokens.size() * times;
    BrokenWord broken{.word = std::string(word), .pieces = {}, .times = times};
    for (const Token& token : tokens) {
      if (token.id == tokenizer.unknown_id()) report.unknown += times;
      broken.pieces.emplace_back(tokenizer.token(token.id));
    }
    if (tokens.size() > 1) report.broken.push_back(std::move(broken));
  }
  std::ranges::stable_sort(report.broken, std::ranges::greater{}, spent);
  if (report.broken.size() > most_broken) report.broken.resize(most_broken);
  return report;
}

base::json::value to_json(const TokenReport& report) {
  base::json::array broken;
  for (const BrokenWord& one : report.broken) {
    base::json::array pieces(one.pieces.begin(), one.pieces.end());
    broken.push_back(base::json::object{{"word", one.word}, {"times", one.times}, {"pieces", std::move(pieces)}});
  }
  return base::json::object{{"bytes", report.bytes},
                            {"characters", report.characters},
                            {"words", report.words},
                            {"tokens", report.tokens},
                            {"unknown", report.unknown},
                            {"tokens_per_word", report.tokens_per_word()},
                            {"characters_per_token", report.characters_per_token()},
                            {"broken", std::move(broken)}};
}

}  // namespace groundwork::text
