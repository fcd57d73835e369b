// The parser of schema/pattern.h: ECMA-262, 22.2.1, with the flag u.
#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "schema/pattern.h"

namespace groundwork::schema {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using Kind = PatternNode::Kind;

constexpr int kMaxNesting = 64;
constexpr std::size_t kMaxPatternBytes = std::size_t{64} << 10;

const std::vector<CodeRange> kDigits = {{'0', '9'}};
const std::vector<CodeRange> kWords = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
/// WhiteSpace and LineTerminator of ECMA-262, 12.2 and 12.3.
const std::vector<CodeRange> kSpaces = {{0x9, 0xd},       {0x20, 0x20},     {0xa0, 0xa0},     {0x1680, 0x1680},
                                        {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f},
                                        {0x3000, 0x3000}, {0xfeff, 0xfeff}};
const std::vector<CodeRange> kLineEnds = {{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};

/// ECMA's long names of general categories (PropertyValueAliases.txt) in RE2's short spelling.
const std::map<std::string_view, std::string_view> kCategories = {{"Letter", "L"},
                                                                  {"Cased_Letter", ""},
                                                                  {"Uppercase_Letter", "Lu"},
                                                                  {"Lowercase_Letter", "Ll"},
                                                                  {"Titlecase_Letter", "Lt"},
                                                                  {"Modifier_Letter", "Lm"},
                                                                  {"Other_Letter", "Lo"},
                                                                  {"Mark", "M"},
                                                                  {"Combining_Mark", "M"},
                                                                  {"Nonspacing_Mark", "Mn"},
                                                                  {"Spacing_Mark", "Mc"},
                                                                  {"Enclosing_Mark", "Me"},
                                                                  {"Number", "N"},
                                                                  {"Decimal_Number", "Nd"},
                                                                  {"digit", "Nd"},
                                                                  {"Letter_Number", "Nl"},
                                                                  {"Other_Number", "No"},
                                                                  {"Punctuation", "P"},
                                                                  {"punct", "P"},
                                                                  {"Connector_Punctuation", "Pc"},
                                                                  {"Dash_Punctuation", "Pd"},
                                                                  {"Open_Punctuation", "Ps"},
                                                                  {"Close_Punctuation", "Pe"},
                                                                  {"Initial_Punctuation", "Pi"},
                                                                  {"Final_Punctuation", "Pf"},
                                                                  {"Other_Punctuation", "Po"},
                                                                  {"Symbol", "S"},
                                                                  {"Math_Symbol", "Sm"},
                                                                  {"Currency_Symbol", "Sc"},
                                                                  {"Modifier_Symbol", "Sk"},
                                                                  {"Other_Symbol", "So"},
                                                                  {"Separator", "Z"},
                                                                  {"Space_Separator", "Zs"},
                                                                  {"Line_Separator", "Zl"},
                                                                  {"Paragraph_Separator", "Zp"},
                                                                  {"Other", "C"},
                                                                  {"Control", "Cc"},
                                                                  {"cntrl", "Cc"},
                                                                  {"Format", "Cf"},
                                                                  {"Private_Use", "Co"}};

class Parser {
 public:
  explicit Parser(std::string_view source) : source_(source), text_(source) {}

  Result<PatternNode> parse() {
    GW_TRY(PatternNode tree, choice());
    if (!text_.empty()) return wrong("a ')' that opens nothing");
    return tree;
  }

 private:
  base::Error wrong(std::string_view what) const {
    return make_error(Code::kInvalidArgument, "expected a pattern of ECMA-262, found " + std::string(what) + " in '" +
                                                  std::string(source_) + "' at byte " +
                                                  std::to_string(source_.size() - text_.size()));
  }
  base::Error unsupported(std::string_view what) const {
    return make_error(Code::kUnimplemented, std::string(what) + " can't be matched in linear time: '" +
                                                std::string(source_) + "' at byte " +
                                                std::to_string(source_.size() - text_.size()));
  }

  bool eat(std::string_view token) {
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  char32_t next_code() {
    const auto lead = static_cast<unsigned char>(text_.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t code = length == 1 ? lead : lead & (0xff >> (length + 1));
    for (std::size_t i = 1; i < length && i < text_.size(); ++i) {
      code = (code << 6) | (static_cast<unsigned char>(text_[i]) & 0x3f);
    }
    text_.remove_prefix(std::min(length, text_.size()));
    return std::min(code, kLastCode);
  }

  Result<PatternNode> choice() {
    if (++nesting_ > kMaxNesting) return make_error(Code::kUnimplemented, "expected groups nested at most 64 deep");
    PatternNode out;
    out.kind = Kind::kChoice;
    do {
      GW_TRY(PatternNode branch, sequence());
      out.children.push_back(std::move(branch));
    } while (eat("|"));
    --nesting_;
    if (out.children.size() > 1) return out;
    PatternNode only = std::move(out.children.front());
    return only;
  }

  Result<PatternNode> sequence() {
    PatternNode out;
    while (!text_.empty() && text_.front() != '|' && text_.front() != ')') {
      GW_TRY(PatternNode term, atom());
      GW_TRY(term, quantified(std::move(term)));
      out.children.push_back(std::move(term));
    }
    return out;
  }

  Result<PatternNode> atom() {
    if (eat("^")) return simple(Kind::kStart);
    if (eat("$")) return simple(Kind::kEnd);
    if (eat(".")) return set_of(kLineEnds, true);
    if (eat("(")) return group();
    if (eat("[")) return bracket();
    if (eat("\\")) return escape();
    const char front = text_.front();
    if (front == '*' || front == '+' || front == '?') return wrong("a quantifier that repeats nothing");
    if (front == '{' && counts(text_)) return wrong("a quantifier that repeats nothing");
    const char32_t code = next_code();
    return set_of({{code, code}}, false);
  }

  static PatternNode simple(Kind kind) {
    PatternNode out;
    out.kind = kind;
    return out;
  }
  static PatternNode set_of(std::vector<CodeRange> ranges, bool negated) {
    PatternNode out = simple(Kind::kSet);
    out.set = std::move(ranges);
    out.negated = negated;
    return out;
  }

  Result<PatternNode> group() {
    if (text_.starts_with("?=") || text_.starts_with("?!")) return unsupported("a lookahead");
    if (text_.starts_with("?<=") || text_.starts_with("?<!")) return unsupported("a lookbehind");
    if (eat("?<")) {
      const std::size_t end = text_.find('>');
      if (end == 0 || end == std::string_view::npos) return wrong("a group name without end");
      text_.remove_prefix(end + 1);
    } else if (text_.starts_with("?") && !eat("?:")) {
      return unsupported("a group's modifier");
    }
    GW_TRY(PatternNode inner, choice());
    if (!eat(")")) return wrong("a group without end");
    PatternNode out;  // so that a quantifier repeats the whole of it
    out.children.push_back(std::move(inner));
    return out;
  }

  /// {n}, {n,} or {n,m} at the start of `text`.
  static std::optional<std::array<int, 3>> counts(std::string_view text) {
    std::size_t at = 1;
    const auto number = [&]() -> int {
      int out = -1;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        out = std::min(std::max(out, 0) * 10 + (text[at] - '0'), 1000000);
      }
      return out;
    };
    const int low = number();
    if (low < 0 || at >= text.size()) return std::nullopt;
    int high = low;
    if (text[at] == ',') {
      ++at;
      high = number();
    }
    if (at >= text.size() || text[at] != '}') return std::nullopt;
    return std::array<int, 3>{low, high, static_cast<int>(at + 1)};
  }

  Result<PatternNode> quantified(PatternNode term) {
    int low = 0;
    int high = -1;
    if (eat("*")) {
    } else if (eat("+")) {
      low = 1;
    } else if (eat("?")) {
      high = 1;
    } else if (const auto count = text_.starts_with("{") ? counts(text_) : std::nullopt) {
      low = (*count)[0];
      high = (*count)[1];
      if (high >= 0 && high < low) return wrong("a quantifier whose ends are out of order");
      text_.remove_prefix(static_cast<std::size_t>((*count)[2]));
    } else {
      return term;
    }
    eat("?");
    if (term.kind == Kind::kStart || term.kind == Kind::kEnd || term.kind == Kind::kBoundary ||
        term.kind == Kind::kNoBoundary) {
      return wrong("a quantifier that repeats a place");
    }
    PatternNode out = simple(Kind::kRepeat);
    out.minimum = low;
    out.maximum = high;
    out.children.push_back(std::move(term));
    return out;
  }

  /// After a backslash, outside of brackets.
  Result<PatternNode> escape() {
    if (text_.empty()) return wrong("a backslash at the end");
    if (eat("b")) return simple(Kind::kBoundary);
    if (eat("B")) return simple(Kind::kNoBoundary);
    if (text_.starts_with("k<")) return unsupported("a back reference");
    if (text_.front() >= '1' && text_.front() <= '9') return unsupported("a back reference");
    PatternNode out = simple(Kind::kSet);
    GW_TRY(const bool is_class, class_escape(out));
    if (is_class) return out;
    GW_TRY(const char32_t code, character_escape(false));
    out.set = {{code, code}};
    return out;
  }

  /// \d \D \s \S \w \W \p{} \P{}: added to `out`; false when it is none of them.
  Result<bool> class_escape(PatternNode& out) {
    const auto add = [&out](const std::vector<CodeRange>& ranges) {
      out.set.insert(out.set.end(), ranges.begin(), ranges.end());
      return true;
    };
    if (eat("d")) return add(kDigits);
    if (eat("D")) return add(complement(kDigits));
    if (eat("s")) return add(kSpaces);
    if (eat("S")) return add(complement(kSpaces));
    if (eat("w")) return add(kWords);
    if (eat("W")) return add(complement(kWords));
    if (!text_.starts_with("p{") && !text_.starts_with("P{")) return false;
    const bool negated = text_.front() == 'P';
    const std::size_t end = text_.find('}');
    if (end == std::string_view::npos) return wrong("a property without end");
    std::string_view name = text_.substr(2, end - 2);
    text_.remove_prefix(end + 1);
    return property(name, negated, out);
  }

  Result<bool> property(std::string_view name, bool negated, PatternNode& out) const {
    const std::string shown(name);
    if (name == "Any") {
      if (!negated) out.set.push_back({0, kLastCode});
      return true;
    }
    if (name == "ASCII") {
      out.set.push_back(negated ? CodeRange{0x80, kLastCode} : CodeRange{0, 0x7f});
      return true;
    }
    for (std::string_view key : {"General_Category=", "gc=", "Script=", "sc="}) {
      if (name.starts_with(key)) name.remove_prefix(key.size());
    }
    if (const auto found = kCategories.find(name); found != kCategories.end()) name = found->second;
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
    if (!plain) return make_error(Code::kUnimplemented, "the property '" + shown + "' is not supported in a pattern");
    out.properties.push_back((negated ? "\\P{" : "\\p{") + std::string(name) + "}");
    return true;
  }

  std::optional<char32_t> hexadecimal(std::size_t digits) {
    if (text_.size() < digits) return std::nullopt;
    char32_t code = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = text_[i];
      if (c >= '0' && c <= '9') {
        code = code * 16 + static_cast<char32_t>(c - '0');
      } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
        code = code * 16 + static_cast<char32_t>((c | 0x20) - 'a' + 10);
      } else {
        return std::nullopt;
      }
    }
    text_.remove_prefix(digits);
    return code;
  }

  Result<char32_t> unicode_escape() {
    if (eat("{")) {
      const std::size_t end = text_.find('}');
      if (end == 0 || end == std::string_view::npos || end > 8) return wrong("a code point without end");
      const auto code = hexadecimal(end);
      if (!code || *code > kLastCode) return wrong("a code point that does not exist");
      text_.remove_prefix(1);
      return *code;
    }
    const auto high = hexadecimal(4);
    if (!high) return wrong("\\u without four digits");
    if (*high >= 0xd800 && *high <= 0xdbff && text_.starts_with("\\u")) {
      const std::string_view before = text_;
      text_.remove_prefix(2);
      const auto low = hexadecimal(4);
      if (low && *low >= 0xdc00 && *low <= 0xdfff) return 0x10000 + ((*high - 0xd800) << 10) + (*low - 0xdc00);
      text_ = before;
    }
    return *high;
  }

  /// After a backslash: the one character that is meant.
  Result<char32_t> character_escape(bool in_brackets) {
    if (text_.empty()) return wrong("a backslash at the end");
    static const std::map<char, char32_t> kControls = {{'t', '\t'}, {'n', '\n'}, {'v', '\v'}, {'f', '\f'}, {'r', '\r'}};
    const char front = text_.front();
    if (const auto found = kControls.find(front); found != kControls.end()) {
      text_.remove_prefix(1);
      return found->second;
    }
    if (in_brackets && eat("b")) return char32_t{'\b'};
    if (front == '0' && (text_.size() < 2 || text_[1] < '0' || text_[1] > '9')) {
      text_.remove_prefix(1);
      return char32_t{0};
    }
    if (front == 'c' && text_.size() > 1 && ((text_[1] | 0x20) >= 'a') && ((text_[1] | 0x20) <= 'z')) {
      const char32_t code = static_cast<char32_t>(text_[1]) % 32;
      text_.remove_prefix(2);
      return code;
    }
    if (eat("u")) return unicode_escape();
    if (eat("x")) {
      const auto code = hexadecimal(2);
      if (!code) return wrong("\\x without two digits");
      return *code;
    }
    const bool letter =
        (front >= 'a' && front <= 'z') || (front >= 'A' && front <= 'Z') || (front >= '0' && front <= '9');
    if (letter || front == '_') return wrong("the escape \\" + std::string(1, front));
    return next_code();
  }

  /// After '['.
  Result<PatternNode> bracket() {
    PatternNode out = simple(Kind::kSet);
    out.negated = eat("^");
    while (!eat("]")) {
      if (text_.empty()) return wrong("a bracket without end");
      GW_TRY(const auto low, class_atom(out));
      if (!text_.starts_with("-") || text_.starts_with("-]")) {
        if (low) out.set.push_back({*low, *low});
        continue;
      }
      eat("-");
      if (text_.empty()) return wrong("a bracket without end");
      GW_TRY(const auto high, class_atom(out));
      if (!low || !high) return wrong("a range that ends in a class");
      if (*low > *high) return wrong("a range whose ends are out of order");
      out.set.push_back({*low, *high});
    }
    out.set = normalised(std::move(out.set));
    return out;
  }

  /// One character, or a class, which is added to `out`.
  Result<std::optional<char32_t>> class_atom(PatternNode& out) {
    if (!eat("\\")) return std::optional<char32_t>(next_code());
    GW_TRY(const bool is_class, class_escape(out));
    if (is_class) return std::optional<char32_t>();
    GW_TRY(const char32_t code, character_escape(true));
    return std::optional<char32_t>(code);
  }

  std::string_view source_;
  std::string_view text_;
  int nesting_ = 0;
};

}  // namespace

Result<PatternNode> parse_pattern(std::string_view source) {
  if (source.size() > kMaxPatternBytes) {
    return make_error(Code::kUnimplemented,
                      "expected a pattern of at most 65536 bytes, found " + std::to_string(source.size()));
  }
  return Parser(source).parse();
}

}  // namespace groundwork::schema
