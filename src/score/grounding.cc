#include "score/grounding.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "score/answers.h"
#include "score/numeric.h"
#include "search/analyzer.h"
#include "text/segment.h"
#include "text/unicode.h"

namespace groundwork::score {
namespace {

using base::Result;

constexpr double kWords = 0.6;
constexpr double kSimilarity = 0.6;

bool has_digit(std::string_view word) { return std::ranges::any_of(word, text::is_ascii_digit); }

/// Every number of a text, by value.
std::set<double> numbers_of(std::string_view text) {
  std::set<double> numbers;
  for (std::size_t i = 0; i < text.size();) {
    if (!text::is_ascii_digit(text[i]) || (i > 0 && text::is_ascii_letter(text[i - 1]))) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() &&
           (text::is_ascii_digit(text[end]) ||
            ((text[end] == '.' || text[end] == ',') && end + 1 < text.size() && text::is_ascii_digit(text[end + 1])))) {
      ++end;
    }
    if (const auto value = parse_number(text.substr(i, end - i)); value.ok()) numbers.insert(*value);
    i = end;
  }
  return numbers;
}

/// A capital inside of the sentence, or an identifier.
bool is_name(std::string_view sentence, const search::Token& token) {
  if (token.identifier) return true;
  const char first = sentence[token.source.begin];
  return token.source.begin > 0 && first >= 'A' && first <= 'Z';
}

/// Without marks of citations: [1], [2, 3].
std::string without_marks(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') {
      const std::size_t end = text.find(']', i);
      const std::string_view inside =
          end == std::string_view::npos ? std::string_view() : text.substr(i + 1, end - i - 1);
      const bool mark = has_digit(inside) && std::ranges::all_of(inside, [](char c) {
                          return text::is_ascii_digit(c) || c == ',' || c == ' ';
                        });
      if (mark) {
        i = end;
        while (!out.empty() && out.back() == ' ') out.pop_back();
        continue;
      }
    }
    out += text[i];
  }
  while (!out.empty() && text::is_ascii_space(out.back())) out.pop_back();
  return out;
}

/// A passage, analysed once.
struct Evidence {
  std::string_view text;
  std::set<std::string> terms;
  std::set<double> numbers;
};

Evidence evidence_of(std::string_view text) {
  Evidence made{text, {}, numbers_of(text)};
  for (const search::Token& token : search::analyzer_of_this_thread().analyze(text)) made.terms.insert(token.term);
  return made;
}

/// Words, numbers and names of a sentence against one passage.
SentenceSupport compare(std::string_view sentence, const Evidence& evidence) {
  SentenceSupport support;
  if (!sentence.empty() && evidence.text.find(sentence) != std::string_view::npos) {
    support.words = 1;
    support.supported = true;
    return support;
  }
  std::set<std::string> all;
  std::size_t found = 0;
  for (const search::Token& token : search::analyzer_of_this_thread().analyze(sentence)) {
    if (!all.insert(token.term).second) continue;
    const std::string_view word = sentence.substr(token.source.begin, token.source.size());
    bool there = evidence.terms.contains(token.term);
    const auto number = has_digit(word) ? parse_number(word) : Result<double>(base::Error{});
    if (!there && number.ok()) there = evidence.numbers.contains(*number);
    found += there ? 1 : 0;
    // The digits of "1,234.5" are three words; the number as a whole is looked at below.
    if (!there && !number.ok() && (has_digit(word) || is_name(sentence, token))) support.missing.emplace_back(word);
  }
  for (const double number : numbers_of(sentence)) {
    if (evidence.numbers.contains(number)) continue;
    std::string shown = std::to_string(number);
    shown.erase(shown.find_last_not_of('0') + 1);
    if (shown.back() == '.') shown.pop_back();
    support.missing.push_back(std::move(shown));
  }
  support.words = all.empty() ? 1 : static_cast<double>(found) / static_cast<double>(all.size());
  support.supported = support.missing.empty() && support.words >= kWords;
  return support;
}

/// Vectors of sentences and passages, if there is who makes them.
Result<std::vector<std::vector<float>>> vectors_of(model::Embedder* embedder, const std::vector<std::string>& texts) {
  if (embedder == nullptr || texts.empty()) return std::vector<std::vector<float>>{};
  return embedder->embed(texts);
}

}  // namespace

Overlap citations(std::span<const std::string> cited, const std::set<std::string>& needed) {
  const std::set<std::string> distinct(cited.begin(), cited.end());
  if (needed.empty()) return distinct.empty() ? Overlap{1, 1, 1} : overlap_of(0, 1);
  if (distinct.empty()) return {};
  const auto right =
      static_cast<double>(std::ranges::count_if(distinct, [&](const std::string& id) { return needed.contains(id); }));
  return overlap_of(right / static_cast<double>(distinct.size()), right / static_cast<double>(needed.size()));
}

Result<Faithfulness> faithfulness(std::string_view answer, std::span<const std::string> passages,
                                  model::Embedder* embedder) {
  const std::string claims = without_marks(answer);
  std::vector<std::string> sentences;
  for (const text::Span span : text::sentences(claims)) {
    sentences.push_back(claims.substr(span.begin, span.size()));
  }
  std::vector<std::string> pieces(passages.begin(), passages.end());
  GW_TRY(const auto of_sentences, vectors_of(embedder, sentences));
  GW_TRY(const auto of_passages, vectors_of(embedder, pieces));
  std::vector<Evidence> evidence;
  for (const std::string& passage : pieces) evidence.push_back(evidence_of(passage));

  Faithfulness made;
  std::size_t supported = 0;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    SentenceSupport best;
    for (std::size_t j = 0; j < evidence.size(); ++j) {
      SentenceSupport one = compare(sentences[i], evidence[j]);
      const bool verbatim =
          one.supported && one.words == 1 && evidence[j].text.find(sentences[i]) != std::string_view::npos;
      if (!of_sentences.empty()) one.similarity = cosine(of_sentences[i], of_passages[j]);
      if (!verbatim && !of_sentences.empty() && one.similarity < kSimilarity) one.supported = false;
      if (j == 0 || std::pair(one.supported, one.words) > std::pair(best.supported, best.words)) best = std::move(one);
    }
    best.text = sentences[i];
    supported += best.supported ? 1 : 0;
    made.sentences.push_back(std::move(best));
  }
  made.value = sentences.empty() ? 1 : static_cast<double>(supported) / static_cast<double>(sentences.size());
  return made;
}

std::vector<std::string> missing_numbers_and_names(std::string_view text, std::string_view evidence) {
  const std::string claims = without_marks(text);
  const Evidence stated = evidence_of(evidence);
  std::vector<std::string> missing;
  for (const text::Span span : text::sentences(claims)) {
    for (std::string& one : compare(std::string_view(claims).substr(span.begin, span.size()), stated).missing) {
      if (std::ranges::find(missing, one) == missing.end()) missing.push_back(std::move(one));
    }
  }
  return missing;
}

Result<double> answer_relevance(model::Embedder& embedder, std::string_view question, std::string_view answer) {
  if (std::ranges::all_of(answer, text::is_ascii_space)) return 0.0;
  const std::vector<std::string> reference = {std::string(question)};
  GW_TRY(const double similarity, semantic_similarity(embedder, answer, reference));
  return std::max(0.0, similarity);
}

void Abstention::add(bool answerable, bool abstained) {
  if (answerable) {
    ++(abstained ? wrongly : answered);
  } else {
    ++(abstained ? rightly : made_up);
  }
}

Overlap Abstention::overlap() const {
  const auto share = [](std::size_t part, std::size_t rest) {
    return part + rest == 0 ? -1.0 : static_cast<double>(part) / static_cast<double>(part + rest);
  };
  const double precision = share(rightly, wrongly);
  const double recall = share(rightly, made_up);
  if (precision < 0 && recall < 0) return {1, 1, 1};
  if (recall < 0) return overlap_of(0, 1);  // nothing to find, and abstained
  return overlap_of(std::max(precision, 0.0), recall);
}

}  // namespace groundwork::score
