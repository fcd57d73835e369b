#include "portfolio/weekly_review.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/hash.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "portfolio/format.h"
#include "progress/explain.h"
#include "progress/plan.h"
#include "progress/state_json.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::json::array;
using base::json::object;
using base::json::value;
using std::chrono::days;
using std::chrono::sys_days;

/// Facts further apart than this are of two sittings; what was done in between left no fact.
constexpr std::chrono::minutes kSitting{30};

enum Kind { kTheory, kBuilding, kInterview, kRetrospective };
constexpr std::array<std::string_view, 4> kKindNames = {"theory", "building", "interview", "retrospective"};

Kind kind_of(const ledger::Fact& fact, const progress::Course& course) {
  if (fact.kind == "lab.started" || fact.kind == "lab.graded") {
    const int lab = course.lab(base::string_or(fact.data, "lab"));
    return lab != progress::kNone && course.labs[static_cast<std::size_t>(lab)].dsa ? kInterview : kBuilding;
  }
  if (fact.kind == "kpi.measured" || fact.kind == "kpi.recorded" || fact.kind == "project.started" ||
      fact.kind == "gate.evidence" || fact.kind == "deliverable.submitted") {
    return kBuilding;
  }
  if (fact.kind == "root-cause.submitted" || fact.kind == "weekly-review.submitted" ||
      fact.kind == "review.submitted") {
    return kRetrospective;
  }
  if (fact.kind == "story.noted") return kInterview;
  return kTheory;  // reading and quizzes
}

struct Span {
  sys_days from;
  sys_days to;  ///< the day after the last
};

Span span_of(const Evidence& evidence, int week) {
  const auto& profile = evidence.standing->state.profile();
  sys_days start = std::chrono::floor<days>(evidence.now);
  if (profile) {
    start = profile->start_on;
  } else if (!evidence.facts.empty()) {
    start = week_of(std::chrono::floor<days>(evidence.facts.front().at), profile);
  } else {
    start = week_of(start, profile);
  }
  const sys_days from = start + days{7 * (week - 1)};
  return {from, from + days{7}};
}

std::vector<const ledger::Fact*> facts_in(const Evidence& evidence, const Span& span) {
  std::vector<const ledger::Fact*> out;
  for (const ledger::Fact& fact : evidence.facts) {
    if (fact.at >= span.from && fact.at < span.to) out.push_back(&fact);
  }
  return out;
}

object line(std::string text, std::vector<std::int64_t> facts = {}) {
  return {{"text", std::move(text)}, {"facts", array(facts.begin(), facts.end())}};
}

/// What went well and what did not, from the verdicts of the week.
void results(const Evidence& evidence, const std::vector<const ledger::Fact*>& week, array& good, array& bad) {
  const curriculum::Curriculum& content = *evidence.standing->content;
  const auto title = [&](const std::string& module) {
    const curriculum::Module* found = content.module(module);
    return found == nullptr ? module : found->title;
  };
  for (const ledger::Fact* fact : week) {
    const object& data = fact->data;
    if (fact->kind == "quiz.finished") {
      const auto score = progress::fraction_from(data, "score", "data");
      if (!score.ok()) continue;
      const bool passed = score->at_least_percent(80);
      (passed ? good : bad)
          .push_back(line("Quiz (" + base::string_or(data, "purpose") + ") on " +
                              title(base::string_or(data, "module")) + ": " + shown(score->percent() / 100, "share"),
                          {fact->seq}));
    } else if (fact->kind == "lab.graded") {
      const std::string verdict = base::string_or(data, "verdict");
      const auto lab = content.labs.find(base::string_or(data, "lab"));
      const std::string name = lab == content.labs.end() ? base::string_or(data, "lab") : lab->second.title;
      if (verdict == "PASS" || verdict == "FAIL" || verdict == "TIMEOUT" || verdict == "OUT_OF_MEMORY") {
        (verdict == "PASS" ? good : bad).push_back(line("Lab " + name + ": " + verdict, {fact->seq}));
      }
    } else if (fact->kind == "kpi.measured") {
      const auto event = progress::decode(*fact, *evidence.standing->course, {});
      if (!event.ok()) continue;
      const auto& kpi = std::get<progress::KpiMeasured>(event->what);
      (kpi.missed ? bad : good).push_back(line(kpi.text, {fact->seq}));
    } else if (fact->kind == "root-cause.submitted") {
      good.push_back(line("Root-cause report on " + base::string_or(data, "kpi"), {fact->seq}));
    }
  }
  const std::vector<progress::Event> events = progress::decode_all(evidence.facts, *evidence.standing->course).events;
  for (const progress::Change& change : progress::changes(*evidence.standing->course, events)) {
    if (change.to != progress::Status::kComplete) continue;
    const bool of_week =
        std::any_of(week.begin(), week.end(), [&](const ledger::Fact* fact) { return fact->seq == change.fact; });
    const auto& module = evidence.standing->course->modules[static_cast<std::size_t>(change.module)];
    if (of_week) good.push_back(line("Complete: " + module.title, {change.fact}));
  }
}

object time_json(const Evidence& evidence, const std::vector<const ledger::Fact*>& week) {
  std::array<std::chrono::milliseconds, 4> spent{};
  for (std::size_t i = 1; i < week.size(); ++i) {
    const auto gap = week[i]->at - week[i - 1]->at;
    if (gap <= kSitting) spent[kind_of(*week[i], *evidence.standing->course)] += gap;
  }
  const progress::Course& course = *evidence.standing->course;
  const auto& profile = evidence.standing->state.profile();
  const int hours = profile ? profile->hours_per_week : 11;
  const progress::Split split = progress::split_of(course, hours);
  const std::array<double, 4> planned = {split.theory, split.building, split.interview, split.retrospective};
  array kinds;
  double total = 0;
  for (std::size_t k = 0; k < spent.size(); ++k) {
    const double shown_hours = std::chrono::duration<double, std::ratio<3600>>(spent[k]).count();
    total += shown_hours;
    kinds.push_back(object{{"kind", kKindNames[k]}, {"planned", planned[k]}, {"at_least", shown_hours}});
  }
  return {
      {"kinds", std::move(kinds)},
      {"total_at_least", total},
      {"unknown",
       "A lower bound: the time between facts that are at most 30 minutes apart. What you do in your own editor, on "
       "paper or in a mock between two facts isn't known here; say so in your answer if it matters."}};
}

array risks(const Evidence& evidence, const Span& span) {
  const progress::LearnerState& state = evidence.standing->state;
  const progress::Course& course = *evidence.standing->course;
  array out;
  for (std::size_t p = 0; p < course.phases.size(); ++p) {
    for (const progress::Block& block : state.blocks(static_cast<int>(p))) {
      out.push_back(
          line(course.phases[p].title + " is blocked: " + block.text + "; a root-cause report is due", {block.fact}));
    }
  }
  for (std::size_t m = 0; m < course.modules.size(); ++m) {
    const auto index = static_cast<int>(m);
    const progress::Status status = state.status(index);
    const progress::ModuleTrack& track = state.module(index);
    const bool due = status == progress::Status::kRemedialDue || status == progress::Status::kRetestDue ||
                     status == progress::Status::kRecapDue || status == progress::Status::kReviewDue ||
                     status == progress::Status::kLabDue;
    if (due) {
      out.push_back(
          line(course.modules[m].title + ": " + std::string(to_string(status)),
               track.quiz_fact != 0 ? std::vector<std::int64_t>{track.quiz_fact} : std::vector<std::int64_t>{}));
    }
    const auto mastery = state.mastery(index, base::Timestamp(span.to) + std::chrono::hours(24 * 7));
    if (mastery == progress::Mastery::kDue) {
      out.push_back(line(course.modules[m].title + ": its mastery check is due next week", {track.completed_fact}));
    }
  }
  if (state.profile()) {
    for (const progress::PlanWeek& week : progress::plan(course, *state.profile())) {
      if (week.from != span.to) continue;
      std::size_t behind = 0;
      for (int m : week.modules) behind += state.open_prerequisites(m).empty() ? 0 : 1;
      if (behind > 0) {
        out.push_back(line(std::to_string(behind) + " of " + std::to_string(week.modules.size()) +
                           " modules that the plan has next week wait for something that isn't complete"));
      }
      if (!week.gate.empty()) out.push_back(line("The plan has " + week.gate + " at the end of next week"));
    }
  }
  return out;
}

/// The newest text of each story, in the order that they were first noted.
std::vector<std::pair<std::string, const ledger::Fact*>> bank(const Evidence& evidence) {
  std::vector<std::pair<std::string, const ledger::Fact*>> out;
  for (const ledger::Fact& fact : evidence.facts) {
    if (fact.kind != "story.noted") continue;
    const std::string id = base::string_or(fact.data, "story");
    const auto there = std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.first == id; });
    if (there == out.end()) {
      out.emplace_back(id, &fact);
    } else {
      there->second = &fact;
    }
  }
  return out;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

array stories_json(const Evidence& evidence) {
  std::map<std::string, std::int64_t> versions;
  for (const ledger::Fact& fact : evidence.facts) {
    if (fact.kind == "story.noted") ++versions[base::string_or(fact.data, "story")];
  }
  array out;
  for (const auto& [id, fact] : bank(evidence)) {
    const value* week = fact->data.if_contains("week");
    out.push_back(object{{"story", id},
                         {"title", base::string_or(fact->data, "title")},
                         {"text", base::string_or(fact->data, "text")},
                         {"at", base::format_timestamp(fact->at)},
                         {"fact", fact->seq},
                         {"week", week == nullptr ? value(nullptr) : *week},
                         {"versions", versions[id]}});
  }
  return out;
}

int current_plan_week(const Evidence& evidence) {
  const Span first = span_of(evidence, 1);
  const auto since = (std::chrono::floor<days>(evidence.now) - first.from).count();
  return static_cast<int>(std::clamp<std::int64_t>(since / 7 + 1, 1, 16));
}

Result<object> weekly_review_json(const Evidence& evidence, int week) {
  if (week < 1 || week > 16) {
    return make_error(Code::kInvalidArgument, "week: expected 1 to 16, found " + std::to_string(week));
  }
  const Span span = span_of(evidence, week);
  const std::vector<const ledger::Fact*> facts = facts_in(evidence, span);
  array good;
  array bad;
  results(evidence, facts, good, bad);
  array wrong;
  for (const value& one : moved_wrong_json(evidence, span.to - days{1})) {
    const object& moved = one.as_object();
    std::string text = base::string_or(moved, "title");
    if (moved.at("project_title").is_string()) text += " of " + base::string_or(moved, "project_title");
    wrong.push_back(object{{"text", text + ": " + base::string_or(moved, "text")}, {"facts", moved.at("facts")}});
  }
  if (wrong.empty()) wrong.push_back(line("No KPI that was measured in two weeks moved in the wrong direction."));
  array stories;
  for (const ledger::Fact* fact : facts) {
    if (fact->kind == "story.noted") stories.push_back(line(base::string_or(fact->data, "title"), {fact->seq}));
  }
  array questions;
  const std::vector<std::string>& texts = evidence.standing->content->roadmap.weekly_review;
  std::array<array, 5> beside = {std::move(good), std::move(bad), std::move(wrong), risks(evidence, span),
                                 std::move(stories)};
  for (std::size_t q = 0; q < texts.size() && q < beside.size(); ++q) {
    questions.push_back(object{{"question", texts[q]}, {"beside", std::move(beside[q])}});
  }
  object out{{"week", week},
             {"current_week", current_plan_week(evidence)},
             {"from", base::format_date(span.from)},
             {"to", base::format_date(span.to - days{1})},
             {"questions", std::move(questions)},
             {"time", time_json(evidence, facts)},
             {"stories", stories_json(evidence)},
             {"least_answer", kLeastAnswer},
             {"least_story", kLeastStory},
             {"submitted", nullptr}};
  for (const ledger::Fact& fact : evidence.facts) {
    if (fact.kind != "weekly-review.submitted" || base::int_or(fact.data, "week", 0) != week) continue;
    out["submitted"] =
        object{{"at", base::format_timestamp(fact.at)}, {"fact", fact.seq}, {"answers", fact.data.at("answers")}};
  }
  return out;
}

base::Status submit_weekly_review(assess::Study& study, const std::string& learner, int week,
                                  const std::vector<std::string>& answers, const std::vector<Story>& stories) {
  GW_TRY(const Evidence evidence, evidence_of(study, learner));
  const auto wrong = [](std::string message) { return make_error(Code::kInvalidArgument, std::move(message)); };
  if (week < 1 || week > 16) return wrong("week: expected 1 to 16, found " + std::to_string(week));
  if (week > current_plan_week(evidence)) {
    return wrong("week " + std::to_string(week) + " has not come yet: this is week " +
                 std::to_string(current_plan_week(evidence)));
  }
  const std::vector<std::string>& questions = evidence.standing->content->roadmap.weekly_review;
  if (answers.size() != questions.size()) {
    return wrong("expected " + std::to_string(questions.size()) + " answers, found " + std::to_string(answers.size()));
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (characters(answers[i]) < kLeastAnswer) {
      return wrong("'" + questions[i] + "': expected at least " + std::to_string(kLeastAnswer) + " characters, found " +
                   std::to_string(characters(answers[i])));
    }
  }
  if (stories.size() != 2) return wrong("expected two stories, found " + std::to_string(stories.size()));
  const auto known = bank(evidence);
  std::vector<ledger::NewFact> facts;
  const std::string next = std::to_string(evidence.standing->last_seq + 1);
  const auto fact_of = [&](const std::string& kind, object data) {
    const std::string hash = base::sha256_hex(base::canonical_json(data)).substr(0, 12);
    return study.fact(learner, kind + ":" + next + ":" + hash, kind, std::move(data));
  };
  std::vector<std::string> taken;
  for (std::size_t i = 0; i < stories.size(); ++i) {
    Story story = stories[i];
    if (story.title.empty()) return wrong("story " + std::to_string(i + 1) + ": expected a title");
    if (characters(story.text) < kLeastStory) {
      return wrong("story '" + base::clip(story.title, 80) + "': expected at least " + std::to_string(kLeastStory) +
                   " characters (situation, what you did, what came out, with numbers), found " +
                   std::to_string(characters(story.text)));
    }
    if (story.id.empty()) {
      story.id = "story-" + base::sha256_hex(story.title).substr(0, 10);
    } else {
      const auto there =
          std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.first == story.id; });
      if (there == known.end()) {
        std::vector<std::string> ids;
        for (const auto& [id, fact] : known) ids.push_back(id);
        return make_error(Code::kNotFound, "there is no story '" + base::clip(story.id, 80) + "' in the bank" +
                                               base::did_you_mean(base::clip(story.id, 80), ids));
      }
      if (base::string_or(there->second->data, "text") == story.text) {
        return wrong("story '" + base::clip(story.title, 80) + "' reads as before, so it did not become stronger");
      }
    }
    if (std::find(taken.begin(), taken.end(), story.id) != taken.end()) return wrong("expected two different stories");
    taken.push_back(story.id);
    object data{{"story", story.id}, {"title", story.title}, {"text", story.text}, {"week", week}};
    facts.push_back(fact_of("story.noted", std::move(data)));
  }
  facts.push_back(
      fact_of("weekly-review.submitted", {{"week", week}, {"answers", array(answers.begin(), answers.end())}}));
  const auto recorded = study.record(std::move(facts));
  if (!recorded.ok()) return recorded.error();
  return {};
}

}  // namespace groundwork::portfolio
