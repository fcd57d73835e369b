#include "tutor/evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "search/analyzer.h"
#include "search/query.h"
#include "text/segment.h"
#include "text/unicode.h"

namespace groundwork::tutor {

using base::Result;
namespace json = base::json;

namespace {

constexpr std::size_t kShortestSentence = 25;
constexpr std::size_t kLongestSentence = 600;
constexpr std::size_t kSentencesAtMost = 96;

std::size_t number_at(const json::array& row, std::size_t i) {
  const json::value& value = row[i];
  return value.is_int64() && value.get_int64() >= 0 ? static_cast<std::size_t>(value.get_int64()) : 0;
}

/// What the index says of a passage is checked against its text: it may come from anywhere.
std::vector<text::Span> prose_in(const search::Document& document) {
  std::vector<text::Span> spans;
  const json::value* prose = document.place.if_contains("prose");
  if (prose == nullptr || !prose->is_array()) return {{0, document.text.size()}};
  for (const json::value& one : prose->get_array()) {
    if (!one.is_array() || one.get_array().size() != 2) continue;
    const text::Span span{number_at(one.get_array(), 0), number_at(one.get_array(), 1)};
    if (span.begin < span.end && span.end <= document.text.size()) spans.push_back(span);
  }
  return spans;
}

std::vector<text::Piece> pieces_in(const search::Document& document) {
  std::vector<text::Piece> pieces;
  const json::value* list = document.place.if_contains("pieces");
  if (list == nullptr || !list->is_array()) return pieces;
  for (const json::value& one : list->get_array()) {
    if (!one.is_array() || one.get_array().size() != 5) continue;
    const json::array& row = one.get_array();
    const text::Piece piece{
        {number_at(row, 0), number_at(row, 1)}, {number_at(row, 2), number_at(row, 3)}, number_at(row, 4) != 0};
    if (piece.text.end <= document.text.size()) pieces.push_back(piece);
  }
  return pieces;
}

/// "It does that": only the sentence before says what.
bool leans_on_the_one_before(std::string_view sentence) {
  static constexpr std::array<std::string_view, 22> kWords = {
      "also", "and", "both", "but",       "he", "her",  "here", "hence",     "however", "instead", "it",
      "its",  "nor", "or",   "otherwise", "so", "such", "that", "therefore", "these",   "they",    "this"};
  std::string first;
  for (const char c : sentence) {
    if (!text::is_ascii_letter(c)) break;
    first += text::ascii_lower(c);
  }
  return std::ranges::find(kWords, first) != kWords.end();
}

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (!text::is_ascii_space(c)) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

/// A sentence that can stand in an answer.
bool is_quotable(std::string_view sentence) {
  if (sentence.size() < kShortestSentence || sentence.size() > kLongestSentence) return false;
  const std::size_t end = sentence.find_last_not_of("\"')");
  const char last = end == std::string_view::npos ? ' ' : sentence[end];
  if (last == ':' || last == '?' || sentence.starts_with("The misconception")) return false;
  const auto letters = std::ranges::count_if(sentence, text::is_ascii_letter);
  return static_cast<std::size_t>(letters) * 2 > sentence.size() && sentence.find(' ') != std::string_view::npos;
}

}  // namespace

Result<std::vector<Passage>> passages_of(const search::SearchResult& found, const search::Snapshot& snapshot) {
  std::vector<Passage> passages;
  for (const search::SearchHit& hit : found.hits) {
    Passage passage;
    GW_TRY(passage.document, snapshot.document(hit.row));
    passage.prose = prose_in(passage.document);
    passage.pieces = pieces_in(passage.document);
    passage.similarity = hit.dense;
    passage.rank_score = 1 / (1 + 0.25 * static_cast<double>(passages.size()));
    passages.push_back(std::move(passage));
  }
  return passages;
}

double Subject::coverage(std::string_view text) const {
  std::set<std::string> there;
  for (const search::Token& token : search::analyzer_of_this_thread().analyze(text)) there.insert(token.term);
  double all = 0;
  double found = 0;
  for (const Word& word : words) {
    all += word.weight;
    if (there.contains(word.term)) found += word.weight;
  }
  return all > 0 ? found / all : 0;
}

Result<Subject> subject_of(const std::string& question, const search::Snapshot& snapshot, model::Embedder& embedder) {
  Subject subject;
  const search::LexicalQuery query = search::read_query(question, snapshot);
  for (const search::QueryTerm& term : query.terms) subject.words.push_back({term.term, term.weight, true});
  // A word that no document has weighs as much as one that is in one.
  const double rarest = search::inverse_document_frequency(snapshot.rows(), 1);
  for (const std::string& word : query.unknown) subject.words.push_back({word, rarest, false});
  GW_TRY(std::vector<std::vector<float>> vectors, embedder.embed({&question, 1}));
  subject.vector = std::move(vectors.front());
  return subject;
}

Result<std::vector<Sentence>> sentences_of(const std::vector<Passage>& passages, const Subject& subject,
                                           model::Embedder& embedder) {
  std::vector<Sentence> all;
  std::set<std::string> seen;  // passages overlap
  for (std::size_t p = 0; p < passages.size(); ++p) {
    const std::string_view text = passages[p].document.text;
    for (const text::Span prose : passages[p].prose) {
      for (const text::Span span : text::sentences(text.substr(prose.begin, prose.size()))) {
        Sentence one;
        one.passage = p;
        one.in_passage = {prose.begin + span.begin, prose.begin + span.end};
        one.text = on_one_line(text.substr(one.in_passage.begin, one.in_passage.size()));
        one.leans = leans_on_the_one_before(one.text);
        if (is_quotable(one.text) && seen.insert(one.text).second && all.size() < kSentencesAtMost)
          all.push_back(std::move(one));
      }
    }
  }
  std::vector<std::string> texts;
  for (const Sentence& one : all) texts.push_back(one.text);
  GW_TRY(std::vector<std::vector<float>> vectors, embedder.embed(texts));
  for (std::size_t i = 0; i < all.size(); ++i) {
    Sentence& one = all[i];
    const Passage& passage = passages[one.passage];
    one.vector = std::move(vectors[i]);
    one.similarity = search::dot(subject.vector, one.vector);
    one.coverage =
        0.75 * subject.coverage(one.text) + 0.25 * subject.coverage(passage.document.title + "\n" + one.text);
    one.score = 0.5 * one.similarity + 0.25 * one.coverage + 0.15 * passage.similarity + 0.1 * passage.rank_score;
  }
  return all;
}

}  // namespace groundwork::tutor
