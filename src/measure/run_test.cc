#include "measure/run.h"

#include <gtest/gtest.h>

#include <fstream>

#include "measure/bundle.h"

namespace groundwork::measure {
namespace {

namespace fs = std::filesystem;
using base::Code;

Sample sample(const std::string& id, double value) {
  Sample out;
  out.case_id = id;
  out.ms = 1.5;
  out.values = {{"exact_match", value}};
  out.answer = base::json::value("said \"so\"");
  return out;
}

class RunFolder : public testing::Test {
 protected:
  RunFolder() : folder_(base::TemporaryFolder::create("measure-run-").value()), store_(folder_.path() / "runs") {
    run_.id = "20260101T000000000Z-mine-0001";
    run_.suite = "mine";
    run_.metrics["exact_match"] = {0.5, Bounds{0.1, 0.9}, "Wilson", 2, 1, "ratio", true, ">= 0.8", false, {}};
    run_.failures = {{"timeout", "the target doesn't answer in time", 1, 2, {"a"}}};
    EXPECT_TRUE(store_.save(run_).ok());
  }
  fs::path cases() const { return store_.folder_of(run_.id) / "cases.jsonl"; }
  std::vector<std::string> read() const {
    std::vector<std::string> ids;
    const auto read = RunStore::for_each_sample(store_.folder_of(run_.id), [&](const Sample& one) -> base::Status {
      ids.push_back(one.case_id);
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.error().text();
    return ids;
  }

  base::TemporaryFolder folder_;
  RunStore store_;
  measure::Run run_;
};

TEST_F(RunFolder, WhatIsSavedIsLoaded) {
  const auto loaded = store_.load("2026");
  ASSERT_TRUE(loaded.ok()) << loaded.error().text();
  EXPECT_EQ(to_json(*loaded), to_json(run_));
}

TEST_F(RunFolder, ATornLastLineIsLeftOutAndCutOffBeforeMoreIsWritten) {
  {
    auto writer = SampleWriter::open(cases());
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(writer->append(sample("a", 1)).ok());
    ASSERT_TRUE(writer->append(sample("b", 0)).ok());
    ASSERT_TRUE(writer->sync().ok());
  }
  std::ofstream(cases(), std::ios::app) << R"({"case": "c", "out)";
  EXPECT_EQ(read(), (std::vector<std::string>{"a", "b"}));
  auto writer = SampleWriter::open(cases());
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->append(sample("d", 1)).ok());
  ASSERT_TRUE(writer->sync().ok());
  EXPECT_EQ(read(), (std::vector<std::string>{"a", "b", "d"}));
}

TEST_F(RunFolder, ADamagedLineInTheMiddleIsNamed) {
  std::ofstream(cases()) << to_line(sample("a", 1)) << "garbage\n" << to_line(sample("b", 1));
  const auto read = RunStore::for_each_sample(store_.folder_of(run_.id), [](const Sample&) { return base::Status{}; });
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::kDataLoss);
  EXPECT_TRUE(read.error().where.ends_with("cases.jsonl:2")) << read.error().where;
}

TEST_F(RunFolder, AnImportedRunCannotLeaveTheFolderOfRuns) {
  const fs::path file = folder_.path() / "evil.run";
  run_.id = "../evil";
  std::ofstream(file) << base::json::serialize(base::json::object{{"groundwork_run", to_json(run_)}}) << "\n";
  const auto imported = import_run(RunStore(folder_.path() / "other"), file);
  ASSERT_FALSE(imported.ok());
  EXPECT_EQ(imported.error().code, Code::kInvalidArgument);
  EXPECT_FALSE(fs::exists(folder_.path() / "evil"));
}

TEST_F(RunFolder, ANameThatTwoRunsBeginWithIsRefused) {
  measure::Run other = run_;
  other.id = "20260101T000000000Z-mine-0002";
  ASSERT_TRUE(store_.save(other).ok());
  const auto loaded = store_.load("20260101");
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, Code::kInvalidArgument);
  EXPECT_EQ(store_.load("latest")->id, other.id);
  EXPECT_EQ(store_.load("nothing").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace groundwork::measure
