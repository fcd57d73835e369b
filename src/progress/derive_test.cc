#include "progress/derive.h"

#include <gtest/gtest.h>

#include "progress/explain.h"
#include "progress/random_history.h"
#include "progress/state_json.h"

namespace groundwork::progress {
namespace {

/// A learner of the small course, driven event by event.
class Derive : public testing::Test {
 protected:
  Course course_ = small_course();
  LearnerState state_{course_};
  base::Timestamp now_ = base::Timestamp{} + std::chrono::years{56};
  std::int64_t seq_ = 0;

  template <typename What>
  void happens(What what) {
    now_ += std::chrono::hours{1};
    state_.apply({.seq = ++seq_, .at = now_, .what = std::move(what)});
  }
  int module(const char* id) const { return course_.module(id); }
  Status status(const char* id) const { return state_.status(module(id)); }
  int first_concept(const char* id) const { return course_.modules[static_cast<std::size_t>(module(id))].concepts[0]; }
  void quiz(const char* id, Fraction score, Purpose purpose = Purpose::kModule) {
    QuizFinished quiz{.module = module(id), .purpose = purpose, .score = score, .missed = {}};
    if (!score.is_one()) quiz.missed = {first_concept(id)};
    if (purpose == Purpose::kRemedial) quiz.remedial_concept = first_concept(id);
    happens(quiz);
  }
  void labs(const char* id, Fraction share, bool harder = false) {
    for (int lab : course_.modules[static_cast<std::size_t>(module(id))].labs) {
      happens(LabGraded{
          .lab = lab, .verdict = share.is_one() ? Verdict::kPass : Verdict::kFail, .harder = harder, .score = share});
    }
  }
  void complete(const char* id) {
    quiz(id, {1, 1});
    labs(id, {1, 1});
  }
  Explanation why(const char* id) const { return explain(state_, module(id), now_); }
};

TEST_F(Derive, QuizAndLabsPassedCompleteTheModuleAndOpenTheNext) {
  EXPECT_EQ(status("a"), Status::kAvailable);
  EXPECT_EQ(status("b"), Status::kLocked);
  EXPECT_EQ(status("d"), Status::kOutline);
  quiz("a", {4, 5});
  EXPECT_EQ(status("a"), Status::kLabDue);
  EXPECT_EQ(status("b"), Status::kLocked);
  labs("a", {3, 4});  // exactly the threshold of 75
  EXPECT_EQ(status("a"), Status::kComplete);
  EXPECT_EQ(status("b"), Status::kAvailable);
  EXPECT_EQ(why("b").reasons.front().rule, "prerequisites-complete");
  EXPECT_EQ(why("b").reasons.front().facts, std::vector<std::int64_t>{seq_});
}

TEST_F(Derive, LabsBeforeTheQuizAreJustAsGood) {
  labs("a", {1, 1});
  EXPECT_EQ(status("a"), Status::kInProgress);
  quiz("a", {1, 1});
  EXPECT_EQ(status("a"), Status::kComplete);
}

TEST_F(Derive, LabsCountTogetherAgainstTheThreshold) {
  quiz("a", {1, 1});
  happens(LabGraded{.lab = 0, .verdict = Verdict::kPass, .score = {1, 1}});
  happens(LabGraded{.lab = 1, .verdict = Verdict::kFail, .score = {49, 100}});
  EXPECT_EQ(status("a"), Status::kLabDue);  // 74.5 %
  happens(LabGraded{.lab = 1, .verdict = Verdict::kFail, .score = {1, 2}});
  EXPECT_EQ(status("a"), Status::kComplete);
}

TEST_F(Derive, SeventyAssignsOneRemedialAndThenARetest) {
  quiz("a", {7, 10});
  EXPECT_EQ(status("a"), Status::kRemedialDue);
  EXPECT_EQ(why("a").next.kind, ActionKind::kRemedial);
  EXPECT_EQ(why("a").next.target, "a-concept1");
  EXPECT_EQ(why("a").reasons.front().rule, "quiz-60-to-80");
  quiz("a", {1, 1});  // another try before the remedial does not count
  EXPECT_EQ(status("a"), Status::kRemedialDue);
  quiz("a", {1, 2}, Purpose::kRemedial);
  EXPECT_EQ(status("a"), Status::kRemedialDue);
  quiz("a", {1, 1}, Purpose::kRemedial);
  EXPECT_EQ(status("a"), Status::kRetestDue);
  quiz("a", {9, 10}, Purpose::kRetest);
  EXPECT_EQ(status("a"), Status::kLabDue);
}

TEST_F(Derive, BelowSixtyForcesRecapAndReviewBeforeTheRetest) {
  complete("a");
  quiz("b", {599, 1000});
  EXPECT_EQ(status("b"), Status::kRecapDue);
  EXPECT_EQ(module_state_json(state_, module("b"), now_).at("recap_modules").as_array().size(), 1U);
  quiz("b", {79, 100}, Purpose::kRecap);
  EXPECT_EQ(status("b"), Status::kRecapDue);
  quiz("b", {4, 5}, Purpose::kRecap);
  EXPECT_EQ(status("b"), Status::kReviewDue);
  happens(ReviewSubmitted{.module = module("b"), .by_mentor = false, .cleared = true, .concepts = {}});
  EXPECT_EQ(status("b"), Status::kReviewDue) << "a self-review answers every missed concept";
  happens(
      ReviewSubmitted{.module = module("b"), .by_mentor = false, .cleared = true, .concepts = {first_concept("b")}});
  EXPECT_EQ(status("b"), Status::kRetestDue);
}

TEST_F(Derive, AThirdRetestInTheBandGoesToReview) {
  quiz("a", {7, 10});
  for (int retest = 1; retest <= 3; ++retest) {
    quiz("a", {1, 1}, Purpose::kRemedial);
    quiz("a", {7, 10}, Purpose::kRetest);
    EXPECT_EQ(status("a"), retest < 3 ? Status::kRemedialDue : Status::kReviewDue) << retest;
  }
  EXPECT_EQ(why("a").reasons.front().rule, "third-retest");
}

TEST_F(Derive, ScoresAreComparedUnrounded) {
  quiz("a", {159, 200});  // 79.5
  EXPECT_EQ(status("a"), Status::kRemedialDue);
  EXPECT_NE(why("a").reasons.front().text.find("79.5 %"), std::string::npos);
}

TEST_F(Derive, APassedQuizIsNotTakenBackByAWorseOne) {
  quiz("a", {1, 1});
  quiz("a", {0, 1});
  quiz("a", {0, 1}, Purpose::kPractice);
  EXPECT_EQ(status("a"), Status::kLabDue);
  labs("a", {1, 1});
  labs("a", {0, 1});
  EXPECT_EQ(status("a"), Status::kComplete);
}

TEST_F(Derive, FailuresOfOurOwnNeverCount) {
  quiz("a", {1, 1});
  for (Verdict ours : {Verdict::kInfrastructure, Verdict::kInvalid, Verdict::kCancelled}) {
    happens(LabGraded{.lab = 0, .verdict = ours, .score = {1, 1}});
  }
  EXPECT_EQ(state_.lab(0).attempts, 0);
  EXPECT_FALSE(state_.lab_mark(module("a")));
}

TEST_F(Derive, TestOutProvesALockedModuleButOpensNothingWhosePrerequisitesAreOpen) {
  labs("b", {1, 1}, true);
  quiz("b", {9, 10}, Purpose::kTestOut);
  EXPECT_EQ(status("b"), Status::kComplete);
  EXPECT_EQ(why("b").reasons.front().rule, "test-out");
  EXPECT_EQ(status("c"), Status::kLocked);
  complete("a");
  EXPECT_EQ(status("c"), Status::kAvailable);
}

TEST_F(Derive, WorkOnALockedModuleIsIgnored) {
  quiz("b", {1, 1});
  labs("b", {1, 1});
  complete("a");
  EXPECT_EQ(status("b"), Status::kAvailable);
}

TEST_F(Derive, MasteryIsDueAfterAWeekCanFallAndLocksNothing) {
  complete("a");
  EXPECT_EQ(state_.mastery(0, now_), Mastery::kNotYet);
  quiz("a", {0, 1}, Purpose::kMastery);  // too early: not counted
  EXPECT_EQ(state_.mastery(0, now_), Mastery::kNotYet);
  EXPECT_EQ(*state_.changes_at(now_), *state_.module(0).completed_at + kMasteryAfter);
  now_ += std::chrono::days{7};
  EXPECT_EQ(state_.mastery(0, now_), Mastery::kDue);
  quiz("a", {0, 1}, Purpose::kMastery);
  EXPECT_EQ(state_.mastery(0, now_), Mastery::kLapsed);
  EXPECT_EQ(status("b"), Status::kAvailable);
  quiz("a", {1, 1}, Purpose::kMastery);
  EXPECT_EQ(state_.mastery(0, now_), Mastery::kConfirmed);
}

TEST_F(Derive, AMissedKpiBlocksItsPhaseUntilACompleteRootCauseReport) {
  happens(KpiMeasured{.project = 0, .kpi = "p95", .missed = true, .text = "p95 measured at 900 ms"});
  EXPECT_EQ(status("a"), Status::kBlocked);
  EXPECT_EQ(why("a").reasons.front().facts, std::vector<std::int64_t>{seq_});
  complete("a");
  EXPECT_EQ(status("a"), Status::kBlocked);
  happens(KpiMeasured{.project = 0, .kpi = "p95", .missed = false, .text = ""});
  happens(RootCauseSubmitted{.project = 0, .kpi = "p95", .complete = false});
  EXPECT_EQ(status("a"), Status::kBlocked);
  happens(RootCauseSubmitted{.project = 0, .kpi = "p95", .complete = true});
  EXPECT_EQ(status("a"), Status::kAvailable);
}

TEST_F(Derive, AGateWaitsForModulesAndEvidenceAndThePhaseAfterItWaitsForTheGate) {
  course_.modules[3].complete = true;  // d is written meanwhile
  for (const char* id : {"a", "b", "c", "d"}) complete(id);
  EXPECT_FALSE(state_.gate_open(0));
  EXPECT_EQ(status("e"), Status::kLocked);
  EXPECT_EQ(why("e").next.kind, ActionKind::kEvidence);
  happens(GateEvidence{.phase = 0, .item = "report"});
  EXPECT_FALSE(state_.gate_open(0));
  EXPECT_EQ(why("e").next.kind, ActionKind::kMeasure);
  happens(GateEvidence{.phase = 0, .item = "project 1 measured"});  // what runs prove is not handed in
  EXPECT_FALSE(state_.gate_open(0));
  happens(KpiMeasured{.project = 0, .kpi = "p95", .missed = false, .text = "p95 measured at 90 ms"});
  EXPECT_TRUE(state_.gate_open(0));
  EXPECT_EQ(status("e"), Status::kAvailable);
}

TEST_F(Derive, AGateWaitsForTheNumberItselfWhenTheReportIsIn) {
  course_.modules[3].complete = true;
  for (const char* id : {"a", "b", "c", "d"}) complete(id);
  happens(GateEvidence{.phase = 0, .item = "report"});
  happens(KpiMeasured{.project = 0, .kpi = "p95", .missed = true, .text = "p95 measured at 900 ms"});
  EXPECT_EQ(gate_action(state_, 0, now_).kind, ActionKind::kRootCause);
  happens(RootCauseSubmitted{.project = 0, .kpi = "p95", .complete = true});
  EXPECT_TRUE(state_.blocks(0).empty());
  EXPECT_FALSE(state_.gate_open(0));
  EXPECT_EQ(explain_gate(state_, 0).front().rule, "kpi-below-target");
  EXPECT_EQ(gate_action(state_, 0, now_).kind, ActionKind::kMeasure);
  happens(KpiMeasured{.project = 0, .kpi = "p95", .missed = false, .text = "p95 measured at 90 ms"});
  EXPECT_TRUE(state_.gate_open(0));
  happens(KpiMeasured{.project = 0, .kpi = "p95", .missed = true, .text = "p95 measured at 800 ms"});
  EXPECT_TRUE(state_.gate_open(0)) << "what was passed is never taken back";
}

TEST_F(Derive, AMentorWhoDoesNotComeIsReplacedAfterThreeDays) {
  state_ = LearnerState(course_, {.mentor = true});
  quiz("a", {1, 2});
  quiz("a", {1, 1}, Purpose::kRecap);
  EXPECT_EQ(why("a").next.kind, ActionKind::kWait);
  now_ += kMentorPatience;
  EXPECT_EQ(why("a").next.kind, ActionKind::kReview);
}

TEST_F(Derive, NextIsThePaceThenReadingThenTheQuizThenTheLabs) {
  EXPECT_EQ(next_action(state_, now_).kind, ActionKind::kChoosePace);
  happens(ProfileSet{.pace_weeks = 16, .hours_per_week = 12, .start_on = std::chrono::floor<std::chrono::days>(now_)});
  EXPECT_EQ(next_action(state_, now_).kind, ActionKind::kRead);
  happens(ExplainerRead{.explainer = 0, .fraction = 1});
  EXPECT_EQ(next_action(state_, now_).kind, ActionKind::kQuiz);
  quiz("a", {1, 1});
  EXPECT_EQ(next_action(state_, now_).kind, ActionKind::kLab);
  EXPECT_EQ(next_action(state_, now_).target, "a-lab1");
}

TEST_F(Derive, HistorySaysWhatEachFactChanged) {
  std::vector<Event> events;
  events.push_back({.seq = 10,
                    .at = now_,
                    .what = QuizFinished{.module = 0, .purpose = Purpose::kModule, .score = {1, 1}, .missed = {}}});
  events.push_back({.seq = 11, .at = now_, .what = LabGraded{.lab = 0, .verdict = Verdict::kPass, .score = {1, 1}}});
  events.push_back({.seq = 12, .at = now_, .what = LabGraded{.lab = 1, .verdict = Verdict::kPass, .score = {1, 1}}});
  const std::vector<Change> all = changes(course_, events);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].fact, 10);
  EXPECT_EQ(all[0].to, Status::kLabDue);
  EXPECT_EQ(all[1].to, Status::kComplete);
  EXPECT_EQ(all[2].module, course_.module("b"));
  EXPECT_EQ(all[2].to, Status::kAvailable);
}

TEST_F(Derive, AFactKeepsItsWorthWhenItsModuleIsRenamed) {
  std::vector<ledger::Fact> facts(2);
  facts[0].seq = 1;
  facts[0].kind = "quiz.finished";
  facts[0].data =
      base::parse_json(R"({"attempt":"x","module":"old-a","purpose":"module","score":{"n":8,"d":8},"items":8,
      "missed_concepts":[],"why":"decided","revision":""})")
          ->as_object();
  facts[1].seq = 2;
  facts[1].kind = "content.migrated";
  facts[1].data = base::parse_json(R"({"map":[{"kind":"module","from":"old-a","to":"a"}]})")->as_object();
  const Decoded decoded = decode_all(facts, course_);
  EXPECT_TRUE(decoded.unread.empty());
  EXPECT_EQ(derive(course_, decoded.events).status(0), Status::kLabDue);
  EXPECT_EQ(decode_all(std::span(facts).first(1), course_).unread, std::vector<std::int64_t>{1});
}

TEST_F(Derive, AnEditedLabIsToRecheckAndKeepsItsResult) {
  happens(LabGraded{.lab = 0, .verdict = Verdict::kPass, .score = {1, 1}, .current = false});
  EXPECT_EQ(module_state_json(state_, 0, now_).at("revision").as_string(), "to-recheck");
  EXPECT_TRUE(state_.lab(0).best->is_one());
}

}  // namespace
}  // namespace groundwork::progress
