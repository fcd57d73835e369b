#include "tutor/evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
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
/// Reading costs time: so many paragraphs are compared with the question, and the sentences of the best ones.
constexpr std::size_t kParagraphsAtMost = 40;
constexpr std::size_t kParagraphsReadClosely = 16;
/// What a passage of code or of a table alone is worth beside one that explains.
constexpr double kWithoutProse = 0.9;
constexpr std::size_t kPartsAtMost = 3;
/// What is known of a paragraph before its sentences are read is worth so much of its score; its best sentence the
/// rest.
constexpr double kParagraphWhole = 0.7;
/// A paragraph that isn't read closely is taken to have a best sentence a little worse than itself.
constexpr double kNotReadClosely = 0.9;
/// A word that no document has may be a name, and then the documents don't answer; or just another word for something.
constexpr double kUnknownWord = 0.75;
/// Said of what follows, and no part of it.
constexpr std::string_view kLabel = "Strong answer: ";
/// Of a paragraph that was written as an answer (role "answer").
constexpr double kWrittenAsAnswer = 0.05;
/// Of a sentence that begins with what the question is about, or comes to it: there it is said what it is.
constexpr double kSaysWhatItIs = 0.15;
constexpr std::size_t kLongestTopic = 4;
/// A heading within a line has so many words at most.
constexpr std::ptrdiff_t kWordsOfHeading = 8;
/// What the reader is bidden to do, and nothing more, has so many.
constexpr std::ptrdiff_t kWordsOfBid = 6;

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

/// "Why?", "For example:", "Say it in these words.", or what somebody else says, in quotes.
bool asks_or_announces(std::string_view sentence) {
  static constexpr std::array<std::string_view, 5> kBids = {"Compare ", "Describe ", "Explain ", "Mention ", "Say "};
  if (sentence.front() == '"' && sentence.find('"', 1) == sentence.size() - 1) return true;
  const std::size_t end = sentence.find_last_not_of("\"')");
  const char last = end == std::string_view::npos ? ' ' : sentence[end];
  const auto begins = [&](std::string_view words) { return sentence.starts_with(words); };
  return last == ':' || last == '?' || begins("The misconception") || begins("See ") ||
         (std::ranges::count(sentence, ' ') < kWordsOfBid && std::ranges::any_of(kBids, begins));
}

/// The bytes at a sentence's beginning that aren't part of it: what it is called, its number in a list.
std::size_t label_size(std::string_view sentence) {
  if (sentence.starts_with(kLabel)) return kLabel.size();
  const std::size_t dot = sentence.find_first_not_of("0123456789");
  const bool numbered = dot > 0 && dot <= 2 && sentence.substr(dot).starts_with(". ") && dot + 2 < sentence.size();
  return numbered ? dot + 2 : 0;
}

/// A sentence that says something by itself, and in words rather than symbols.
bool is_quotable(std::string_view sentence) {
  if (sentence.size() < kShortestSentence || sentence.size() > kLongestSentence) return false;
  const auto letters = std::ranges::count_if(sentence, text::is_ascii_letter);
  return static_cast<std::size_t>(letters) * 2 > sentence.size() && sentence.find(' ') != std::string_view::npos;
}

/// "**Direction.** Left to right ...": between a short first sentence and the next there is mark-up.
bool is_heading_in_line(const Sentence& first, const std::vector<text::Piece>& pieces) {
  if (std::ranges::count(first.text, ' ') >= kWordsOfHeading) return false;
  return std::ranges::any_of(pieces, [&](const text::Piece& one) { return one.text.end == first.in_passage.end; });
}

void add_paragraph(Evidence& evidence, std::size_t p, std::string_view text, text::Span prose) {
  Paragraph paragraph;
  paragraph.passage = p;
  paragraph.first = evidence.sentences.size();
  bool quotable = false;
  for (const text::Span span : text::sentences(text.substr(prose.begin, prose.size()))) {
    Sentence one;
    one.passage = p;
    one.in_passage = {prose.begin + span.begin, prose.begin + span.end};
    one.in_passage.begin += label_size(text.substr(one.in_passage.begin, one.in_passage.size()));
    one.text = on_one_line(text.substr(one.in_passage.begin, one.in_passage.size()));
    one.leans = leans_on_the_one_before(one.text);
    one.asks = asks_or_announces(one.text);
    one.quotable = !one.asks && is_quotable(one.text);
    quotable = quotable || one.quotable;
    evidence.sentences.push_back(std::move(one));
  }
  paragraph.count = evidence.sentences.size() - paragraph.first;
  if (paragraph.count > 1) {
    Sentence& first = evidence.sentences[paragraph.first];
    first.heads = is_heading_in_line(first, evidence.passages[p].pieces);
  }
  if (quotable) {
    evidence.paragraphs.push_back(std::move(paragraph));
  } else {
    evidence.sentences.resize(paragraph.first);
  }
}

/// The headings above the passage without the document's title; that one where there is no other.
std::string_view headings_of(const search::Document& document) {
  static constexpr std::string_view kBelow = " \xE2\x80\xBA ";  // ›
  const std::string_view title = document.title;
  const std::size_t at = title.find(kBelow);
  return at == std::string_view::npos ? title : title.substr(at + kBelow.size());
}

std::string text_of(const Evidence& evidence, const Paragraph& paragraph) {
  const search::Document& document = evidence.passages[paragraph.passage].document;
  const std::size_t begin = evidence.sentences[paragraph.first].in_passage.begin;
  const std::size_t end = evidence.sentences[paragraph.first + paragraph.count - 1].in_passage.end;
  std::string text = document.text.substr(begin, end - begin);
  const bool has_its_own_question = text.front() == '"';  // "What if it's full?" Then ...
  return has_its_own_question ? text : std::string(headings_of(document)) + "\n" + text;
}

std::vector<std::string> terms_of(std::string_view text) {
  std::vector<std::string> terms;
  for (search::Token& token : search::analyzer_of_this_thread().analyze(text)) terms.push_back(std::move(token.term));
  return terms;
}

/// Whether the sentence says what the topic is: "A protocol is ...", "... 600 identical calls: a stampede."
bool says_what_it_is(std::string_view sentence, const std::vector<std::string>& topic) {
  if (topic.empty()) return false;
  const std::vector<std::string> terms = terms_of(sentence);
  if (terms.size() < topic.size() + 2) return false;
  if (std::ranges::equal(std::span(terms).first(topic.size()), topic)) return true;
  const std::size_t colon = sentence.rfind(':');
  return colon != std::string_view::npos && terms_of(sentence.substr(colon)) == topic;
}

base::Status score_paragraphs(Evidence& evidence, const Subject& subject, model::Embedder& embedder) {
  std::vector<std::string> texts;
  for (const Paragraph& one : evidence.paragraphs) texts.push_back(text_of(evidence, one));
  GW_TRY(std::vector<std::vector<float>> vectors, embedder.embed(texts));
  for (std::size_t i = 0; i < evidence.paragraphs.size(); ++i) {
    Paragraph& one = evidence.paragraphs[i];
    const Passage& passage = evidence.passages[one.passage];
    one.vector = std::move(vectors[i]);
    one.similarity = search::dot(subject.vector, one.vector);
    one.coverage = 0.8 * subject.coverage(texts[i]) +
                   0.2 * subject.coverage(passage.document.title + "\n" + passage.document.text);
    one.score = 0.6 * one.similarity + 0.3 * one.coverage + 0.1 * passage.rank_score;
    if (base::string_or(passage.document.metadata, "role") == "answer") one.score += kWrittenAsAnswer;
  }
  return {};
}

/// Scores the sentences of the best paragraphs, and these again: two paragraphs below the same heading differ in their
/// sentences only.
base::Status score_sentences(Evidence& evidence, const Subject& subject, model::Embedder& embedder) {
  std::ranges::stable_sort(evidence.paragraphs, std::ranges::greater(), &Paragraph::score);
  const std::size_t closely = std::min(evidence.paragraphs.size(), kParagraphsReadClosely);
  std::vector<Sentence*> read;
  for (std::size_t i = 0; i < closely; ++i) {
    const Paragraph& paragraph = evidence.paragraphs[i];
    for (std::size_t j = 0; j < paragraph.count; ++j) read.push_back(&evidence.sentences[paragraph.first + j]);
  }
  std::vector<std::string> texts;
  for (const Sentence* one : read) texts.push_back(one->text);
  GW_TRY(std::vector<std::vector<float>> vectors, embedder.embed(texts));
  for (std::size_t i = 0; i < read.size(); ++i) {
    read[i]->vector = std::move(vectors[i]);
    read[i]->similarity = search::dot(subject.vector, read[i]->vector);
    read[i]->coverage = subject.coverage(read[i]->text);
    read[i]->score = 0.6 * read[i]->similarity + 0.4 * read[i]->coverage;
    if (says_what_it_is(read[i]->text, subject.topic)) read[i]->score += kSaysWhatItIs;
  }
  for (std::size_t i = 0; i < evidence.paragraphs.size(); ++i) {
    Paragraph& one = evidence.paragraphs[i];
    one.read_closely = i < closely;
    double best = 0;
    for (std::size_t j = 0; j < one.count; ++j) best = std::max(best, evidence.sentences[one.first + j].score);
    one.score =
        one.read_closely ? kParagraphWhole * one.score + (1 - kParagraphWhole) * best : kNotReadClosely * one.score;
  }
  std::ranges::stable_sort(evidence.paragraphs, std::ranges::greater(), &Paragraph::score);
  return {};
}

/// Scores the passages: by what is best in each, be it in one paragraph or in several, and by the words of all its
/// text.
void score_passages(Evidence& evidence, const Subject& subject) {
  struct Best {
    double paragraph = 0;
    double sentence = 0;
  };
  std::vector<Best> best(evidence.passages.size());
  for (const Paragraph& one : evidence.paragraphs) {
    Best& of = best[one.passage];
    of.paragraph = std::max(of.paragraph, one.similarity);
    if (!one.read_closely) of.sentence = std::max(of.sentence, kNotReadClosely * one.similarity);
    for (std::size_t i = 0; i < one.count; ++i) {
      of.sentence = std::max(of.sentence, evidence.sentences[one.first + i].similarity);
    }
  }
  for (std::size_t p = 0; p < evidence.passages.size(); ++p) {
    Passage& one = evidence.passages[p];
    const bool prose = best[p].paragraph > 0;
    if (!prose) best[p] = {one.similarity, one.similarity};
    const double coverage = subject.coverage(one.document.title + "\n" + one.document.text);
    one.score = 0.3 * best[p].paragraph + 0.3 * best[p].sentence + 0.3 * coverage + 0.1 * one.rank_score;
    if (!prose) one.score *= kWithoutProse;
  }
}

/// Keeps the best `most` passages, best first, and the paragraphs of theirs that were read closely, best first.
void keep_best(Evidence& evidence, std::size_t most) {
  std::vector<std::size_t> order(evidence.passages.size());  // old numbers in their new order
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t i) { return evidence.passages[i].score; });
  order.resize(std::min(order.size(), most));
  std::vector<Passage> passages;
  for (const std::size_t old : order) passages.push_back(std::move(evidence.passages[old]));
  evidence.passages = std::move(passages);
  std::erase_if(evidence.paragraphs, [&](Paragraph& one) {
    const auto at = std::ranges::find(order, one.passage);
    one.passage = static_cast<std::size_t>(at - order.begin());
    for (std::size_t i = 0; i < one.count; ++i) evidence.sentences[one.first + i].passage = one.passage;
    return at == order.end() || !one.read_closely;
  });
}

/// What a question is about that asks what something is ("what is X?", "explain X") or is nothing but its name.
std::vector<std::string> topic_of(std::string_view question) {
  static constexpr std::array<std::string_view, 10> kAsking = {"what is", "what's", "whats",    "what are", "what does",
                                                               "explain", "define", "describe", "who is",   "what do"};
  std::string lower;
  for (const char c : question) lower += text::ascii_lower(c);
  const std::size_t begin = lower.find_first_not_of(' ');
  std::string_view rest = std::string_view(lower).substr(std::min(begin, lower.size()));
  const auto asking = std::ranges::find_if(
      kAsking, [&](std::string_view one) { return rest.starts_with(one) && rest.substr(one.size()).starts_with(' '); });
  if (asking != kAsking.end()) rest.remove_prefix(asking->size());
  for (const std::string_view behind : {" mean", " and ", ",", ";", "?", "."}) rest = rest.substr(0, rest.find(behind));
  std::vector<std::string> terms = terms_of(rest);
  const bool short_enough = terms.size() <= (asking != kAsking.end() ? kLongestTopic : 2);
  return short_enough ? terms : std::vector<std::string>();
}

/// Whether a part of a question can be asked by itself: two words of its own, and none that points elsewhere.
bool stands_alone(std::string_view part) {
  static constexpr std::array<std::string_view, 10> kPointing = {"he",   "it",    "its",  "one",   "that",
                                                                 "them", "their", "they", "these", "this"};
  std::string word;
  for (const char c : std::string(part) + " ") {
    if (text::is_ascii_letter(c)) {
      word += text::ascii_lower(c);
    } else {
      if (std::ranges::find(kPointing, word) != kPointing.end()) return false;
      word.clear();
    }
  }
  return search::analyzer_of_this_thread().analyze(part).size() >= 2;
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

Citation cite(const Passage& passage, text::Span span, int number) {
  const search::Document& document = passage.document;
  Citation citation;
  citation.number = number;
  citation.id = document.id;
  citation.title = document.title;
  citation.in_passage = span;
  citation.quote = document.text.substr(span.begin, span.size());
  citation.path = base::string_or(document.place, "path");
  citation.anchor = base::string_or(document.place, "anchor");
  citation.sha256 = base::string_or(document.place, "sha256");
  citation.in_document = text::source_of(passage.pieces, span);
  return citation;
}

double confidence_of(const Reading& reading) {
  const Evidence& evidence = reading.evidence;
  if (evidence.paragraphs.empty()) return 0;
  double paragraph = 0;
  double sentence = 0;
  for (const Paragraph& one : evidence.paragraphs) {
    paragraph = std::max(paragraph, one.similarity);
    for (std::size_t i = 0; i < one.count; ++i) {
      sentence = std::max(sentence, evidence.sentences[one.first + i].similarity);
    }
  }
  double coverage = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, evidence.passages.size()); ++i) {
    const search::Document& document = evidence.passages[i].document;
    coverage = std::max(coverage, reading.subject.coverage(document.title + "\n" + document.text));
  }
  // Fitted on the 129 questions of splits dev and dev2 of suites/tutor, 58 of them without an answer. Area under the
  // ROC curve in ten-fold cross-validation 0.978; with the words of all three passages together, 0.959.
  return 1 / (1 + std::exp(13.1 - 7.5 * sentence - 7.2 * paragraph - 9.1 * coverage));
}

std::vector<std::string> parts_of(const std::string& question) {
  static constexpr std::array<std::string_view, 10> kBetween = {", ",   "; ",       ": ",   "? ",    " and ",
                                                                " or ", " versus ", " vs ", " but ", " - "};
  std::vector<std::string> parts;
  std::string part;
  const auto close = [&] {
    if (!parts.empty() && !stands_alone(part)) {
      parts.back() += part;
      part.clear();
    } else if (stands_alone(part)) {
      parts.push_back(std::move(part));
      part.clear();
    }  // else it begins the next one
  };
  for (std::size_t i = 0; i < question.size();) {
    const auto between = std::ranges::find_if(
        kBetween, [&](std::string_view one) { return std::string_view(question).substr(i).starts_with(one); });
    if (between != kBetween.end()) close();
    const std::size_t size = between == kBetween.end() ? 1 : between->size() - 1;  // the space may begin the next one
    part += question.substr(i, size);
    i += size;
  }
  close();
  if (!part.empty() && !parts.empty()) parts.back() += part;
  if (parts.size() > kPartsAtMost) {
    for (std::size_t i = kPartsAtMost; i < parts.size(); ++i) parts[kPartsAtMost - 1] += parts[i];
    parts.resize(kPartsAtMost);
  }
  return parts.size() < 2 ? std::vector<std::string>() : parts;
}

std::vector<std::string> texts_of(search::Document document) {
  Evidence evidence;
  evidence.passages.push_back({std::move(document), {}, {}});
  const search::Document& read = evidence.passages.front().document;
  for (const text::Span prose : prose_in(read)) add_paragraph(evidence, 0, read.text, prose);
  std::vector<std::string> texts;
  for (const Paragraph& one : evidence.paragraphs) texts.push_back(text_of(evidence, one));
  for (Sentence& one : evidence.sentences) texts.push_back(std::move(one.text));
  return texts;
}

Result<std::vector<std::vector<float>>> RememberingEmbedder::embed(std::span<const std::string> texts) {
  std::vector<std::string> news;
  for (const std::string& text : texts) {
    if (known_.contains(text) || std::ranges::find(news, text) != news.end()) continue;
    const std::span<const float> before = before_ != nullptr ? before_->find(text) : std::span<const float>();
    if (before.empty()) {
      news.push_back(text);
    } else {
      known_[text].assign(before.begin(), before.end());
    }
  }
  if (!news.empty()) {
    GW_TRY(std::vector<std::vector<float>> vectors, embedder_->embed(news));
    for (std::size_t i = 0; i < news.size(); ++i) known_[news[i]] = std::move(vectors[i]);
  }
  std::vector<std::vector<float>> out;
  for (const std::string& text : texts) out.push_back(known_[text]);
  return out;
}

Result<Subject> subject_of(const std::string& question, const search::Snapshot& snapshot, model::Embedder& embedder) {
  Subject subject;
  subject.topic = topic_of(question);
  const search::LexicalQuery query = search::read_query(question, snapshot);
  for (const search::QueryTerm& term : query.terms) subject.words.push_back({term.term, term.weight, true});
  // As much as a word that is in one document, nearly. A number of the question's own says nothing about documents.
  const double unknown = kUnknownWord * search::inverse_document_frequency(snapshot.rows(), 1);
  for (const std::string& word : query.unknown) {
    if (!text::is_ascii_digit(word.front())) subject.words.push_back({word, unknown, false});
  }
  GW_TRY(std::vector<std::vector<float>> vectors, embedder.embed({&question, 1}));
  subject.vector = std::move(vectors.front());
  return subject;
}

Result<Evidence> evidence_of(std::vector<Passage> passages, std::size_t most, const Subject& subject,
                             model::Embedder& embedder) {
  Evidence evidence;
  evidence.passages = std::move(passages);
  std::set<std::string_view> seen;  // passages overlap
  for (std::size_t p = 0; p < evidence.passages.size(); ++p) {
    const std::string_view text = evidence.passages[p].document.text;
    for (const text::Span prose : evidence.passages[p].prose) {
      if (evidence.paragraphs.size() >= kParagraphsAtMost) break;
      if (seen.insert(text.substr(prose.begin, prose.size())).second) add_paragraph(evidence, p, text, prose);
    }
  }
  GW_CHECK_OK(score_paragraphs(evidence, subject, embedder));
  GW_CHECK_OK(score_sentences(evidence, subject, embedder));
  score_passages(evidence, subject);
  keep_best(evidence, most);
  return evidence;
}

}  // namespace groundwork::tutor
