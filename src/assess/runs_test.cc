#include "assess/runs.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "assess/testing.h"

namespace groundwork::assess {
namespace {

class BackgroundRuns : public testing::Test {
 protected:
  void SetUp() override {
    const char* python = std::getenv("GW_PYTHON");
    if (python == nullptr) GTEST_SKIP() << "GW_PYTHON does not name a Python that has pytest";
    if (sandbox::probe().level != sandbox::Isolation::kFull) GTEST_SKIP() << sandbox::probe().explanation;
    LabEnvironment environment;
    environment.harness = std::filesystem::path(GW_SOURCE_DIR) / "labs/_harness";
    environment.site = site_packages_of(python).value();
    runs_ = std::make_unique<Runs>(world_.study(), environment);
    solution_ = world_.study().content().first->labs.at("first-lab").solution;
  }

  TestWorld world_;
  std::unique_ptr<Runs> runs_;
  Files solution_;
};

TEST_F(BackgroundRuns, ReportAsTheyGoAndAreRecorded) {
  const auto started = runs_->start("me", "first-lab", LabMode::kSubmit, LabVariant::kStandard, solution_, 60);
  ASSERT_TRUE(started.ok()) << started.error().message;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<assess::Run> seen;
  const auto watching = runs_->watch("me", started->id, [&](const assess::Run& run) {
    const std::lock_guard lock(mutex);
    seen.push_back(run);
    changed.notify_one();
  });
  ASSERT_TRUE(watching.ok());
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(30),
                               [&] { return !seen.empty() && seen.back().status == assess::Run::Status::kDone; }));
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
  for (int i = 0; i < 500 && runs_->find("me", started->id)->status != assess::Run::Status::kDone; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
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
