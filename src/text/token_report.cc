#include "text/token_report.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "text/unicode.h"

namespace groundwork::text {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

std::size_t spent(const BrokenWord& word) { return (word.pieces.size() - 1) * word.times; }

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double TokenReport::tokens_per_word() const { return ratio(tokens, words); }
double TokenReport::characters_per_token() const { return ratio(characters, tokens); }

TokenReport report_tokens(const Tokenizer& tokenizer, std::string_view text, std::span<const Token> tokens,
                          std::size_t most_broken) {
  TokenReport report;
  report.bytes = text.size();
  report.characters = static_cast<std::size_t>(std::ranges::count_if(text, starts_character));
  report.tokens = tokens.size();
  const std::optional<std::uint32_t> unknown = tokenizer.traits().unknown;
  report.unknown = static_cast<std::size_t>(
      std::ranges::count_if(tokens, [&](const Token& token) { return unknown && token.id == *unknown; }));
  std::map<std::string_view, BrokenWord> broken;
  std::size_t next = 0;  // the first token that may reach into the word
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && is_space(text[at])) ++at;
    const std::size_t begin = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    if (at == begin) break;
    ++report.words;
    while (next < tokens.size() && tokens[next].source.end <= begin) ++next;
    std::size_t last = next;
    while (last < tokens.size() && tokens[last].source.begin < at) ++last;
    if (last - next > 1) {
      const std::string_view word = text.substr(begin, at - begin);
      BrokenWord& one = broken[word];
      if (++one.times == 1) {
        one.word = word;
        for (std::size_t i = next; i < last; ++i) one.pieces.push_back(tokenizer.piece(tokens[i].id));
      }
    }
    next = last;
  }
  for (auto& [word, one] : broken) report.broken.push_back(std::move(one));
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
