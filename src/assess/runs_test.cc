#include "assess/runs.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "assess/testing.h"
#include "base/source_dir.h"

namespace groundwork::assess {
namespace {

class BackgroundRuns : public testing::Test {
 protected:
  void SetUp() override {
    const char* python = std::getenv("GW_PYTHON");
    if (python == nullptr) GTEST_SKIP() << "GW_PYTHON does not name a Python that has pytest";
    if (sandbox::probe().level != sandbox::Isolation::kFull) GTEST_SKIP() << sandbox::probe().explanation;
    LabEnvironment environment;
    environment.harness = std::filesystem::path(base::source_dir()) / "labs/_harness";
    environment.site = site_packages_of(python).value();
    runs_ = std::make_unique<Runs>(world_.study(), environment);
    solution_ = world_.study().content().first->labs.at("first-lab").solution;
  }

  /// Every state that a watcher is told of; empty when the run does not end within 30 s.
  std::vector<assess::Run> states_until_done(const std::string& run_id) {
    struct Seen {
      std::mutex mutex;
      std::condition_variable changed;
      std::vector<assess::Run> states;
    };
    const auto seen = std::make_shared<Seen>();  // shared: the watcher may outlive a wait that gave up
    const auto watching = runs_->watch("me", run_id, [seen](const assess::Run& run) {
      const std::lock_guard lock(seen->mutex);
      seen->states.push_back(run);
      seen->changed.notify_one();
    });
    EXPECT_TRUE(watching.ok());
    std::unique_lock lock(seen->mutex);
    const auto done = [&] { return !seen->states.empty() && seen->states.back().status == assess::Run::Status::kDone; };
    return seen->changed.wait_for(lock, std::chrono::seconds(30), done) ? seen->states : std::vector<assess::Run>();
  }

  TestWorld world_;
  std::unique_ptr<Runs> runs_;
  Files solution_;
};

TEST_F(BackgroundRuns, ReportAsTheyGoAndAreRecorded) {
  const auto started = runs_->start("me", "first-lab", LabMode::kSubmit, LabVariant::kStandard, solution_, 60);
  ASSERT_TRUE(started.ok()) << started.error().message;
  const std::vector<assess::Run> seen = states_until_done(started->id);
  ASSERT_FALSE(seen.empty());
  EXPECT_GT(seen.size(), 3U);
  EXPECT_EQ(seen.back().result.verdict, progress::Verdict::kPass) << seen.back().result.message;
  const auto facts = world_.study().ledger().facts("me").value();
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].id, seen.back().fact_id);
  EXPECT_EQ(submitted_files(world_.study(), facts[0]).value(), solution_);
  EXPECT_EQ(runs_->find("you", started->id).error().code, base::Code::kNotFound);
}

TEST_F(BackgroundRuns, RecordNothingWhenCancelled) {
  const auto started = runs_->start("me", "first-lab", LabMode::kSubmit, LabVariant::kStandard,
                                    {{"answer.py", "import time\ntime.sleep(60)\n"}}, {});
  ASSERT_TRUE(runs_->cancel("me", started->id).ok());
  ASSERT_FALSE(states_until_done(started->id).empty());
  EXPECT_EQ(runs_->find("me", started->id)->result.verdict, progress::Verdict::kCancelled);
  EXPECT_EQ(world_.study().ledger().count("me").value(), 0);
}

TEST_F(BackgroundRuns, RefuseALockedLabUnlessItIsTheTestOut) {
  EXPECT_EQ(runs_->start("me", "second-lab", LabMode::kSubmit, LabVariant::kStandard, solution_, {}).error().code,
            base::Code::kFailedPrecondition);
  EXPECT_TRUE(runs_->start("me", "second-lab", LabMode::kSubmit, LabVariant::kHarder, solution_, {}).ok());
  const auto unknown = runs_->start("me", "frist-lab", LabMode::kTest, LabVariant::kStandard, solution_, {});
  EXPECT_NE(unknown.error().message.find("first-lab"), std::string::npos);
}

}  // namespace
}  // namespace groundwork::assess
