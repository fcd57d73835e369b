#include "score/answers.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/utf8.h"
#include "score/python_text.h"
#include "text/unicode.h"

namespace groundwork::score {
namespace {

using base::Result;
namespace json = base::json;

std::string without_punctuation(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (!text::is_ascii_punctuation(c)) out += c;
  }
  return out;
}

bool is_article(std::string_view word) { return word == "a" || word == "an" || word == "the"; }

/// re.sub(r"\b(a|an|the)\b", " ", text): runs of word characters that are an article.
std::string without_articles(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t word = 0;  // where the run of word characters that ends at i begins
  const auto close = [&](std::size_t end) {
    const std::string_view run = text.substr(word, end - word);
    out += is_article(run) ? std::string_view(" ") : run;
  };
  for (std::size_t i = 0; i < text.size();) {
    const text::Character one = text::character_at(text, i);
    if (!is_word_character(one.code)) {
      close(i);
      out += text.substr(i, one.length);
      word = i + one.length;
    }
    i += one.length;
  }
  close(text.size());
  return out;
}

Overlap token_overlap(const std::vector<std::string>& given, const std::vector<std::string>& wanted) {
  if (given.empty() && wanted.empty()) return {1, 1, 1};
  std::map<std::string_view, std::size_t> left;
  for (const std::string& word : wanted) ++left[word];
  std::size_t same = 0;
  for (const std::string& word : given) {
    const auto found = left.find(word);
    if (found == left.end() || found->second == 0) continue;
    --found->second;
    ++same;
  }
  if (same == 0) return {};
  return overlap_of(static_cast<double>(same) / static_cast<double>(given.size()),
                    static_cast<double>(same) / static_cast<double>(wanted.size()));
}

bool same_number(const json::value& a, const json::value& b) {
  if (a.is_double() || b.is_double()) return a.to_number<double>() == b.to_number<double>();
  if (a.is_uint64() != b.is_uint64()) {  // one of them may be an int64 that is not negative
    const std::int64_t* i = a.if_int64() != nullptr ? a.if_int64() : b.if_int64();
    const std::uint64_t* u = a.if_uint64() != nullptr ? a.if_uint64() : b.if_uint64();
    return *i >= 0 && static_cast<std::uint64_t>(*i) == *u;
  }
  return a == b;
}

bool same_json(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return same_number(a, b);
  if (a.kind() != b.kind()) return false;
  if (a.is_array()) {
    return std::ranges::equal(a.get_array(), b.get_array(), same_json);
  }
  if (a.is_object()) {
    const json::object& left = a.get_object();
    const json::object& right = b.get_object();
    return left.size() == right.size() && std::ranges::all_of(left, [&](const auto& member) {
             const json::value* other = right.if_contains(member.key());
             return other != nullptr && same_json(member.value(), *other);
           });
  }
  return a == b;
}

}  // namespace

std::string squad_normalised(std::string_view text) {
  std::string out;
  for (const std::string& word : split_words(without_articles(without_punctuation(lower(text))))) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

double exact_match(std::string_view prediction, std::span<const std::string> references) {
  return std::ranges::find(references, prediction) != references.end() ? 1 : 0;
}

double squad_exact_match(std::string_view prediction, std::span<const std::string> references) {
  const std::string normalised = squad_normalised(prediction);
  return std::ranges::any_of(references, [&](const std::string& one) { return squad_normalised(one) == normalised; })
             ? 1
             : 0;
}

Overlap token_f1(std::string_view prediction, std::span<const std::string> references) {
  const std::vector<std::string> given = split_words(squad_normalised(prediction));
  Overlap best;
  for (const std::string& reference : references) {
    const Overlap one = token_overlap(given, split_words(squad_normalised(reference)));
    if (one.f > best.f) best = one;
  }
  return best;
}

bool holds(std::string_view prediction, std::string_view text, Containment how, Letters letters) {
  if (letters == Letters::kFolded) return holds(lower(prediction), lower(text), how, Letters::kExact);
  switch (how) {
    case Containment::kContains:
      return prediction.find(text) != std::string_view::npos;
    case Containment::kStartsWith:
      return prediction.starts_with(text);
    case Containment::kEndsWith:
      return prediction.ends_with(text);
    case Containment::kEquals:
      return prediction == text;
  }
  return false;
}

Score json_schema(const schema::Validator& validator, std::string_view prediction) {
  const auto parsed = base::parse_json(prediction);
  if (!parsed.ok()) return {0, "expected JSON: " + parsed.error().message};
  const std::vector<schema::Violation> violations = validator.validate(*parsed);
  if (violations.empty()) return {1, ""};
  const schema::Violation& first = violations.front();
  std::string more;
  if (violations.size() > 1) more = " (and " + std::to_string(violations.size() - 1) + " more)";
  return {0, (first.pointer.empty() ? "the value" : first.pointer) + ": " + first.message + more};
}

Score json_equal(std::string_view prediction, const json::value& reference) {
  const auto parsed = base::parse_json(prediction);
  if (!parsed.ok()) return {0, "expected JSON: " + parsed.error().message};
  if (same_json(*parsed, reference)) return {1, ""};
  return {0, "expected " + base::clip(json::serialize(reference), 200) + ", found " +
                 base::clip(json::serialize(*parsed), 200)};
}

double cosine(std::span<const float> a, std::span<const float> b) {
  double product = 0;
  double of_a = 0;
  double of_b = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    product += static_cast<double>(a[i]) * b[i];
    of_a += static_cast<double>(a[i]) * a[i];
    of_b += static_cast<double>(b[i]) * b[i];
  }
  return of_a == 0 || of_b == 0 ? 0 : product / std::sqrt(of_a * of_b);
}

Result<double> semantic_similarity(model::Embedder& embedder, std::string_view prediction,
                                   std::span<const std::string> references) {
  if (references.empty()) {
    return base::make_error(base::Code::kInvalidArgument, "expected at least one reference to compare with");
  }
  std::vector<std::string> texts = {std::string(prediction)};
  texts.insert(texts.end(), references.begin(), references.end());
  GW_TRY(const auto vectors, embedder.embed(texts));
  double best = -1;
  for (std::size_t i = 1; i < vectors.size(); ++i) best = std::max(best, cosine(vectors[0], vectors[i]));
  return best;
}

}  // namespace groundwork::score
