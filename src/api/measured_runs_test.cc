#include "api/measured_runs.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/file.h"

namespace groundwork::api {
namespace {

class RunsOfAFolder : public testing::Test {
 protected:
  RunsOfAFolder() : folder_(base::TemporaryFolder::create("measured-runs-").value()), runs_(folder_.path()) {}

  void write(const std::string& id, const std::string& state, const std::string& more = "") {
    ASSERT_TRUE(base::create_folders(folder_.path() / id).ok());
    const std::string text = R"({"id": ")" + id + R"(", "kind": "bench", "state": ")" + state +
                             R"(", "metrics": {"p95_ms": {"value": 12, "unit": "ms"}}, "reason": ")" + more + "\"}";
    ASSERT_TRUE(base::write_file_atomically(folder_.path() / id / "run.json", text).ok());
  }

  base::TemporaryFolder folder_;
  MeasuredRuns runs_;
};

TEST_F(RunsOfAFolder, AFinishedRunIsReadOnceAndOneThatGoesOnEachTime) {
  write("done", "finished");
  write("open", "running");
  const KeptRuns first = runs_.newest(10).runs;
  const KeptRuns again = runs_.newest(10).runs;
  ASSERT_EQ(first.size(), 2U);
  EXPECT_NE(first[0], again[0]);
  EXPECT_EQ(first[1], again[1]);
  EXPECT_EQ(first[1], runs_.read("done").value());
  write("open", "finished");
  EXPECT_TRUE(runs_.newest(10).runs[0]->is_finished());
}

TEST_F(RunsOfAFolder, WhatIsKeptIsTheFileThatIsThere) {
  write("a", "finished", "one");
  write("b", "finished");
  EXPECT_EQ(runs_.read("a").value()->summary.reason, "one");
  write("c", "finished");  // more of them
  ASSERT_EQ(runs_.newest(10).runs.size(), 3U);
  EXPECT_EQ(runs_.read("a").value()->summary.reason, "one");
  write("a", "finished", "two");  // of the same length, in the same moment
  EXPECT_EQ(runs_.read("a").value()->summary.reason, "two");
  ASSERT_TRUE(base::write_file_atomically(folder_.path() / "b" / "run.json", "{").ok());
  EXPECT_EQ(runs_.read("b").error().code, base::Code::kFailedPrecondition);
  std::filesystem::remove_all(folder_.path() / "c");
  EXPECT_EQ(runs_.read("c").error().code, base::Code::kNotFound);
  EXPECT_EQ(runs_.newest(10).runs.size(), 1U);
}

TEST_F(RunsOfAFolder, TheNewestStayWhenThereIsMoreThanIsKept) {
  const std::string large(3U << 20, 'x');  // six of them are more than 16 MiB
  for (const char* id : {"1", "2", "3", "4", "5", "6"}) write(id, "finished", large);
  const KeptRuns first = runs_.newest(10).runs;
  const KeptRuns again = runs_.newest(10).runs;
  ASSERT_EQ(first.size(), 6U);
  EXPECT_EQ(first.front(), again.front());
  EXPECT_EQ(first[4], again[4]);
  EXPECT_NE(first.back(), again.back());
}

TEST_F(RunsOfAFolder, ManyReadWhileRunsAreAdded) {
  write("0", "finished");
  std::vector<std::jthread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) EXPECT_GE(runs_.newest(50).runs.size(), 1U);
    });
  }
  for (int i = 1; i < 40; ++i) write(std::to_string(i), i % 2 == 0 ? "finished" : "running");
  readers.clear();
  EXPECT_EQ(runs_.newest(50).runs.size(), 40U);
}

TEST_F(RunsOfAFolder, AnIdThatIsNotThereIsNamedWithoutTheFolder) {
  for (const char* id : {"none", "..", "a/b", ""}) {
    const auto found = runs_.read(id);
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, base::Code::kNotFound);
    EXPECT_EQ(found.error().message.find(folder_.path().string()), std::string::npos);
    EXPECT_NE(found.error().message.find("groundwork eval runs"), std::string::npos);
  }
}

}  // namespace
}  // namespace groundwork::api
