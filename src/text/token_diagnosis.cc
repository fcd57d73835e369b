#include "text/token_diagnosis.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "base/utf8.h"
#include "text/unicode.h"

namespace groundwork::text {
namespace {

using Kind = TokenFinding::Kind;

constexpr double kDenseFrom = 2.0;       // tokens a word
constexpr std::size_t kDenseWords = 10;  // below, one odd word decides
constexpr std::size_t kQuoted = 3;       // examples in a message
constexpr std::size_t kQuoteBytes = 40;

std::string_view at(std::string_view text, Span span) { return text.substr(span.begin, span.size()); }

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Places of one kind, until the sentence about them is written.
struct Found {
  std::vector<Span> places;

  void add(Span place) { places.push_back(place); }

  /// “a”, “b” and 3 more; each once, in the order of the text.
  std::string quoted(std::string_view text) const {
    std::vector<std::string> seen;
    for (const Span place : places) {
      std::string one = base::clip(at(text, place), kQuoteBytes);
      if (one.size() < place.size()) one += "…";
      std::ranges::replace(one, '\n', ' ');
      if (std::ranges::find(seen, one) == seen.end()) seen.push_back(std::move(one));
    }
    std::string out;
    for (std::size_t i = 0; i < std::min(seen.size(), kQuoted); ++i) out += (i == 0 ? "“" : ", “") + seen[i] + "”";
    if (seen.size() > kQuoted) out += " and " + std::to_string(seen.size() - kQuoted) + " more";
    return out;
  }

  std::optional<TokenFinding> finding(Kind kind, std::string message) const {
    if (places.empty()) return std::nullopt;
    TokenFinding out{kind, std::move(message), places.size(), places};
    if (out.places.size() > TokenFinding::kMostPlaces) out.places.resize(TokenFinding::kMostPlaces);
    return out;
  }
};

/// A word of the tokeniser: a first piece and those that continue it.
struct PieceWord {
  Span source;
  std::size_t pieces = 0;
};

std::vector<PieceWord> piece_words(const Tokenizer& tokenizer, const std::vector<Token>& tokens,
                                   std::string_view text) {
  std::vector<PieceWord> words;
  for (const Token& token : tokens) {
    if (!words.empty() && tokenizer.continues(text, token)) {
      words.back().source.end = token.source.end;
      ++words.back().pieces;
    } else {
      Span source = token.source;  // some tokenisers put the blank before a word into its first token
      while (source.begin < source.end && text[source.begin] == ' ') ++source.begin;
      words.push_back({source, 1});
    }
  }
  return words;
}

/// The stretches that more than one token reaches into. @param words  in order
std::vector<Span> cut_words(const std::vector<Span>& words, const std::vector<Token>& tokens) {
  std::vector<Span> cut;
  std::size_t next = 0;
  for (const Span word : words) {
    while (next < tokens.size() && tokens[next].source.end <= word.begin) ++next;
    if (next + 1 < tokens.size() && tokens[next + 1].source.begin < word.end) cut.push_back(word);
  }
  return cut;
}

/// Runs of letters, digits, '_' and whatever is not ASCII.
std::vector<Span> plain_words(std::string_view text) {
  const auto inside = [](char c) {
    return is_ascii_alphanumeric(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
  };
  std::vector<Span> words;
  for (std::size_t i = 0; i < text.size();) {
    while (i < text.size() && !inside(text[i])) ++i;
    const std::size_t begin = i;
    while (i < text.size() && inside(text[i])) ++i;
    if (i > begin) words.push_back({begin, i});
  }
  return words;
}

bool is_identifier(std::string_view word) {
  if (!is_ascii(word)) return false;
  bool inner_case = false;
  bool inner_line = false;
  for (std::size_t i = 1; i < word.size(); ++i) {
    inner_case |= word[i] >= 'A' && word[i] <= 'Z' && word[i - 1] >= 'a' && word[i - 1] <= 'z';
    inner_line |= word[i] == '_' && i + 1 < word.size();
  }
  return (is_ascii_letter(word[0]) || word[0] == '_') && (inner_case || inner_line);
}

bool is_acronym(std::string_view word) {
  return word.size() >= 2 && std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// ---- What there is to find ---------------------------------------------------------------------------------------

std::optional<TokenFinding> find_cut(const TokenDiagnosis& so_far, std::string_view text) {
  if (so_far.kept == so_far.tokens.size()) return std::nullopt;
  Found found;
  found.add({so_far.tokens[so_far.kept].source.begin, text.size()});
  return found.finding(Kind::kCut, "The model reads the first " + std::to_string(so_far.kept) + " of " +
                                       std::to_string(so_far.tokens.size()) + " tokens; nothing from " +
                                       found.quoted(text) + " on reaches it");
}

struct Losses {
  Found unknown, long_words, accents;
};

Losses find_losses(const Tokenizer& tokenizer, const std::vector<Token>& tokens, std::string_view text) {
  const TokenizerTraits& traits = tokenizer.traits();
  Losses out;
  for (const Token& token : tokens) {
    const std::string_view source = at(text, token.source);
    if (traits.unknown && token.id == *traits.unknown) {
      const auto characters = static_cast<std::size_t>(std::ranges::count_if(source, starts_character));
      (characters > traits.longest_word ? out.long_words : out.unknown).add(token.source);
    } else if (traits.folds && !is_ascii(source) && is_ascii(tokenizer.piece(token.id))) {
      out.accents.add(token.source);
    }
  }
  return out;
}

/// Bytes between tokens that are no white space. Combining marks that an accent left behind count with their letter.
Found find_invisible(const std::vector<Token>& tokens, std::string_view text) {
  Found found;
  std::size_t next = 0;
  for (std::size_t i = 0; i < text.size();) {
    while (next < tokens.size() && tokens[next].source.end <= i) ++next;
    if (next < tokens.size() && tokens[next].source.begin <= i) {
      i = tokens[next].source.end;
      continue;
    }
    const Character c = character_at(text, i);
    if (!is_space(c.code) && !is_nonspacing_mark(c.code)) found.add({i, i + c.length});
    i += c.length;
  }
  return found;
}

/// "U+200B, U+FFFD": what can't be quoted because nobody would see it.
std::string code_points(const Found& found, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::vector<std::string> seen;
  for (const Span place : found.places) {
    std::string hex;
    for (char32_t code = character_at(text, place.begin).code; code != 0 || hex.size() < 4; code >>= 4U) {
      hex.insert(hex.begin(), kHex[code & 0xFU]);
    }
    if (std::ranges::find(seen, hex) == seen.end()) seen.push_back(std::move(hex));
  }
  std::string out;
  for (std::size_t i = 0; i < std::min(seen.size(), kQuoted); ++i) out += (i == 0 ? "U+" : ", U+") + seen[i];
  return out + (seen.size() > kQuoted ? " and others" : "");
}

Found find_reserved(const std::vector<std::string>& reserved, std::string_view text) {
  Found found;
  for (const std::string& one : reserved) {
    for (std::size_t i = text.find(one); i != std::string_view::npos; i = text.find(one, i + one.size())) {
      found.add({i, i + one.size()});
    }
  }
  std::ranges::sort(found.places, {}, &Span::begin);
  return found;
}

std::string two_decimals(double number) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%.2f", number);
  return out.data();
}

std::optional<TokenFinding> find_dense(const TokenReport& report) {
  if (report.words < kDenseWords || report.tokens_per_word() <= kDenseFrom) return std::nullopt;
  return TokenFinding{Kind::kDense,
                      "A word takes " + two_decimals(report.tokens_per_word()) +
                          " tokens here: a budget that counts words is too small by that factor",
                      1,
                      {}};
}

void find_all(const Tokenizer& tokenizer, std::string_view text, TokenDiagnosis& out) {
  const auto keep = [&out](std::optional<TokenFinding> one) {
    if (one) out.findings.push_back(*std::move(one));
  };
  const TokenizerTraits& traits = tokenizer.traits();
  keep(find_cut(out, text));
  const auto losses = find_losses(tokenizer, out.tokens, text);
  keep(losses.unknown.finding(
      Kind::kUnknown, "Not in the vocabulary, so all of these are the same [UNK]: " + losses.unknown.quoted(text)));
  keep(losses.long_words.finding(Kind::kLongWord,
                                 "Words of more than " + std::to_string(traits.longest_word) +
                                     " characters become one [UNK]: " + losses.long_words.quoted(text)));
  const Found invisible = find_invisible(out.tokens, text);
  keep(invisible.finding(Kind::kInvisible, "In no token, though in the text: " + code_points(invisible, text)));
  Found acronyms, identifiers, numbers;
  const std::vector<PieceWord> words = piece_words(tokenizer, out.tokens, text);
  for (const PieceWord& word : words) {
    if (word.pieces > 1 && std::ranges::all_of(at(text, word.source), is_ascii_digit)) numbers.add(word.source);
    if (traits.folds && is_acronym(at(text, word.source))) acronyms.add(word.source);
  }
  for (const Span word : cut_words(plain_words(text), out.tokens)) {
    if (is_identifier(at(text, word))) identifiers.add(word);
  }
  keep(acronyms.finding(Kind::kUpperCase, "Upper case is folded, so that these are the words of the same letters: " +
                                              acronyms.quoted(text)));
  keep(losses.accents.finding(Kind::kAccents, "Accents are left out: " + losses.accents.quoted(text)));
  keep(numbers.finding(Kind::kNumber,
                       "Numbers cut into pieces, whose value the model has to guess: " + numbers.quoted(text)));
  keep(identifiers.finding(Kind::kIdentifier, "Names of code cut into pieces: " + identifiers.quoted(text)));
  const Found reserved = find_reserved(traits.reserved, text);
  keep(reserved.finding(Kind::kReserved,
                        "Text here, and never the special token of that name: " + reserved.quoted(text)));
  keep(find_dense(out.report));
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kCut:
      return "cut";
    case Kind::kUnknown:
      return "unknown";
    case Kind::kLongWord:
      return "long_word";
    case Kind::kInvisible:
      return "invisible";
    case Kind::kUpperCase:
      return "upper_case";
    case Kind::kAccents:
      return "accents";
    case Kind::kNumber:
      return "number";
    case Kind::kIdentifier:
      return "identifier";
    case Kind::kReserved:
      return "reserved";
    case Kind::kDense:
      return "dense";
  }
  return "";
}

bool loses(Kind kind) { return kind <= Kind::kAccents; }

TokenDiagnosis diagnose_tokens(const Tokenizer& tokenizer, std::string_view text, std::size_t limit) {
  TokenDiagnosis out;
  out.tokens = tokenizer.tokenize(text);
  out.report = report_tokens(tokenizer, text, out.tokens);
  out.special = tokenizer.traits().special;
  out.limit = std::max(limit == 0 ? tokenizer.traits().reads : limit, out.special);
  out.kept = std::min(out.tokens.size(), out.limit - out.special);
  out.cut_at = out.kept == out.tokens.size() ? text.size() : out.tokens[out.kept].source.begin;
  find_all(tokenizer, text, out);
  return out;
}

base::json::object to_json(const TokenDiagnosis& diagnosis) {
  base::json::array findings;
  for (const TokenFinding& one : diagnosis.findings) {
    base::json::array places;
    for (const Span place : one.places)
      places.push_back(base::json::object{{"begin", place.begin}, {"end", place.end}});
    findings.push_back(base::json::object{{"kind", to_string(one.kind)},
                                          {"loses", loses(one.kind)},
                                          {"message", one.message},
                                          {"times", one.times},
                                          {"places", std::move(places)}});
  }
  base::json::object out = to_json(diagnosis.report).as_object();
  out["limit"] = diagnosis.limit;
  out["special"] = diagnosis.special;
  out["kept"] = diagnosis.kept;
  out["cut_at"] = diagnosis.cut_at;
  out["findings"] = std::move(findings);
  return out;
}

}  // namespace groundwork::text
