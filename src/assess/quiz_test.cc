#include <gtest/gtest.h>

#include <set>

#include "assess/attempt.h"
#include "assess/attempt_json.h"
#include "assess/being_graded.h"
#include "assess/grade.h"
#include "assess/statistics.h"
#include "assess/testing.h"
#include "progress/explain.h"
#include "progress/state_json.h"

namespace groundwork::assess {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;
using progress::Purpose;

class Quiz : public testing::Test {
 protected:
  TestWorld world_;
  Quizzes quizzes_{world_.study()};

  std::shared_ptr<const Standing> standing() { return world_.study().standing("me").value(); }
  std::string status(const char* id) {
    const auto now = standing();
    return std::string(to_string(now->state.status(now->course->module(id))));
  }
  /// Answers everything drawn until the quiz ends; item number i (from 0) is right when right(i).
  template <typename Right>
  Attempt take(const char* module, std::optional<Purpose> purpose, const Right& right) {
    Attempt attempt = quizzes_.start("me", module, purpose, 7).value().attempt;
    int number = 0;
    while (attempt.open()) {
      object answers;
      for (const std::string& id : attempt.items) {
        if (attempt.answers.count(id) > 0) continue;
        const curriculum::Question* question = standing()->content->question(id);
        answers[id] = right(number++) ? right_answer(*question) : wrong_answer(*question);
      }
      attempt = quizzes_.answer("me", attempt.id, answers).value();
    }
    return attempt;
  }
  static value wrong_answer(const curriculum::Question& question) {
    switch (question.kind) {
      case curriculum::QuestionKind::kMultiple:
        return array{"c"};
      case curriculum::QuestionKind::kOrdering:
        return array{"three", "two", "one"};
      case curriculum::QuestionKind::kMatching:
        return object{{"l1", "r4"}};
      case curriculum::QuestionKind::kNumeric:
        return 99;
      case curriculum::QuestionKind::kSingle:
        return "x1";
      case curriculum::QuestionKind::kShort:
      case curriculum::QuestionKind::kPredict:
        return "98";
    }
    return nullptr;
  }
  void pass_lab(const char* module) {
    const auto now = standing();
    const std::string lab = std::string(module) + "-lab";
    const std::string blob = world_.study().ledger().put_blob("{}").value();
    ASSERT_TRUE(world_.study()
                    .record(world_.study().fact("me", "lab:" + lab, "lab.graded",
                                                {{"lab", lab},
                                                 {"module", module},
                                                 {"revision", now->content->labs.at(lab).revision},
                                                 {"verdict", "PASS"},
                                                 {"variant", "standard"},
                                                 {"score", object{{"n", 1}, {"d", 1}}},
                                                 {"submission", blob},
                                                 {"tests", array{}},
                                                 {"ms", 10}}))
                    .ok());
  }
  static bool disjoint(const Attempt& a, const Attempt& b) {
    const std::set<std::string> items(a.items.begin(), a.items.end());
    return std::none_of(b.items.begin(), b.items.end(), [&](const std::string& id) { return items.count(id) > 0; });
  }
};

TEST_F(Quiz, AllRightStopsAtThePlannedItemsAndWithTheLabOpensTheNextModule) {
  const Attempt attempt = take("first", {}, [](int) { return true; });
  EXPECT_EQ(attempt.items.size(), 8U);
  EXPECT_TRUE(attempt.score.is_one());
  EXPECT_EQ(status("first"), "lab-due");
  EXPECT_EQ(status("second"), "locked");
  pass_lab("first");
  EXPECT_EQ(status("first"), "complete");
  EXPECT_EQ(status("second"), "available");
}

TEST_F(Quiz, SeventyGoesToTwentyFiveItemsAssignsOneRemedialAndADisjointRetest) {
  // Seven of ten right, so the score stays near the cut.
  const Attempt first = take("first", {}, [](int i) { return i % 10 < 7; });
  EXPECT_EQ(progress::band_of(first.score), progress::Band::kRemedial) << first.score.percent();
  EXPECT_GT(first.items.size(), 8U);
  EXPECT_EQ(status("first"), "remedial-due");
  const Attempt remedial = take("first", {}, [](int) { return true; });
  EXPECT_EQ(remedial.purpose, Purpose::kRemedial);
  EXPECT_EQ(remedial.concept_id, first.missed_concepts.front());
  EXPECT_EQ(status("first"), "retest-due");
  const Attempt retest = take("first", {}, [](int) { return true; });
  EXPECT_EQ(retest.purpose, Purpose::kRetest);
  EXPECT_TRUE(disjoint(first, retest));
  EXPECT_EQ(status("first"), "lab-due");
}

TEST_F(Quiz, FiftyForcesRecapAndReview) {
  take("first", {}, [](int) { return true; });
  pass_lab("first");
  const Attempt failed = take("second", {}, [](int i) { return i % 2 == 0; });
  EXPECT_EQ(progress::band_of(failed.score), progress::Band::kRecap);
  EXPECT_EQ(status("second"), "recap-due");
  const Attempt recap = take("second", {}, [](int) { return true; });
  EXPECT_EQ(recap.purpose, Purpose::kRecap);
  for (const std::string& item : recap.items) EXPECT_TRUE(item.starts_with("first-")) << item;
  EXPECT_EQ(status("second"), "review-due");
  EXPECT_FALSE(submit_review(world_.study(), "me", "second", array{}).ok());
  array answers;
  for (const std::string& name : failed.missed_concepts) {
    answers.push_back(object{{"concept", name}, {"text", "What I had wrong was this, and now I know better."}});
  }
  EXPECT_TRUE(submit_review(world_.study(), "me", "second", answers).ok());
  EXPECT_EQ(status("second"), "retest-due");
}

TEST_F(Quiz, RecapOfAModuleWithoutPrerequisitesAsksWhatWasMissed) {
  const Attempt failed = take("first", {}, [](int i) { return i % 6 == 0; });
  EXPECT_EQ(status("first"), "recap-due");
  const Attempt recap = take("first", {}, [](int) { return true; });
  EXPECT_TRUE(disjoint(failed, recap));
  EXPECT_EQ(status("first"), "review-due");
}

TEST_F(Quiz, AQuizIsResumedWhereItWasLeft) {
  const Attempt begun = quizzes_.start("me", "first", {}, 3).value().attempt;
  const std::string item = begun.items.front();
  ASSERT_TRUE(quizzes_.answer("me", begun.id, {{item, right_answer(*standing()->content->question(item))}}).ok());
  const auto again = quizzes_.start("me", "first", {}, 99).value();
  EXPECT_TRUE(again.resumed);
  EXPECT_EQ(again.attempt.id, begun.id);
  EXPECT_EQ(again.attempt.answers.size(), 1U);
}

TEST_F(Quiz, AnAnswerIsFinalAndABadOneRecordsNothing) {
  const Attempt begun = quizzes_.start("me", "first", {}, 3).value().attempt;
  const curriculum::Question* question = standing()->content->question(begun.items.front());
  const object good{{question->id, right_answer(*question)}};
  EXPECT_EQ(quizzes_.answer("me", begun.id, {{"no-such-item", "x"}}).error().code, base::Code::kInvalidArgument);
  EXPECT_EQ(quizzes_.answer("me", begun.id, {{question->id, nullptr}}).error().code, base::Code::kInvalidArgument);
  EXPECT_TRUE(quizzes_.find("me", begun.id)->answers.empty());
  EXPECT_TRUE(quizzes_.answer("me", begun.id, good).ok());
  EXPECT_EQ(quizzes_.answer("me", begun.id, good).error().code, base::Code::kFailedPrecondition);
  EXPECT_EQ(quizzes_.answer("you", begun.id, good).error().code, base::Code::kNotFound);
}

TEST_F(Quiz, TheSameSeedDrawsTheSameItems) {
  const Attempt mine = quizzes_.start("me", "first", {}, 5).value().attempt;
  EXPECT_EQ(mine.items, quizzes_.start("you", "first", {}, 5).value().attempt.items);
  EXPECT_NE(mine.items, quizzes_.start("they", "first", {}, 6).value().attempt.items);
}

TEST_F(Quiz, TheFirstSixItemsCoverAllSixConcepts) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Attempt attempt = quizzes_.start("s" + std::to_string(seed), "first", {}, seed).value().attempt;
    std::set<std::string> concepts;
    for (int i = 0; i < 6; ++i) {
      concepts.insert(standing()->content->question(attempt.items[static_cast<std::size_t>(i)])->concept_id);
    }
    EXPECT_EQ(concepts.size(), 6U);
  }
}

TEST_F(Quiz, WhatTheRulesDoNotAllowSaysWhatComesFirst) {
  const auto refused = quizzes_.start("me", "second", {}, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::Code::kFailedPrecondition);
  EXPECT_NE(refused.error().message.find("Module first comes first"), std::string::npos) << refused.error().message;
  EXPECT_EQ(quizzes_.start("me", "secnd", {}, {}).error().code, base::Code::kNotFound);
  EXPECT_NE(quizzes_.start("me", "secnd", {}, {}).error().message.find("'second'"), std::string::npos);
  EXPECT_TRUE(quizzes_.start("me", "second", Purpose::kTestOut, {}).ok());
}

TEST_F(Quiz, MasteryIsCheckedAWeekLaterAndMixesWhatTheModuleStandsOn) {
  for (const char* module : {"first", "second"}) {
    take(module, {}, [](int) { return true; });
    pass_lab(module);
  }
  EXPECT_EQ(quizzes_.start("me", "second", Purpose::kMastery, {}).error().code, base::Code::kFailedPrecondition);
  world_.clock().advance(std::chrono::days{7});
  const Attempt check = take("second", {}, [](int) { return true; });
  EXPECT_EQ(check.purpose, Purpose::kMastery);
  int from_first = 0;
  for (const std::string& item : check.items) from_first += item.starts_with("first-") ? 1 : 0;
  EXPECT_GT(from_first, 0);
  EXPECT_LT(from_first, static_cast<int>(check.items.size()) / 2);
  const auto now = standing();
  EXPECT_EQ(now->state.mastery(now->course->module("second"), world_.study().now()), progress::Mastery::kConfirmed);
}

TEST_F(Quiz, AnOpenAttemptGivesNothingAwayAndAFinishedOneExplainsEverything) {
  const Attempt begun = quizzes_.start("me", "first", {}, 3).value().attempt;
  const std::string shown = base::json::serialize(attempt_json(*standing(), begun, world_.study().now()));
  for (const char* secret : {"\"correct\"", "why_html", "explanation", "Because"}) {
    EXPECT_EQ(shown.find(secret), std::string::npos) << secret;
  }
  const Attempt done = take("first", {}, [](int i) { return i > 0; });
  const object finished = attempt_json(*standing(), done, world_.study().now());
  for (const value& item : finished.at("items").as_array()) {
    EXPECT_FALSE(item.at("result").at("explanation_html").as_string().empty());
    EXPECT_FALSE(item.at("result").at("notes").as_array().empty());
  }
  EXPECT_FALSE(finished.at("outcome").as_string().empty());
}

TEST_F(Quiz, StatisticsTellEasyFromHardAndGoodFromBadItems) {
  std::vector<ledger::Fact> facts;
  const auto answer = [&](int quiz, const char* item, int credit) {
    ledger::Fact fact;
    fact.learner = "l" + std::to_string(quiz);
    fact.data = {{"attempt", "q"}, {"item", item}, {"credit", object{{"n", credit}, {"d", 1}}}};
    facts.push_back(fact);
  };
  for (int quiz = 0; quiz < 20; ++quiz) {
    const int able = quiz % 2;
    answer(quiz, "good", able);
    answer(quiz, "bad", 1 - able);
    answer(quiz, "easy", 1);
    for (const char* other : {"other1", "other2", "other3"}) answer(quiz, other, able);
  }
  const std::vector<ItemStatistics> all = item_statistics(facts);
  ASSERT_EQ(all.size(), 6U);  // bad, easy, good, other1 ...
  EXPECT_LT(*all[0].discrimination, -0.9);
  EXPECT_NEAR(all[1].difficulty, 1, 1e-9);
  EXPECT_FALSE(all[1].discrimination);
  EXPECT_GT(*all[2].discrimination, 0.5);
  EXPECT_NEAR(all[2].difficulty, 0.5, 1e-9);
}

class Grading : public testing::Test {
 protected:
  TestWorld world_;
  const curriculum::Question& question(curriculum::QuestionKind kind) {
    for (const curriculum::Question& item : *world_.study().content().first->bank("first")) {
      if (item.kind == kind) return item;
    }
    std::abort();
  }
  progress::Fraction credit(curriculum::QuestionKind kind, const value& answer) {
    return grade(question(kind), answer).value().credit;
  }
};

TEST_F(Grading, GivesPartialCreditAndNothingForTickingEverything) {
  using curriculum::QuestionKind;
  EXPECT_EQ(credit(QuestionKind::kMultiple, array{"a", "b"}), (progress::Fraction{1, 1}));
  EXPECT_EQ(credit(QuestionKind::kMultiple, array{"a"}), (progress::Fraction{1, 2}));
  EXPECT_EQ(credit(QuestionKind::kMultiple, array{"a", "c"}), (progress::Fraction{}));
  EXPECT_EQ(credit(QuestionKind::kMultiple, array{"a", "b", "c", "d"}), (progress::Fraction{}));
  EXPECT_EQ(credit(QuestionKind::kOrdering, array{"one", "two", "three"}), (progress::Fraction{1, 1}));
  EXPECT_EQ(credit(QuestionKind::kOrdering, array{"one", "three", "two"}), (progress::Fraction{1, 3}));
  EXPECT_EQ(credit(QuestionKind::kOrdering, array{"three", "two", "one"}), (progress::Fraction{}));
  EXPECT_EQ(credit(QuestionKind::kMatching, object{{"l1", "r1"}, {"l2", "r3"}}), (progress::Fraction{1, 3}));
}

TEST_F(Grading, TakesNumbersAsTextWithinTheTolerance) {
  using curriculum::QuestionKind;
  for (const value& right : {value(0.75), value("0.75"), value(" +7.5e-1 "), value(0.755), value(0.745)}) {
    EXPECT_TRUE(credit(QuestionKind::kNumeric, right).is_one()) << base::json::serialize(right);
  }
  EXPECT_FALSE(credit(QuestionKind::kNumeric, value(0.7551)).is_one());
  for (const value& bad : {value("three"), value("0.75 s"), value("nan"), value(true), value(nullptr), value("")}) {
    EXPECT_FALSE(grade(question(QuestionKind::kNumeric), bad).ok()) << base::json::serialize(bad);
  }
}

TEST_F(Grading, ComparesTextByItsAcceptedFormsAndOutputByItsLines) {
  using curriculum::QuestionKind;
  EXPECT_TRUE(credit(QuestionKind::kShort, "  ordereddict ").is_one());
  EXPECT_TRUE(credit(QuestionKind::kShort, "collections.OrderedDict").is_one());
  EXPECT_FALSE(credit(QuestionKind::kShort, "Ordered Dict").is_one());
  EXPECT_TRUE(credit(QuestionKind::kPredict, "1  \r\n2\n\n").is_one());
  EXPECT_FALSE(credit(QuestionKind::kPredict, "1 2").is_one());
}

TEST_F(Grading, ChoicesHaveIdsThatDoNotTellWhichIsRight) {
  const curriculum::Question& item = question(curriculum::QuestionKind::kSingle);
  EXPECT_TRUE(grade(item, value(choice_id(item, "right")))->credit.is_one());
  EXPECT_FALSE(grade(item, value(choice_id(item, "x1")))->credit.is_one());
  EXPECT_FALSE(grade(item, "nonsense").ok());
  EXPECT_FALSE(grade(item, array{"right"}).ok());
}

TEST_F(Quiz, WhatIsOpenIsBeingGradedUntilItIsAnswered) {
  const auto graded = [&] { return being_graded(world_.study(), quizzes_, "me").value(); };
  EXPECT_TRUE(graded().empty());
  Attempt attempt = quizzes_.start("me", "first", std::nullopt, 7).value().attempt;
  EXPECT_EQ(graded().size(), attempt.items.size());
  const curriculum::Question* question = standing()->content->question(attempt.items.front());
  EXPECT_EQ(std::ranges::count(graded(), question->prompt), 1);
  attempt = quizzes_.answer("me", attempt.id, {{question->id, right_answer(*question)}}).value();
  EXPECT_EQ(std::ranges::count(graded(), question->prompt), 0);
}

TEST_F(Quiz, AStartedLabIsBeingGradedUntilItIsPassed) {
  const auto graded = [&] { return being_graded(world_.study(), quizzes_, "me").value(); };
  ASSERT_TRUE(world_.study()
                  .record(world_.study().fact("me", "lab.started:1", "lab.started",
                                              {{"lab", "first-lab"},
                                               {"module", "first"},
                                               {"revision", standing()->content->labs.at("first-lab").revision}}))
                  .ok());
  const std::string& title = standing()->content->labs.at("first-lab").title;
  ASSERT_EQ(graded().size(), 1U);
  EXPECT_TRUE(graded().front().starts_with(title + "\n"));
  pass_lab("first");
  EXPECT_TRUE(graded().empty());
}

}  // namespace
}  // namespace groundwork::assess
