#include "tutor/tutor.h"

#include <algorithm>
#include <array>

#include "text/unicode.h"
#include "tutor/evidence.h"
#include "tutor/support.h"

namespace groundwork::tutor {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kLongestQuestion = 4'000;
/// Below this the documents don't answer. Between the questions of suites/tutor/dev.jsonl that have an answer and those
/// that have none.
constexpr double kAnswerable = 0.48;
/// How far behind the best sentence another may be and still be part of the answer.
constexpr double kNearTheBest = 0.80;
/// Two sentences this similar say the same.
constexpr double kSame = 0.88;
/// A question this similar to a prompt asks for its answer.
constexpr double kGradedSimilarity = 0.60;
constexpr double kGradedWords = 0.60;

Status check(const Question& question) {
  const auto bad = [](std::string what) { return make_error(Code::kInvalidArgument, std::move(what)); };
  if (question.text.find_first_not_of(" \t\r\n") == std::string::npos) return bad("the question is empty");
  if (question.text.size() > kLongestQuestion) {
    return bad("the question has " + std::to_string(question.text.size()) + " bytes, expected at most " +
               std::to_string(kLongestQuestion));
  }
  if (question.passages < 1 || question.passages > 20) return bad("expected 1 to 20 passages");
  if (question.sentences < 1 || question.sentences > 10) return bad("expected 1 to 10 sentences");
  return {};
}

/// The best sentences that don't repeat each other, in the order to be read: the document of the best one first, each
/// in its own order.
std::vector<const Sentence*> choose(const std::vector<Sentence>& all, const std::vector<Passage>& passages,
                                    std::size_t most) {
  std::vector<const Sentence*> ranked;
  for (const Sentence& one : all) ranked.push_back(&one);
  std::ranges::stable_sort(ranked, [](const Sentence* a, const Sentence* b) { return a->score > b->score; });
  std::vector<const Sentence*> chosen;
  const auto is_new = [&](const Sentence& one) {
    return std::ranges::none_of(
        chosen, [&](const Sentence* other) { return other == &one || search::dot(other->vector, one.vector) > kSame; });
  };
  for (const Sentence* one : ranked) {
    if (chosen.size() >= most || one->score < kNearTheBest * ranked.front()->score) break;
    if (!is_new(*one)) continue;
    // A sentence that leans on the one before takes it along, or stays away.
    const bool has_before = one != all.data() && (one - 1)->passage == one->passage;
    if (one->leans && has_before && is_new(*(one - 1))) {
      if (chosen.size() + 2 > most) continue;
      chosen.push_back(one - 1);
    }
    chosen.push_back(one);
  }
  const auto document_of = [&](const Sentence* one) { return passages[one->passage].document.metadata; };
  std::vector<base::json::object> order;
  for (const Sentence* one : chosen) {
    if (std::ranges::find(order, document_of(one)) == order.end()) order.push_back(document_of(one));
  }
  std::ranges::stable_sort(chosen, [&](const Sentence* a, const Sentence* b) {
    const auto place = [&](const Sentence* one) {
      const auto document = std::ranges::find(order, document_of(one)) - order.begin();
      const std::int64_t start = base::int_or(passages[one->passage].document.place, "start", 0);
      return std::tuple(document, start, one->passage, one->in_passage.begin);
    };
    return place(a) < place(b);
  });
  return chosen;
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

std::vector<NearPassage> near(const std::vector<Passage>& passages) {
  std::vector<NearPassage> out;
  for (const Passage& one : passages) {
    out.push_back({one.document.id, one.document.title, one.document.text, base::string_or(one.document.place, "path"),
                   base::string_or(one.document.place, "anchor"), one.similarity});
  }
  return out;
}

/// How well the best sentences cover the question: meaning and words alike; a word that no document has counts against.
double confidence_of(const std::vector<Sentence>& all, const std::vector<Passage>& passages, const Subject& subject) {
  if (all.empty() || passages.empty()) return 0;
  double similarity = 0;
  for (const Sentence& one : all) similarity = std::max(similarity, one.similarity);
  double passage_similarity = 0;
  std::string read;
  for (const Passage& one : passages) {
    passage_similarity = std::max(passage_similarity, one.similarity);
    if (read.empty()) read = one.document.title + "\n" + one.document.text;
  }
  const double meaning = 0.5 * similarity + 0.5 * passage_similarity;
  return 0.6 * meaning + 0.4 * subject.coverage(read);
}

void abstain(Answer& answer, std::string reason) {
  answer.abstained = true;
  answer.reason = std::move(reason);
}

}  // namespace

std::string in_context(const std::string& question, const std::vector<Turn>& history) {
  if (history.empty()) return question;
  static constexpr std::array<std::string_view, 12> kPointing = {"he",   "her",   "him",  "it",   "its",   "one",
                                                                 "that", "their", "them", "they", "these", "this"};
  std::size_t words = 0;
  bool points = false;
  std::string word;
  for (const char c : question + " ") {
    if (text::is_ascii_letter(c)) {
      word += text::ascii_lower(c);
    } else if (!word.empty()) {
      ++words;
      points = points || std::ranges::find(kPointing, word) != kPointing.end();
      word.clear();
    }
  }
  return words <= 3 || points ? history.back().question + "\n" + question : question;
}

Result<Answer> Tutor::ask(const Question& question, const OnSentence& on_sentence) const {
  GW_CHECK_OK(check(question));
  Answer answer;
  answer.asked = in_context(question.text, question.history);
  GW_TRY(const Subject subject, subject_of(answer.asked, searcher_.snapshot(), *embedder_));
  search::SearchRequest request;
  request.query = answer.asked;
  request.top_k = question.passages;
  request.filter = question.filter;
  GW_TRY(const search::SearchResult found, searcher_.search(request));
  GW_TRY(const std::vector<Passage> passages, passages_of(found, searcher_.snapshot()));
  answer.passages = near(passages);
  if (!question.graded.empty()) {
    GW_TRY(const std::vector<std::vector<float>> prompts, embedder_->embed(question.graded));
    for (std::size_t i = 0; i < prompts.size(); ++i) {
      const bool same = search::dot(subject.vector, prompts[i]) >= kGradedSimilarity ||
                        subject.coverage(question.graded[i]) >= kGradedWords;
      if (!same) continue;
      answer.withheld = true;
      for (NearPassage& one : answer.passages) one.text.clear();
      abstain(answer,
              "This is part of what you are being graded on now. Read the pages below first; the answer is free "
              "once you have submitted.");
      return answer;
    }
  }
  GW_TRY(const std::vector<Sentence> sentences, sentences_of(passages, subject, *embedder_));
  answer.confidence = confidence_of(sentences, passages, subject);
  if (answer.confidence < kAnswerable) {
    abstain(answer, "The documents don't say. The nearest passages are below.");
    return answer;
  }
  for (const Sentence* one : choose(sentences, passages, question.sentences)) {
    Citation citation = cite(passages[one->passage], one->in_passage, static_cast<int>(answer.citations.size()) + 1);
    const Support support = check_support(one->text, citation.quote);
    citation.verdict = support.verdict;
    citation.support = support.words;
    answer.sentences.push_back({one->text, {citation.number}});
    answer.citations.push_back(std::move(citation));
    if (on_sentence && !on_sentence(answer.sentences.back(), {answer.citations.back()})) break;
  }
  return answer;
}

}  // namespace groundwork::tutor
