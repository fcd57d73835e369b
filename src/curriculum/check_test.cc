#include "curriculum/check.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/source_dir.h"
#include "curriculum/scaffold.h"

namespace groundwork::curriculum {
namespace {

CheckEnvironment environment() {
  CheckEnvironment out;
  out.today = std::chrono::floor<std::chrono::days>(base::SystemClock().now());
  return out;
}

bool mentions(const CheckReport& report, std::string_view text) {
  for (const auto& problem : report.problems) {
    if (problem.text().find(text) != std::string::npos) return true;
  }
  return false;
}

TEST(Check, RealContentHasNoProblem) {
  for (const auto& problem : check(base::source_dir(), environment()).problems) ADD_FAILURE() << problem.text();
}

class Broken : public ::testing::Test {
 protected:
  Broken() : folder_(base::TemporaryFolder::create("gw-check").value()) {
    for (const char* name : {"library", "labs"}) {
      std::filesystem::copy(std::filesystem::path(base::source_dir()) / name, folder_.path() / name,
                            std::filesystem::copy_options::recursive);
    }
  }
  void append(const std::string& file, const std::string& text) const {
    std::string before = base::read_file(folder_.path() / file).value();
    ASSERT_TRUE(base::write_file_atomically(folder_.path() / file, before + text).ok());
  }
  base::TemporaryFolder folder_;
};

TEST_F(Broken, LinksToNowhereStaleIndexAndOrphansAreFound) {
  append(
      "library/explainers/cache-eviction-policies.md",
      "\n[x](explainer:cache-eviction-policy) [y](explainer:cache-eviction-policies#nowhere) [z](http://x.example)\n");
  ASSERT_TRUE(scaffold(folder_.path(), "explainer", "lonely", "cache-design", environment().today).ok());
  const auto lonely = folder_.path() / "library/explainers/lonely.md";
  std::string text = base::read_file(lonely).value();
  constexpr std::string_view kPlaceholder = "concept-of-the-module";
  text.replace(text.find(kPlaceholder), kPlaceholder.size(), "lru-order");
  ASSERT_TRUE(base::write_file_atomically(lonely, text).ok());
  const auto report = check(folder_.path(), environment());
  EXPECT_TRUE(mentions(report, "unknown explainer 'cache-eviction-policy' (did you mean 'cache-eviction-policies'?)"));
  EXPECT_TRUE(mentions(report, "has no section '#nowhere'"));
  EXPECT_TRUE(mentions(report, "expected https://"));
  EXPECT_TRUE(mentions(report, "library/explainers/lonely.md:1:1: orphaned"));
  EXPECT_TRUE(mentions(report, "index"));
}

TEST_F(Broken, CodeThatPrintsSomethingElseIsFound) {
  append("library/explainers/cache-eviction-policies.md", "\n```python\nprint(1)\n```\n\n```output\n2\n```\n");
  CheckEnvironment with_code = environment();
  with_code.run_python = [](const std::string& program) {
    // Stands in for Python: prints the last block's real output, and for earlier ones nothing.
    std::string out;
    for (std::size_t at = 0; (at = program.find('\x1e', at)) != std::string::npos; ++at) out += '\x1e';
    return CheckEnvironment::Output{true, out, ""};
  };
  EXPECT_TRUE(mentions(check(folder_.path(), with_code), "expected the output '2', found ''"));
}

TEST_F(Broken, StarterThatPassesAndSolutionThatFailsAreFound) {
  CheckEnvironment with_labs = environment();
  with_labs.grade = [](const Lab& lab, const std::map<std::string, std::string>& files) {
    return CheckEnvironment::Output{files != lab.solution, "", "test_x failed"};
  };
  const auto report = check(folder_.path(), with_labs);
  EXPECT_TRUE(mentions(report, "the reference solution does not pass: test_x failed"));
  EXPECT_TRUE(mentions(report, "the starter passes already"));
}

TEST_F(Broken, ScaffoldRefusesBadIdsAndWhatIsThere) {
  const auto today = environment().today;
  EXPECT_EQ(scaffold(folder_.path(), "explainr", "x", "", today).error().message,
            "unknown kind 'explainr' (did you mean 'explainer'?)");
  EXPECT_FALSE(scaffold(folder_.path(), "explainer", "../x", "", today).ok());
  EXPECT_EQ(scaffold(folder_.path(), "module", "cache-design", "", today).error().code, base::Code::kAlreadyExists);
  for (const std::string& kind : scaffold_kinds())
    EXPECT_TRUE(scaffold(folder_.path(), kind, "brand-new", "cache-design", today).ok()) << kind;
}

TEST(ReadingGrade, LongWordsAndSentencesReadHarder) {
  std::string easy;
  std::string hard;
  for (int i = 0; i < 20; ++i) easy += "The cat sat on the mat. ";
  for (int i = 0; i < 6; ++i)
    hard +=
        "Concurrent invalidation necessitates considerable architectural deliberation regarding linearizability "
        "guarantees, ";
  EXPECT_LT(reading_grade(easy), 3);
  EXPECT_GT(reading_grade(hard + "."), 16);
}

}  // namespace
}  // namespace groundwork::curriculum
