// The laws of progression, each over many random histories, sensible ones and absurd ones. GW_HISTORIES sets how many.

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "progress/explain.h"
#include "progress/random_history.h"
#include "progress/state_json.h"

namespace groundwork::progress {
namespace {

std::uint64_t histories() {
  const char* wanted = std::getenv("GW_HISTORIES");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 20'000;
}

/// Calls `law(state, event)` after every event of every history; `before` is the state before it.
template <typename Law>
void for_every_step(std::uint64_t seed, const Law& law) {
  const Course course = small_course();
  for (std::uint64_t i = 0; i < histories() && !testing::Test::HasFailure(); ++i) {
    base::Random random(seed + i * 0x9E3779B97F4A7C15ULL);
    const std::size_t length = 1 + random.below(60);
    LearnerState state(course);
    for (const Event& event : random_history(course, random.next(), length)) {
      const LearnerState before = state;
      state.apply(event);
      law(before, state, event);
    }
  }
}

std::vector<Status> statuses(const LearnerState& state) {
  std::vector<Status> out;
  for (std::size_t m = 0; m < state.course().modules.size(); ++m) out.push_back(state.status(static_cast<int>(m)));
  return out;
}

TEST(Laws, NoOrderOfFactsOpensAModuleWhosePrerequisitesAreOpen) {
  for_every_step(1, [](const LearnerState&, const LearnerState& state, const Event&) {
    for (int m = 0; m < static_cast<int>(state.course().modules.size()); ++m) {
      if (!is_open(state.status(m))) continue;
      EXPECT_TRUE(state.open_prerequisites(m).empty());
      EXPECT_EQ(state.closed_gate_before(m), kNone);
    }
  });
}

TEST(Laws, AFactOfAFailedAttemptNeverUnlocksOrCompletes) {
  for_every_step(2, [](const LearnerState& before, const LearnerState& state, const Event& event) {
    const auto* quiz = std::get_if<QuizFinished>(&event.what);
    const auto* lab = std::get_if<LabGraded>(&event.what);
    const bool failed = (quiz != nullptr && band_of(quiz->score) != Band::kPassed) ||
                        (lab != nullptr && (!counts(lab->verdict) || !lab->score.at_least_percent(1)));
    if (!failed) return;
    for (int m = 0; m < static_cast<int>(state.course().modules.size()); ++m) {
      if (before.status(m) == Status::kLocked) {
        EXPECT_EQ(state.status(m), Status::kLocked);
      }
      if (before.status(m) != Status::kComplete) {
        EXPECT_NE(state.status(m), Status::kComplete);
      }
    }
  });
}

TEST(Laws, APassedStateIsNeverTakenBack) {
  for_every_step(3, [](const LearnerState& before, const LearnerState& state, const Event&) {
    for (int m = 0; m < static_cast<int>(state.course().modules.size()); ++m) {
      if (before.status(m) == Status::kComplete) {
        EXPECT_EQ(state.status(m), Status::kComplete);
      }
      if (before.module(m).quiz_passed) {
        EXPECT_TRUE(state.module(m).quiz_passed);
      }
    }
    for (int p = 0; p < static_cast<int>(state.course().phases.size()); ++p) {
      if (before.gate_open(p)) {
        EXPECT_TRUE(state.gate_open(p));
      }
    }
  });
}

TEST(Laws, AnOutlineIsNeverStartable) {
  for_every_step(4, [](const LearnerState&, const LearnerState& state, const Event&) {
    EXPECT_EQ(state.status(state.course().module("d")), Status::kOutline);
  });
}

TEST(Laws, NoGateIsSkipped) {
  for_every_step(5, [](const LearnerState&, const LearnerState& state, const Event&) {
    EXPECT_TRUE(state.gate_open(0) || !state.gate_open(1));
  });
}

/// Histories whose modules are complete at some point, so that gates are what decides: random events, each followed by
/// a proof of one module with some chance.
template <typename Law>
void for_every_step_towards_a_gate(std::uint64_t seed, const Law& law) {
  const Course course = written_course();
  std::size_t opened = 0;
  for (std::uint64_t i = 0; i < histories() && !testing::Test::HasFailure(); ++i) {
    base::Random random(seed + i * 0x9E3779B97F4A7C15ULL);
    LearnerState state(course);
    base::Timestamp at = base::Timestamp{} + std::chrono::years{56};
    std::int64_t seq = 0;
    const auto step = [&](const Event& event) {
      const LearnerState before = state;
      state.apply(event);
      law(before, state, event);
    };
    std::vector<int> order = {0, 1, 2, 3};
    for (int module : order) {
      if (random.below(8) == 0) continue;
      step({.seq = ++seq,
            .at = at,
            .what = QuizFinished{.module = module, .purpose = Purpose::kTestOut, .score = {1, 1}, .missed = {}}});
      for (int lab : course.modules[static_cast<std::size_t>(module)].labs) {
        step({.seq = ++seq,
              .at = at,
              .what = LabGraded{.lab = lab, .verdict = Verdict::kPass, .harder = true, .score = {1, 1}}});
      }
      if (random.below(3) == 0) step(random_event(course, random, ++seq, at));
    }
    for (std::size_t k = random.below(12); k > 0; --k) {
      Event event = random_event(course, random, ++seq, at);
      const std::uint64_t kind = random.below(4);
      if (kind == 0)
        event.what = KpiMeasured{.project = 0, .kpi = "p95", .missed = random.below(2) == 0, .text = "p95"};
      if (kind == 1) event.what = RootCauseSubmitted{.project = 0, .kpi = "p95", .complete = random.below(3) != 0};
      if (kind == 2) event.what = GateEvidence{.phase = 0, .item = "report"};
      step(event);
    }
    opened += state.gate_open(0) ? 1 : 0;
  }
  if (histories() >= 500) {
    EXPECT_GT(opened, histories() / 100) << "the histories have to reach what the law is about";
  }
}

TEST(Laws, AGateOpensOnlyWithItsNumbersMetAndNothingBlocked) {
  for_every_step_towards_a_gate(8, [](const LearnerState& before, const LearnerState& state, const Event&) {
    if (before.gate_open(0) || !state.gate_open(0)) return;
    EXPECT_TRUE(state.numbers_met(0));
    EXPECT_TRUE(state.blocks(0).empty());
    EXPECT_TRUE(state.missing_evidence(0).empty());
  });
}

TEST(Laws, OnlyACompleteReportLiftsABlock) {
  for_every_step_towards_a_gate(9, [](const LearnerState& before, const LearnerState& state, const Event& event) {
    if (before.blocks(0).empty() || !state.blocks(0).empty()) return;
    const auto* report = std::get_if<RootCauseSubmitted>(&event.what);
    ASSERT_NE(report, nullptr);
    EXPECT_TRUE(report->complete);
  });
}

TEST(Laws, AClosedGateSaysWhyAndWhatToDo) {
  for_every_step_towards_a_gate(10, [](const LearnerState&, const LearnerState& state, const Event& event) {
    if (state.gate_open(0)) return;
    for (const Reason& reason : explain_gate(state, 0)) EXPECT_FALSE(reason.text.empty());
    const Action next = gate_action(state, 0, event.at);
    EXPECT_FALSE(next.title.empty());
    EXPECT_FALSE(next.why.empty());
    if (!state.blocks(0).empty() && state.status(0) != Status::kLocked) {
      EXPECT_NE(next.kind, ActionKind::kEvidence);
    }
  });
}

TEST(Laws, EveryStateHasAReasonCitesRealFactsAndHasANextAction) {
  for_every_step(6, [](const LearnerState&, const LearnerState& state, const Event& event) {
    for (int m = 0; m < static_cast<int>(state.course().modules.size()); ++m) {
      const Explanation why = explain(state, m, event.at);
      EXPECT_FALSE(why.reasons.empty());
      EXPECT_FALSE(why.next.title.empty());
      EXPECT_FALSE(why.next.why.empty());
      EXPECT_FALSE(why.what_if.empty());
      for (const Reason& reason : why.reasons) {
        EXPECT_FALSE(reason.text.empty());
        for (std::int64_t fact : reason.facts) EXPECT_TRUE(fact >= 1 && fact <= event.seq);
      }
    }
    const Action next = next_action(state, event.at);
    EXPECT_FALSE(next.title.empty());
    EXPECT_FALSE(next.why.empty());
  });
}

TEST(Laws, SomethingCanAlwaysBeDoneWhileACompleteModuleIsOpenToWork) {
  for_every_step(7, [](const LearnerState&, const LearnerState& state, const Event& event) {
    if (!state.profile()) return;
    for (const Status status : statuses(state)) {
      if (!is_open(status) && status != Status::kBlocked) continue;
      const ActionKind kind = next_action(state, event.at).kind;
      EXPECT_TRUE(kind != ActionKind::kWait && kind != ActionKind::kDone);
      return;
    }
  });
}

TEST(Laws, ReplayingTheSameFactsGivesTheSameState) {
  const Course course = small_course();
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const std::vector<Event> history = random_history(course, seed, 80);
    const base::Timestamp now = history.back().at;
    EXPECT_EQ(base::json::serialize(status_json(derive(course, history), "me", now)),
              base::json::serialize(status_json(derive(course, history), "me", now)));
  }
}

TEST(Laws, TheQuickWayToWriteAStatusWritesTheSame) {
  const auto course = std::make_shared<const Course>(small_course());
  const StatusWriter writer(course);
  const base::Timestamp now = base::Timestamp(std::chrono::hours(24 * 400));
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(histories(), 2000); ++i) {
    const LearnerState state = derive(*course, random_history(*course, i, 40));
    ASSERT_EQ(writer.write(state, "me", now), base::json::serialize(status_json(state, "me", now)));
  }
}

TEST(Laws, ChangesAreTheDifferencesBetweenNeighbouringStates) {
  const Course course = small_course();
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const std::vector<Event> history = random_history(course, seed, 80);
    std::vector<Status> now = statuses(LearnerState(course));
    for (const Change& change : changes(course, history)) {
      EXPECT_EQ(now[static_cast<std::size_t>(change.module)], change.from);
      now[static_cast<std::size_t>(change.module)] = change.to;
    }
    EXPECT_EQ(now, statuses(derive(course, history)));
  }
}

TEST(Laws, RandomHistoriesReachEveryStatus) {
  const Course course = small_course();
  std::set<Status> seen;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    LearnerState state(course);
    for (const Event& event : random_history(course, seed, 60)) {
      state.apply(event);
      for (const Status status : statuses(state)) seen.insert(status);
    }
  }
  EXPECT_EQ(seen.size(), 11U);
}

}  // namespace
}  // namespace groundwork::progress
