#include "schema/suite.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "base/source_dir.h"

namespace groundwork::schema {
namespace {

std::filesystem::path suite_folder() {
  const char* configured = std::getenv("GROUNDWORK_DATA");
  return std::filesystem::path(configured != nullptr ? std::string(configured)
                                                     : std::string(base::source_dir()) + "/../shared/data") /
         "json-schema-test-suite";
}

TEST(Suite, AllRequiredTestsOfDraft202012Pass) {
  if (!std::filesystem::exists(suite_folder())) GTEST_SKIP() << "no JSON Schema test suite at " << suite_folder();
  const auto report = run_suite(suite_folder());
  ASSERT_TRUE(report.ok()) << report.error().text();
  for (const SuiteFailure& one : report->failures) {
    ADD_FAILURE() << one.file << ": " << one.group << ": " << one.test << ": expected " << one.expected << ", got "
                  << one.got;
  }
  EXPECT_EQ(report->passed, 1299u);  // what the published suite holds
  EXPECT_EQ(report->optional_passed + report->optional_failed, 0u);
}

TEST(Suite, OptionalTestsAreCountedApart) {
  if (!std::filesystem::exists(suite_folder())) GTEST_SKIP() << "no JSON Schema test suite at " << suite_folder();
  const auto report = run_suite(suite_folder(), OptionalTests::kRun);
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(report->passed, 1299u);
  EXPECT_GT(report->optional_passed, 500u);
  EXPECT_EQ(report->failures.size(), report->optional_failed);
}

TEST(Suite, FailureSaysWhereAndWhatWasExpected) {
  const auto folder = base::TemporaryFolder::create("gw-suite").value();
  const auto tests = folder.path() / "tests" / "draft2020-12";
  ASSERT_TRUE(base::create_folders(tests).ok());
  ASSERT_TRUE(base::write_file_atomically(tests / "a.json", R"([{"description":"g","schema":{"type":"string"},"tests":[
      {"description":"right","data":"x","valid":true},{"description":"wrong","data":1,"valid":true}]}])")
                  .ok());
  const auto report = run_suite(folder.path());
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(
      base::canonical_json(to_json(*report)),
      R"({"failed":1,"failures":[{"expected":"valid","file":"a.json","got":"invalid: : expected string, found 1",)"
      R"("group":"g","test":"wrong"}],"passed":1})");
}

TEST(Suite, FolderThatIsNoSuiteIsAnError) { EXPECT_EQ(run_suite("/nonexistent").error().code, base::Code::kNotFound); }

}  // namespace
}  // namespace groundwork::schema
