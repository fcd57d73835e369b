#include "text/token_diagnosis.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/utf8.h"
#include "text/unicode.h"

namespace groundwork::text {
namespace {

using Kind = TokenFinding::Kind;

constexpr std::size_t kSpecialTokens = 2;  // [CLS] and [SEP]
constexpr double kDenseFrom = 2.0;         // tokens a word
constexpr std::size_t kDenseWords = 10;    // below, one odd word decides
constexpr std::size_t kQuoted = 3;         // examples in a message
constexpr std::size_t kQuoteBytes = 40;

std::string_view at(std::string_view text, Span span) { return text.substr(span.begin, span.size()); }

bool continues(std::string_view token) { return token.size() > 2 && token.starts_with("##"); }

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

std::vector<PieceWord> piece_words(const WordPiece& tokenizer, const std::vector<Token>& tokens) {
  std::vector<PieceWord> words;
  for (const Token& token : tokens) {
    if (!words.empty() && continues(tokenizer.token(token.id))) {
      words.back().source.end = token.source.end;
      ++words.back().pieces;
    } else {
      words.push_back({token.source, 1});
    }
  }
  return words;
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

Losses find_losses(const WordPiece& tokenizer, const std::vector<Token>& tokens, std::string_view text) {
  Losses out;
  for (const Token& token : tokens) {
    const std::string_view source = at(text, token.source);
    if (token.id == tokenizer.unknown_id()) {
      const auto characters = static_cast<std::size_t>(std::ranges::count_if(source, starts_character));
      (characters > tokenizer.options().max_word_characters ? out.long_words : out.unknown).add(token.source);
    } else if (!is_ascii(source) && is_ascii(tokenizer.token(token.id))) {
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

Found find_reserved(std::string_view text) {
  Found found;
  constexpr std::array<std::string_view, 5> kReserved = {"[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]"};
  for (std::size_t i = text.find('['); i != std::string_view::npos; i = text.find('[', i + 1)) {
    for (const std::string_view one : kReserved)
      if (text.substr(i).starts_with(one)) found.add({i, i + one.size()});
  }
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

void find_all(const WordPiece& tokenizer, std::string_view text, TokenDiagnosis& out) {
  const auto keep = [&out](std::optional<TokenFinding> one) {
    if (one) out.findings.push_back(*std::move(one));
  };
  keep(find_cut(out, text));
  const auto losses = find_losses(tokenizer, out.tokens, text);
  keep(losses.unknown.finding(
      Kind::kUnknown, "Not in the vocabulary, so all of these are the same [UNK]: " + losses.unknown.quoted(text)));
  keep(losses.long_words.finding(Kind::kLongWord,
                                 "Words of more than " + std::to_string(tokenizer.options().max_word_characters) +
                                     " characters become one [UNK]: " + losses.long_words.quoted(text)));
  const Found invisible = find_invisible(out.tokens, text);
  keep(invisible.finding(Kind::kInvisible, "In no token, though in the text: " + code_points(invisible, text)));
  Found acronyms, identifiers, numbers;
  const std::vector<PieceWord> words = piece_words(tokenizer, out.tokens);
  for (const PieceWord& word : words) {
    if (word.pieces > 1 && std::ranges::all_of(at(text, word.source), is_ascii_digit)) numbers.add(word.source);
    if (tokenizer.options().lower_case && is_acronym(at(text, word.source))) acronyms.add(word.source);
  }
  for (const Span word : plain_words(text)) {
    if (is_identifier(at(text, word)) && tokenizer.count(at(text, word)) > 1) identifiers.add(word);
  }
  keep(acronyms.finding(Kind::kUpperCase, "Upper case is folded, so that these are the words of the same letters: " +
                                              acronyms.quoted(text)));
  keep(losses.accents.finding(Kind::kAccents, "Accents are left out: " + losses.accents.quoted(text)));
  keep(numbers.finding(Kind::kNumber,
                       "Numbers cut into pieces, whose value the model has to guess: " + numbers.quoted(text)));
  keep(identifiers.finding(Kind::kIdentifier, "Names of code cut into pieces: " + identifiers.quoted(text)));
  const Found reserved = find_reserved(text);
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

TokenDiagnosis diagnose_tokens(const WordPiece& tokenizer, std::string_view text, std::size_t limit) {
  TokenDiagnosis out;
  out.report = report_tokens(tokenizer, text);
  out.tokens = tokenizer.tokenize(text);
  out.limit = std::max(limit, kSpecialTokens);
  out.kept = std::min(out.tokens.size(), out.limit - kSpecialTokens);
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
  out["kept"] = diagnosis.kept;
  out["cut_at"] = diagnosis.cut_at;
  out["findings"] = std::move(findings);
  return out;
}

}  // namespace groundwork::text
