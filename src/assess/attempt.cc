#include "assess/attempt.h"

#include <algorithm>
#include <set>

#include "assess/draw.h"
#include "assess/grade.h"
#include "base/random.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "progress/explain.h"

namespace groundwork::assess {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::json::array;
using base::json::object;
using curriculum::Curriculum;
using curriculum::Question;
using progress::Fraction;
using progress::Purpose;
using progress::Status;

constexpr int kRecapItems = 8;

/// Quizzes that a re-test must share no item with.
bool judged(Purpose purpose) {
  return purpose == Purpose::kModule || purpose == Purpose::kRetest || purpose == Purpose::kTestOut;
}

void append_bank(const Curriculum& content, const std::string& module, std::vector<const Question*>& pool) {
  if (const std::vector<Question>* bank = content.bank(module)) {
    for (const Question& question : *bank) pool.push_back(&question);
  }
}

/// Two items of the module itself, then one of what it stands on.
std::vector<const Question*> mixed(const std::vector<const Question*>& own, const std::vector<const Question*>& other) {
  std::vector<const Question*> out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    out.push_back(own[i]);
    if (i % 2 == 1 && next < other.size()) out.push_back(other[next++]);
  }
  return out;
}

object fraction_object(const Fraction& fraction) { return progress::fact_fraction(fraction); }

std::map<std::string, std::int64_t> seen_in(const std::vector<Attempt>& before) {
  std::map<std::string, std::int64_t> seen;
  for (std::size_t i = 0; i < before.size(); ++i) {
    for (const std::string& item : before[i].items) seen[item] = static_cast<std::int64_t>(i);
  }
  return seen;
}

/// Missed concepts, the one with most lost credit first; ties in the order of the course.
std::vector<std::string> missed_concepts(const Curriculum& content, const Attempt& attempt) {
  std::map<std::string, double> lost;
  for (const auto& [item, answered] : attempt.answers) {
    const Question* question = content.question(item);
    if (question == nullptr || answered.credit.is_one()) continue;
    lost[question->concept_id] += 1 - answered.credit.percent() / 100;
  }
  std::vector<std::string> out;
  for (const std::string& name : content.concept_order) {
    if (lost.count(name) > 0) out.push_back(name);
  }
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return lost[a] > lost[b] + 1e-9; });
  return out;
}

/// The quiz that the module's state asks for.
Result<Purpose> due_purpose(const Standing& standing, int module, base::Timestamp now) {
  const progress::Action next = progress::explain(standing.state, module, now).next;
  const std::string& title = standing.course->modules[static_cast<std::size_t>(module)].title;
  switch (standing.state.status(module)) {
    case Status::kAvailable:
    case Status::kInProgress:
      return Purpose::kModule;
    case Status::kRetestDue:
      return Purpose::kRetest;
    case Status::kRemedialDue:
      return Purpose::kRemedial;
    case Status::kRecapDue:
      return Purpose::kRecap;
    case Status::kComplete: {
      const progress::Mastery mastery = standing.state.mastery(module, now);
      const bool check = mastery == progress::Mastery::kDue || mastery == progress::Mastery::kLapsed;
      return check ? Purpose::kMastery : Purpose::kPractice;
    }
    case Status::kLabDue:
    case Status::kReviewDue:
    case Status::kOutline:
    case Status::kLocked:
    case Status::kBlocked:
      break;
  }
  const progress::Explanation why = progress::explain(standing.state, module, now);
  return make_error(Code::kFailedPrecondition,
                    "no quiz is open for '" + title + "': " + why.reasons.front().text + " Next: " + next.title + ".");
}

base::Status allowed(const Standing& standing, int module, Purpose purpose, base::Timestamp now) {
  const Status status = standing.state.status(module);
  const std::string& title = standing.course->modules[static_cast<std::size_t>(module)].title;
  if (status == Status::kOutline) {
    return make_error(Code::kFailedPrecondition, "'" + title + "' is an outline: its content is not written yet");
  }
  if (purpose == Purpose::kTestOut) {
    if (status == Status::kComplete) {
      return make_error(Code::kFailedPrecondition,
                        "'" + title + "' is complete already: there is nothing to test out of");
    }
    if (status != Status::kBlocked) return {};
  }
  if (purpose == Purpose::kPractice && status == Status::kComplete) return {};
  const auto due = due_purpose(standing, module, now);
  if (!due.ok()) return due.error();
  if (*due != purpose) {
    return make_error(Code::kFailedPrecondition, "a quiz of purpose " + std::string(to_string(purpose)) +
                                                     " is not open for '" + title + "': what is due is " +
                                                     std::string(to_string(*due)));
  }
  return {};
}

}  // namespace

std::vector<Fraction> Attempt::credits() const {
  std::vector<Fraction> out;
  for (const std::string& item : items) {
    if (const auto at = answers.find(item); at != answers.end()) out.push_back(at->second.credit);
  }
  return out;
}

progress::QuizDecision Attempt::decision() const {
  progress::QuizDecision decision = progress::decide_quiz(credits(), planned, maximum);
  if (purpose == Purpose::kRemedial || purpose == Purpose::kPractice) {
    decision.finished = answers.size() == items.size();
    decision.text = purpose == Purpose::kRemedial ? "A remedial asks all of its checks; every one has to be right."
                                                  : "Practice moves nothing: it is for you.";
  }
  return decision;
}

std::vector<Attempt> attempts_of(const std::vector<ledger::Fact>& facts) {
  std::vector<Attempt> out;
  std::map<std::string, std::size_t> index;
  const auto texts = [](const object& data, const char* key) {
    std::vector<std::string> list;
    if (const auto items = base::get_array(data, key, "data"); items.ok()) {
      for (const base::json::value& item : **items) {
        if (item.is_string()) list.emplace_back(item.get_string());
      }
    }
    return list;
  };
  for (const ledger::Fact& fact : facts) {
    if (!fact.kind.starts_with("quiz.")) continue;
    const object& data = fact.data;
    const std::string id = base::string_or(data, "attempt");
    if (fact.kind == "quiz.started") {
      const auto purpose = progress::purpose_from(base::string_or(data, "purpose"));
      if (!purpose.ok() || index.count(id) > 0) continue;
      Attempt attempt;
      attempt.id = id;
      attempt.module = base::string_or(data, "module");
      attempt.purpose = *purpose;
      attempt.concept_id = base::string_or(data, "concept");
      attempt.seed = static_cast<std::uint64_t>(base::int_or(data, "seed", 0));
      attempt.planned = static_cast<int>(base::int_or(data, "planned", 1));
      attempt.maximum = static_cast<int>(base::int_or(data, "maximum", 1));
      attempt.items = texts(data, "items");
      attempt.started_at = fact.at;
      index[id] = out.size();
      out.push_back(std::move(attempt));
      continue;
    }
    const auto at = index.find(id);
    if (at == index.end()) continue;
    Attempt& attempt = out[at->second];
    if (fact.kind == "quiz.extended") {
      for (std::string& item : texts(data, "items")) attempt.items.push_back(std::move(item));
    } else if (fact.kind == "quiz.answered") {
      const auto credit = progress::fraction_from(data, "credit", "data");
      const auto* answer = data.if_contains("answer");
      if (credit.ok() && answer != nullptr) attempt.answers[base::string_or(data, "item")] = {*answer, *credit};
    } else if (fact.kind == "quiz.finished") {
      const auto score = progress::fraction_from(data, "score", "data");
      if (score.ok()) attempt.score = *score;
      attempt.missed_concepts = texts(data, "missed_concepts");
      attempt.finished_at = fact.at;
    }
  }
  return out;
}

std::vector<const Question*> sequence_of(const Curriculum& content, const Attempt& attempt,
                                         const std::vector<Attempt>& before) {
  std::vector<const Question*> pool;
  if (attempt.purpose == Purpose::kRemedial) {
    const auto remedial = content.concepts.find(attempt.concept_id);
    if (remedial == content.concepts.end()) return {};
    const auto page = content.remedials.find(remedial->second.remedial);
    if (page == content.remedials.end()) return {};
    for (const Question& check : page->second.checks) pool.push_back(&check);
    return pool;
  }
  const curriculum::Module* module = content.module(attempt.module);
  if (module == nullptr) return {};
  const std::map<std::string, std::int64_t> seen = seen_in(before);
  std::vector<const Question*> basis;
  for (const std::string& prerequisite : module->prerequisites) append_bank(content, prerequisite, basis);
  append_bank(content, attempt.module, pool);

  // The last judged quiz of this module: its items do not come again.
  const auto last = std::find_if(before.rbegin(), before.rend(), [&](const Attempt& other) {
    return other.module == attempt.module && judged(other.purpose);
  });
  std::set<std::string> excluded;
  if (last != before.rend()) excluded.insert(last->items.begin(), last->items.end());
  std::erase_if(pool, [&](const Question* question) { return excluded.count(question->id) > 0; });

  if (attempt.purpose == Purpose::kRecap) {
    if (!basis.empty()) return draw_order(basis, seen, attempt.seed);
    // A module without prerequisites is recapped on what was missed in it, and then on the rest.
    if (last != before.rend()) {
      const std::vector<std::string>& missed = last->missed_concepts;
      std::vector<const Question*> own;
      for (const Question* question : pool) {
        if (std::find(missed.begin(), missed.end(), question->concept_id) != missed.end()) own.push_back(question);
      }
      if (static_cast<int>(own.size()) >= kRecapItems) pool = std::move(own);
    }
  }
  std::vector<const Question*> order = draw_order(pool, seen, attempt.seed);
  if (attempt.purpose == Purpose::kMastery) return mixed(order, draw_order(basis, seen, attempt.seed));
  return order;
}

Result<Attempt> Quizzes::draw(const std::string& learner, const Standing& standing, int module_index, Purpose purpose,
                              std::uint64_t seed, const std::vector<Attempt>& before) {
  const progress::Course::Module& module = standing.course->modules[static_cast<std::size_t>(module_index)];
  Attempt attempt;
  attempt.id = base::random_id();
  attempt.module = module.id;
  attempt.purpose = purpose;
  attempt.seed = seed;
  attempt.planned = purpose == Purpose::kRecap ? kRecapItems : module.quiz_questions;
  attempt.maximum = progress::kMaxQuizItems;
  if (purpose == Purpose::kRemedial) {
    attempt.concept_id =
        standing.course->concepts[static_cast<std::size_t>(standing.state.module(module_index).remedial_concept)].id;
  }
  const std::vector<const Question*> order = sequence_of(*standing.content, attempt, before);
  if (order.empty()) return make_error(Code::kFailedPrecondition, "there are no questions left to draw for this quiz");
  const int available = static_cast<int>(order.size());
  // A first quiz leaves half of the bank, so that a re-test of any length can be disjoint.
  const auto* bank = standing.content->bank(module.id);
  const int half = bank == nullptr ? available : static_cast<int>(bank->size()) / 2;
  if (judged(purpose)) attempt.maximum = std::min(attempt.maximum, half);
  if (purpose == Purpose::kRemedial) attempt.planned = attempt.maximum = available;
  if (purpose == Purpose::kPractice) attempt.maximum = attempt.planned;
  attempt.maximum = std::min(attempt.maximum, available);
  attempt.planned = std::min(attempt.planned, attempt.maximum);
  array items;
  for (int i = 0; i < attempt.planned; ++i) {
    attempt.items.push_back(order[static_cast<std::size_t>(i)]->id);
    items.emplace_back(attempt.items.back());
  }
  object data{{"attempt", attempt.id},         {"module", module.id},
              {"purpose", to_string(purpose)}, {"seed", seed},
              {"planned", attempt.planned},    {"maximum", attempt.maximum},
              {"items", std::move(items)},     {"revision", module.bank_revision}};
  if (!attempt.concept_id.empty()) data["concept"] = attempt.concept_id;
  const ledger::NewFact fact = study_->fact(learner, "quiz.started:" + attempt.id, "quiz.started", std::move(data));
  attempt.started_at = fact.at;
  GW_CHECK_OK([&]() -> base::Status {
    GW_TRY([[maybe_unused]] const std::int64_t seq, study_->record(fact));
    return {};
  }());
  return attempt;
}

Result<Quizzes::Started> Quizzes::start(const std::string& learner, const std::string& module_id,
                                        std::optional<Purpose> purpose, std::optional<std::uint64_t> seed) {
  const std::lock_guard lock(mutex_);
  GW_TRY(const std::shared_ptr<const Standing> standing, study_->standing(learner));
  const int module = standing->course->module(module_id);
  if (module == progress::kNone) {
    return make_error(Code::kNotFound, "there is no module '" + module_id + "'" +
                                           base::did_you_mean(module_id, standing->content->module_ids()));
  }
  GW_TRY(const std::vector<Attempt> before, list(learner));
  const base::Timestamp now = study_->now();
  if (!purpose) {
    GW_TRY(const Purpose due, due_purpose(*standing, module, now));
    purpose = due;
  }
  GW_CHECK_OK(allowed(*standing, module, *purpose, now));
  for (const Attempt& attempt : before) {
    if (attempt.open() && attempt.module == module_id && attempt.purpose == *purpose) return Started{attempt, true};
  }
  GW_TRY(Attempt fresh, draw(learner, *standing, module, *purpose, seed.value_or(base::random_seed()), before));
  return Started{std::move(fresh), false};
}

Result<std::vector<Attempt>> Quizzes::list(const std::string& learner) {
  GW_TRY(const std::vector<ledger::Fact> facts, study_->ledger().facts(learner));
  return attempts_of(facts);
}

Result<Attempt> Quizzes::find(const std::string& learner, const std::string& attempt_id) {
  GW_TRY(const std::vector<Attempt> all, list(learner));
  for (const Attempt& attempt : all) {
    if (attempt.id == attempt_id) return attempt;
  }
  return make_error(Code::kNotFound, "there is no attempt '" + base::clip(attempt_id, 100) + "'");
}

Result<Attempt> Quizzes::answer(const std::string& learner, const std::string& attempt_id, const object& answers) {
  const std::lock_guard lock(mutex_);
  GW_TRY(const std::shared_ptr<const Standing> standing, study_->standing(learner));
  GW_TRY(std::vector<Attempt> before, list(learner));
  const auto found =
      std::find_if(before.begin(), before.end(), [&](const Attempt& attempt) { return attempt.id == attempt_id; });
  if (found == before.end()) {
    return make_error(Code::kNotFound, "there is no attempt '" + base::clip(attempt_id, 100) + "'");
  }
  Attempt attempt = *found;
  before.erase(found, before.end());
  if (!attempt.open()) return make_error(Code::kFailedPrecondition, "this attempt is finished; its answers are final");

  std::vector<ledger::NewFact> facts;
  for (const auto& entry : answers) {
    const std::string item(entry.key());
    if (std::find(attempt.items.begin(), attempt.items.end(), item) == attempt.items.end()) {
      return make_error(Code::kInvalidArgument, "'" + base::clip(item, 100) + "' is not an item of this attempt" +
                                                    base::did_you_mean(item, attempt.items));
    }
    if (attempt.answers.count(item) > 0) {
      return make_error(Code::kFailedPrecondition, "item " + item + " is answered already, and an answer is final");
    }
    const Question* question = standing->content->question(item);
    if (question == nullptr) {
      return make_error(Code::kFailedPrecondition, "item " + item + " was removed from the bank; start a new quiz");
    }
    GW_TRY(Graded graded, grade(*question, entry.value()));
    facts.push_back(study_->fact(learner, "quiz.answered:" + attempt.id + ":" + item, "quiz.answered",
                                 {{"attempt", attempt.id},
                                  {"item", item},
                                  {"item_hash", question->revision},
                                  {"concept", question->concept_id},
                                  {"answer", graded.answer},
                                  {"credit", fraction_object(graded.credit)}}));
    attempt.answers[item] = {std::move(graded.answer), graded.credit};
  }
  if (attempt.answers.size() == attempt.items.size()) {
    const progress::QuizDecision decision = attempt.decision();
    std::string next;
    if (!decision.finished) {
      // What it drew may have been edited away meanwhile: then the quiz ends with what it has.
      for (const Question* question : sequence_of(*standing->content, attempt, before)) {
        if (std::find(attempt.items.begin(), attempt.items.end(), question->id) == attempt.items.end()) {
          next = question->id;
          break;
        }
      }
    }
    if (!next.empty()) {
      attempt.items.push_back(next);
      facts.push_back(study_->fact(learner, "quiz.extended:" + attempt.id + ":" + std::to_string(attempt.items.size()),
                                   "quiz.extended", {{"attempt", attempt.id}, {"items", array{next}}}));
    } else {
      attempt.score = decision.score;
      attempt.missed_concepts = missed_concepts(*standing->content, attempt);
      array missed;
      for (const std::string& name : attempt.missed_concepts) missed.emplace_back(name);
      const int module = standing->course->module(attempt.module);
      const std::string revision =
          module == progress::kNone ? "" : standing->course->modules[static_cast<std::size_t>(module)].bank_revision;
      const bool fixed = attempt.purpose == Purpose::kRemedial || attempt.purpose == Purpose::kPractice;
      object data{{"attempt", attempt.id},
                  {"module", attempt.module},
                  {"purpose", to_string(attempt.purpose)},
                  {"score", fraction_object(attempt.score)},
                  {"items", attempt.items.size()},
                  {"missed_concepts", std::move(missed)},
                  {"why", fixed ? "complete" : (decision.decided ? "decided" : "cap")},
                  {"revision", revision}};
      if (!attempt.concept_id.empty()) data["concept"] = attempt.concept_id;
      facts.push_back(study_->fact(learner, "quiz.finished:" + attempt.id, "quiz.finished", std::move(data)));
      attempt.finished_at = facts.back().at;
    }
  }
  const auto recorded = study_->record(std::move(facts));
  if (!recorded.ok()) {
    if (recorded.error().code == Code::kAlreadyExists) {
      return make_error(Code::kFailedPrecondition,
                        "an answer of this attempt was given elsewhere at the same time; load it again");
    }
    return recorded.error();
  }
  return attempt;
}

base::Status submit_review(Study& study, const std::string& learner, const std::string& module_id,
                           const array& answers) {
  GW_TRY(const std::shared_ptr<const Standing> standing, study.standing(learner));
  const int module = standing->course->module(module_id);
  if (module == progress::kNone) {
    return make_error(Code::kNotFound, "there is no module '" + module_id + "'" +
                                           base::did_you_mean(module_id, standing->content->module_ids()));
  }
  const progress::ModuleTrack& track = standing->state.module(module);
  const progress::Action next = progress::explain(standing->state, module, study.now()).next;
  if (!track.review_due || next.kind == progress::ActionKind::kWait) {
    return make_error(Code::kFailedPrecondition, "no self-review is due for '" + module_id + "'. Next: " + next.title);
  }
  std::set<std::string> answered;
  for (const base::json::value& answer : answers) {
    if (answer.is_object()) answered.insert(base::string_or(answer.get_object(), "concept"));
  }
  for (int missed : track.missed) {
    const progress::Course::Concept& item = standing->course->concepts[static_cast<std::size_t>(missed)];
    if (answered.count(item.id) == 0) {
      return make_error(Code::kInvalidArgument,
                        "expected an answer for every concept that was missed; none for '" + item.id + "'");
    }
  }
  // One review a quiz: sent twice, it is the same fact.
  const std::string id = "review.submitted:" + module_id + ":" + std::to_string(track.quiz_fact);
  GW_TRY(
      [[maybe_unused]] const std::int64_t seq,
      study.record(study.fact(learner, id, "review.submitted",
                              {{"module", module_id}, {"by", "self"}, {"verdict", "cleared"}, {"answers", answers}})));
  return {};
}

}  // namespace groundwork::assess
