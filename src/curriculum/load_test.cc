#include "curriculum/load.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/source_dir.h"
#include "curriculum/library.h"

namespace groundwork::curriculum {
namespace {

/// A copy of the real content that a test may break.
class Content : public ::testing::Test {
 protected:
  Content() : folder_(base::TemporaryFolder::create("gw-content").value()) {
    for (const char* name : {"library", "labs"}) {
      std::filesystem::copy(std::filesystem::path(base::source_dir()) / name, folder_.path() / name,
                            std::filesystem::copy_options::recursive);
    }
  }

  std::filesystem::path module_file() const { return folder_.path() / "library/modules/cache-design.yaml"; }

  void replace(const std::filesystem::path& file, const std::string& from, const std::string& to) const {
    std::string text = base::read_file(file).value();
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    ASSERT_TRUE(base::write_file_atomically(file, text.replace(at, from.size(), to)).ok());
  }

  std::string first_problem() const {
    const Loaded loaded = load(folder_.path());
    return loaded.problems.empty() ? "none" : loaded.problems.front().text();
  }

  base::TemporaryFolder folder_;
};

TEST(RealContent, LoadsWithoutAProblem) {
  const Loaded loaded = load(base::source_dir());
  for (const auto& problem : loaded.problems) ADD_FAILURE() << problem.text();
  EXPECT_GE(loaded.curriculum.modules.size(), 48U);
  EXPECT_EQ(loaded.curriculum.roadmap.phases.size(), 4U);
}

TEST(RealContent, WeeksOneAndTwoAreCompleteAndTheRestOutlines) {
  for (const Module& m : load(base::source_dir()).curriculum.modules) EXPECT_EQ(m.complete, m.week <= 2) << m.module_id;
}

TEST_F(Content, EveryMissingFieldOfAModuleIsNamedWithItsFileAndLine) {
  for (const char* field : {"phase", "week", "title", "difficulty", "estimated_hours", "interview_frequency",
                            "updated_on", "prerequisites"}) {
    const std::string before = base::read_file(module_file()).value();
    replace(module_file(), std::string("\n") + field + ":", std::string("\n# ") + field + ":");
    EXPECT_EQ(first_problem(),
              "library/modules/cache-design.yaml:1:1: expected the field '" + std::string(field) + "', found nothing");
    ASSERT_TRUE(base::write_file_atomically(module_file(), before).ok());
  }
}

TEST_F(Content, UnknownPrerequisiteSuggestsTheNearName) {
  replace(module_file(), "dsa-heaps-windows-and-lists", "dsa-heap-windows-and-lists");
  const std::string problem = first_problem();
  EXPECT_EQ(problem.rfind("library/modules/cache-design.yaml:", 0), 0U) << problem;
  EXPECT_NE(
      problem.find(
          "prerequisites: unknown module 'dsa-heap-windows-and-lists' (did you mean 'dsa-heaps-windows-and-lists'?)"),
      std::string::npos)
      << problem;
}

TEST_F(Content, PrerequisitesInACircleAreReported) {
  replace(folder_.path() / "library/modules/python-typed-models.yaml", "prerequisites: []",
          "prerequisites: [cache-design]");
  EXPECT_NE(first_problem().find("circle"), std::string::npos) << first_problem();
}

TEST_F(Content, TheKpisAreTheRoadmapsAndAProjectsMetricsNameThem) {
  EXPECT_EQ(first_problem(), "none");
  replace(folder_.path() / "library/kpis.yaml", "Throughput at fixed concurrency", "Throughput");
  EXPECT_NE(first_problem().find("the roadmap has no KPI 'Throughput.'"), std::string::npos) << first_problem();
  replace(folder_.path() / "library/kpis.yaml", "title: \"Throughput\"", "title: \"Throughput at fixed concurrency\"");
  replace(folder_.path() / "library/projects/project-1.yaml", "kpi: p95-latency", "kpi: p96-latency");
  EXPECT_NE(first_problem().find("unknown KPI 'p96-latency' (did you mean 'p95-latency'"), std::string::npos)
      << first_problem();
}

TEST_F(Content, AGateThatNamesAProjectThatIsNotThereIsReported) {
  replace(folder_.path() / "library/roadmap.yaml", "project: project-2}", "project: project-5}");
  EXPECT_NE(first_problem().find("unknown project 'project-5'"), std::string::npos) << first_problem();
}

TEST_F(Content, LibraryKeepsServingTheLastGoodContent) {
  const auto library = Library::open(folder_.path()).value();
  const auto before = library->current();
  replace(module_file(), "\ntitle:", "\ntitel:");
  library->reload_if_changed();
  EXPECT_EQ(library->current()->revision, before->revision);
  ASSERT_FALSE(library->problems().empty());
  replace(module_file(), "\ntitel:", "\ntitle: x\n#");
  EXPECT_TRUE(library->reload_if_changed());
  EXPECT_TRUE(library->problems().empty());
  EXPECT_EQ(library->current()->module("cache-design")->title, "x");
}

}  // namespace
}  // namespace groundwork::curriculum
