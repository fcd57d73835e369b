#include "tutor/tutor.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <span>

#include "text/unicode.h"
#include "tutor/evidence.h"
#include "tutor/generated_answer.h"
#include "tutor/support.h"

namespace groundwork::tutor {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
namespace json = base::json;

namespace {

constexpr std::size_t kLongestQuestion = 4'000;
/// So many passages are read before the best are kept: reading ranks better than searching does.
constexpr std::size_t kCandidates = 24;
/// Below this confidence the documents don't answer.
constexpr double kAnswerable = 0.45;
/// How far behind its paragraph's best sentence one may be and still begin the answer.
constexpr double kBeginsNearly = 0.5;
/// How far behind the best paragraph another may be and still be part of the answer.
constexpr double kNearTheBest = 0.9;
/// What a paragraph is worth more for words of the question that the answer did not have yet.
constexpr double kNewWords = 0.3;
/// Two paragraphs this similar say the same.
constexpr double kSame = 0.88;
/// A question this similar to a prompt asks for its answer.
constexpr double kGradedSimilarity = 0.60;
constexpr double kGradedWords = 0.60;
/// For a model to word the answer; later, the documents' own sentences are it.
constexpr std::chrono::seconds kGenerationAtMost{60};

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

/// Whether a reader can begin here: it says something, by itself, and is no rest of something.
bool begins_well(const Sentence& one) {
  if (!one.quotable || one.leans || one.heads) return false;
  const char first = one.text.front();
  return first < 'a' || first > 'z';
}

/// A short answer to its heading's question is one from its beginning.
bool is_written_as_answer(const Passage& passage) {
  return base::string_or(passage.document.metadata, "role") == "answer";
}

/// The part of a paragraph that answers best: at most `most` sentences in a row, the best one among them, from the
/// first that answers nearly as well. One that leans on the sentence before begins no answer, and nothing that is only
/// a question or an announcement begins or ends one.
std::vector<const Sentence*> best_part(const Evidence& evidence, const Paragraph& paragraph, std::size_t most) {
  const std::span<const Sentence> all(evidence.sentences.data() + paragraph.first, paragraph.count);
  const auto best =
      std::ranges::max_element(all, {}, [](const Sentence& one) { return one.quotable ? one.score : -1; });
  const auto at = static_cast<std::size_t>(best - all.begin());
  const double nearly = is_written_as_answer(evidence.passages[paragraph.passage]) ? 0 : kBeginsNearly * best->score;
  std::size_t begin = at < most ? 0 : at + 1 - most;
  while (begin < at && !(begins_well(all[begin]) && all[begin].score >= nearly)) ++begin;
  while (begin > 0 && at - begin + 1 < most && all[begin].leans && !all[begin - 1].asks) --begin;
  std::size_t end = std::min(all.size(), begin + most);
  while (end > at + 1 && all[end - 1].asks) --end;
  std::vector<const Sentence*> part;
  for (std::size_t i = begin; i < end; ++i) part.push_back(&all[i]);
  return part;
}

/// The sentences of the answer in the order to be read: the best paragraph, then others that say something else of what
/// was asked.
std::vector<const Sentence*> choose(const Evidence& evidence, const Subject& subject, std::size_t most) {
  std::vector<const Paragraph*> chosen;
  std::vector<const Sentence*> sentences;
  std::string said;
  const auto best_score = [&] {
    double best = 0;
    for (const Paragraph& one : evidence.paragraphs) best = std::max(best, one.score);
    return best;
  }();
  while (sentences.size() < most) {
    const double covered = subject.coverage(said);
    const Paragraph* next = nullptr;
    double next_worth = 0;
    for (const Paragraph& one : evidence.paragraphs) {
      const bool repeats = std::ranges::any_of(chosen, [&](const Paragraph* other) {
        return other == &one || search::dot(other->vector, one.vector) > kSame;
      });
      if (repeats || one.score < kNearTheBest * best_score) continue;
      std::string with = said;
      for (std::size_t i = 0; i < one.count; ++i) with += "\n" + evidence.sentences[one.first + i].text;
      const double worth = one.score + kNewWords * (subject.coverage(with) - covered);
      if (worth > next_worth) {
        next_worth = worth;
        next = &one;
      }
    }
    if (next == nullptr) break;
    chosen.push_back(next);
    for (const Sentence* one :
         best_part(evidence, *next, chosen.size() == 1 ? most : std::min<std::size_t>(2, most - sentences.size()))) {
      sentences.push_back(one);
      said += "\n" + one->text;
    }
  }
  return sentences;
}

/// So many passages that follow each other in their document are shown as one.
constexpr std::size_t kJoinedAtMost = 3;
/// Between two of them: a heading, the fence of a block of code.
constexpr std::int64_t kGapAtMost = 120;

/// A stretch of one document that was read, or a passage whose place isn't known.
struct Stretch {
  NearPassage shown;
  std::string sha256;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::size_t passages = 1;
};

Stretch stretch_of(const Passage& passage) {
  const search::Document& document = passage.document;
  const json::object& place = document.place;
  return {{document.id, document.title, document.text, base::string_or(place, "path"), base::string_or(place, "anchor"),
           passage.score},
          base::string_or(place, "sha256"),
          base::int_or(place, "start", 0),
          base::int_or(place, "end", 0)};
}

/// `first` and then `second`, what both have once.
std::string joined(const std::string& first, const std::string& second) {
  std::size_t common = std::min(first.size(), second.size());
  while (common > 0 && !first.ends_with(std::string_view(second).substr(0, common))) --common;
  return first + (common > 0 ? "" : "\n\n") + second.substr(common);
}

/// Makes `other` part of `stretch` where the one goes on where the other ends.
bool join(Stretch& stretch, const Stretch& other) {
  if (stretch.passages >= kJoinedAtMost || stretch.sha256.empty() || stretch.sha256 != other.sha256 ||
      stretch.shown.path != other.shown.path) {
    return false;
  }
  const bool behind = other.begin >= stretch.begin;
  const std::int64_t gap = behind ? other.begin - stretch.end : stretch.begin - other.end;
  if (gap > kGapAtMost) return false;
  stretch.shown.text =
      behind ? joined(stretch.shown.text, other.shown.text) : joined(other.shown.text, stretch.shown.text);
  stretch.begin = std::min(stretch.begin, other.begin);
  stretch.end = std::max(stretch.end, other.end);
  ++stretch.passages;
  return true;
}

/// The passages that were read, those of all readings in turn, each once; neighbours of one document as one.
std::vector<NearPassage> near(const std::vector<Reading>& readings, std::size_t most) {
  std::vector<Stretch> stretches;
  std::set<std::string_view> seen;
  for (std::size_t rank = 0; rank < most; ++rank) {
    for (const Reading& reading : readings) {
      if (rank >= reading.evidence.passages.size()) continue;
      const Passage& one = reading.evidence.passages[rank];
      if (!seen.insert(one.document.id).second) continue;
      Stretch next = stretch_of(one);
      const bool part = std::ranges::any_of(stretches, [&](Stretch& other) { return join(other, next); });
      if (!part && stretches.size() < most) stretches.push_back(std::move(next));
    }
  }
  std::vector<NearPassage> out;
  for (Stretch& one : stretches) out.push_back(std::move(one.shown));
  return out;
}

std::vector<std::string> words_of(std::string_view question) {
  std::vector<std::string> words(1);
  for (const char c : question) {
    if (text::is_ascii_letter(c)) {
      words.back() += text::ascii_lower(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

/// An order to whoever answers, and no question: "Ignore your instructions and ...". Documents may well have its words.
bool is_order(std::string_view question) {
  static constexpr std::array<std::string_view, 7> kDo = {"disregard", "forget", "ignore", "output",
                                                          "print",     "repeat", "reveal"};
  static constexpr std::array<std::string_view, 5> kWhose = {"above", "previous", "prior", "system", "your"};
  static constexpr std::array<std::string_view, 5> kWhat = {"guidelines", "instruction", "instructions", "prompt",
                                                            "rules"};
  const std::vector<std::string> words = words_of(question);
  const std::size_t first = !words.empty() && words.front() == "please" ? 1 : 0;
  if (first >= words.size() || std::ranges::find(kDo, words[first]) == kDo.end()) return false;
  const auto has = [&](const auto& any) {
    return std::ranges::any_of(words, [&](const std::string& one) { return std::ranges::find(any, one) != any.end(); });
  };
  return has(kWhose) && has(kWhat);
}

struct Chosen {
  const Passage* passage;
  const Sentence* sentence;
};

/// Whether the question, or one of the questions within it, is one of those that are being graded.
Result<bool> is_graded(const Question& question, const std::vector<Reading>& readings, model::Embedder& embedder) {
  GW_TRY(const std::vector<std::vector<float>> prompts, embedder.embed(question.graded));
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    for (const Reading& one : readings) {
      if (search::dot(one.subject.vector, prompts[i]) >= kGradedSimilarity) return true;
      if (one.subject.coverage(question.graded[i]) >= kGradedWords) return true;
    }
  }
  return false;
}

/// Sentences for the whole question, or some for each question within it.
std::vector<Chosen> compose(const std::vector<Reading>& readings, std::size_t most) {
  std::vector<Chosen> out;
  std::set<std::string_view> said;
  const std::size_t parts = readings.size() - 1;
  for (std::size_t i = parts == 0 ? 0 : 1; i < readings.size(); ++i) {
    const Evidence& evidence = readings[i].evidence;
    const std::size_t each = parts == 0 ? most : std::max<std::size_t>(1, most / parts);
    for (const Sentence* one : choose(evidence, readings[i].subject, each)) {
      if (said.insert(one->text).second) out.push_back({&evidence.passages[one->passage], one});
    }
  }
  if (out.size() > most) out.resize(most);
  return out;
}

/// Makes the answer of the documents' own sentences, each with its citation.
void quote(const std::vector<Chosen>& chosen, Answer& answer) {
  for (const Chosen& one : chosen) {
    Citation citation = cite(*one.passage, one.sentence->in_passage, static_cast<int>(answer.citations.size()) + 1);
    const Support support = check_support(one.sentence->text, citation.quote);
    citation.verdict = support.verdict;
    citation.support = support.words;
    answer.sentences.push_back({one.sentence->text, {citation.number}});
    answer.citations.push_back(std::move(citation));
  }
}

/// Every citation's passage is among those that the answer shows: one that was cut off, or shown as part of its
/// neighbour, is added at the end.
void show_cited(std::span<const Reading> readings, Answer& answer) {
  for (const Citation& citation : answer.citations) {
    const auto is_it = [&](const NearPassage& one) { return one.id == citation.id; };
    if (std::ranges::any_of(answer.passages, is_it)) continue;
    for (const Reading& reading : readings) {
      const auto found = std::ranges::find_if(reading.evidence.passages,
                                              [&](const Passage& one) { return one.document.id == citation.id; });
      if (found == reading.evidence.passages.end()) continue;
      answer.passages.push_back(stretch_of(*found).shown);
      break;
    }
  }
}

/// The passages of all readings in turn, each once, best first.
std::vector<const Passage*> passages_in(std::span<const Reading> readings, std::size_t most) {
  std::vector<const Passage*> out;
  std::set<std::string_view> seen;
  for (std::size_t rank = 0; rank < most; ++rank) {
    for (const Reading& reading : readings) {
      if (rank >= reading.evidence.passages.size()) continue;
      const Passage& one = reading.evidence.passages[rank];
      if (out.size() < most && seen.insert(one.document.id).second) out.push_back(&one);
    }
  }
  return out;
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
  const std::vector<std::string> words = words_of(question);
  const bool points = std::ranges::any_of(
      words, [](const std::string& one) { return std::ranges::find(kPointing, one) != kPointing.end(); });
  return words.size() <= 3 || points ? history.back().question + "\n" + question : question;
}

Result<Evidence> Tutor::read(const std::string& text, const Question& question, const Subject& subject,
                             model::Embedder& embedder) const {
  search::SearchRequest request;
  request.query = text;
  request.top_k = std::max(kCandidates, question.passages);
  request.filter = question.filter;
  GW_TRY(const search::SearchResult found, searcher_.search(request));
  GW_TRY(std::vector<Passage> candidates, passages_of(found, searcher_.snapshot()));
  return evidence_of(std::move(candidates), question.passages, subject, embedder);
}

Status Tutor::generate(std::span<const Reading> readings, const Question& question, model::Embedder& embedder,
                       Answer& answer) const {
  const std::vector<const Passage*> passages = passages_in(readings, question.passages);
  GenerationRequest request;
  request.question = answer.asked;
  request.question_vector = readings.front().subject.vector;
  request.passages = passages;
  request.sentences = question.sentences;
  request.deadline = std::chrono::steady_clock::now() + kGenerationAtMost;
  request.cancel = question.cancel;
  GW_TRY(Generated made, generate_answer(request, *model_, embedder));
  if (question.cancel.stop_requested()) return make_error(Code::kCancelled, "the question was taken back");
  answer.generator = std::move(made.report);
  answer.sentences = std::move(made.sentences);
  answer.citations = std::move(made.citations);
  return {};
}

Result<Answer> Tutor::ask(const Question& question, const OnSentence& on_sentence) const {
  GW_CHECK_OK(check(question));
  RememberingEmbedder embedder(*embedder_, before_.get());
  Answer answer;
  answer.asked = in_context(question.text, question.history);
  GW_TRY(const Subject subject, subject_of(answer.asked, searcher_.snapshot(), embedder));
  // The question as a whole, and then each question within it.
  std::vector<Reading> readings;
  GW_TRY(Evidence whole, read(answer.asked, question, subject, embedder));
  readings.push_back({subject, std::move(whole)});
  for (const std::string& part : parts_of(answer.asked)) {
    GW_TRY(Subject asked, subject_of(part, searcher_.snapshot(), embedder));
    GW_TRY(Evidence evidence, read(part, question, asked, embedder));
    readings.push_back({std::move(asked), std::move(evidence)});
  }
  answer.passages = near(readings, question.passages);
  GW_TRY(const bool graded, is_graded(question, readings, embedder));
  if (graded) {
    answer.withheld = true;
    for (NearPassage& one : answer.passages) one.text.clear();
    abstain(answer,
            "This is part of what you are being graded on now. Read the pages below first; the answer is free "
            "once you have submitted.");
    return answer;
  }
  answer.confidence = confidence_of(readings.front());
  if (answer.confidence < kAnswerable || is_order(question.text)) {
    abstain(answer, "The documents don't say. The nearest passages are below.");
    return answer;
  }
  if (model_ != nullptr) GW_CHECK_OK(generate(readings, question, embedder, answer));
  if (answer.sentences.empty()) quote(compose(readings, question.sentences), answer);
  show_cited(readings, answer);
  for (std::size_t i = 0; on_sentence && i < answer.sentences.size(); ++i) {
    if (on_sentence(answer.sentences[i], {answer.citations[i]})) continue;
    answer.sentences.resize(i + 1);
    answer.citations.resize(i + 1);
  }
  return answer;
}

}  // namespace groundwork::tutor
