#include "measure/case_page.h"

#include <gtest/gtest.h>

#include <fstream>

namespace groundwork::measure {
namespace {

class CasePage : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = base::TemporaryFolder::create("groundwork-cases");
    ASSERT_TRUE(folder.ok());
    folder_.emplace(*std::move(folder));
  }

  void write(std::size_t count) {
    std::ofstream out(folder_->path() / "cases.jsonl");
    for (std::size_t i = 0; i < count; ++i) {
      Sample one;
      one.case_id = "case-" + std::to_string(i);
      one.index = i;
      one.outcome = i % 10 == 3 ? Outcome::kFailed : i % 10 == 7 ? Outcome::kWrong : Outcome::kOk;
      one.ms = static_cast<double>(i + 1);
      one.values = {{"score", one.outcome == Outcome::kOk ? 1.0 : one.outcome == Outcome::kWrong ? 0.5 : 0.0}};
      one.answer = "answer " + std::to_string(i);
      out << to_line(one);
    }
  }
  void append(const std::string& text) { std::ofstream(folder_->path() / "cases.jsonl", std::ios::app) << text; }
  const std::filesystem::path& folder() const { return folder_->path(); }

  std::optional<base::TemporaryFolder> folder_;
};

TEST_F(CasePage, PagesHoldEveryCaseOnceAndInOrder) {
  write(25);
  std::vector<std::string> seen;
  std::optional<std::uint64_t> next = 0;
  int pages = 0;
  while (next) {
    const auto page = page_samples(folder(), Shown::kAll, *next, 10);
    ASSERT_TRUE(page.ok()) << page.error().text();
    for (const PlacedSample& one : page->samples) seen.push_back(one.sample.case_id);
    next = page->next;
    ++pages;
  }
  ASSERT_EQ(seen.size(), 25U);
  EXPECT_EQ(pages, 3);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], "case-" + std::to_string(i));
}

TEST_F(CasePage, AFilterShowsOnlyItsOutcome) {
  write(40);
  const auto failed = page_samples(folder(), Shown::kFailed, 0, 3);
  ASSERT_TRUE(failed.ok());
  ASSERT_EQ(failed->samples.size(), 3U);
  EXPECT_EQ(failed->samples[2].sample.case_id, "case-23");
  ASSERT_TRUE(failed->next);
  const auto rest = page_samples(folder(), Shown::kFailed, *failed->next, 3);
  ASSERT_TRUE(rest.ok());
  ASSERT_EQ(rest->samples.size(), 1U);
  EXPECT_FALSE(rest->next);
}

TEST_F(CasePage, AnOffsetInsideALineIsRefused) {
  write(3);
  EXPECT_EQ(page_samples(folder(), Shown::kAll, 5, 10).error().code, base::Code::kInvalidArgument);
  EXPECT_EQ(page_samples(folder(), Shown::kAll, 1'000'000, 10).error().code, base::Code::kInvalidArgument);
}

TEST_F(CasePage, ATornLastLineIsLeftOutAndADamagedOneSaid) {
  write(3);
  append("{\"case\": \"case-3");
  const auto torn = page_samples(folder(), Shown::kAll, 0, 10);
  ASSERT_TRUE(torn.ok());
  EXPECT_EQ(torn->samples.size(), 3U);
  EXPECT_FALSE(torn->next);
  append("\n");
  const auto damaged = page_samples(folder(), Shown::kAll, 0, 10);
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().code, base::Code::kDataLoss);
}

TEST_F(CasePage, TheWorstComeFirstAndWithoutTheirAnswers) {
  write(40);
  const auto worst = worst_samples(folder(), "score", true, 6);
  ASSERT_TRUE(worst.ok());
  ASSERT_EQ(worst->size(), 6U);
  EXPECT_EQ((*worst)[0].sample.case_id, "case-3");
  EXPECT_EQ((*worst)[3].sample.case_id, "case-33");
  EXPECT_EQ((*worst)[4].sample.case_id, "case-7");
  EXPECT_TRUE((*worst)[0].sample.answer.is_null());
  const auto again = sample_at(folder(), (*worst)[4].offset);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->sample.case_id, "case-7");
  EXPECT_FALSE(again->sample.answer.is_null());
}

TEST_F(CasePage, LatenciesAreOfAnsweredCallsAlone) {
  write(100);
  const auto latencies = latencies_of(folder());
  ASSERT_TRUE(latencies.ok());
  EXPECT_EQ(latencies->answered, 90U);
  EXPECT_EQ(latencies->failed, 10U);
  std::size_t counted = 0;
  for (const Latencies::Bar& bar : latencies->bars) counted += bar.count;
  EXPECT_EQ(counted, 90U);
  EXPECT_EQ(latencies->quantiles[0].name, "p50");
  EXPECT_NEAR(latencies->quantiles[0].ms, 51, 2);
}

TEST_F(CasePage, ARunWithoutSamplesHasAnEmptyPage) {
  const auto page = page_samples(folder(), Shown::kAll, 0, 10);
  ASSERT_TRUE(page.ok());
  EXPECT_TRUE(page->samples.empty());
  EXPECT_FALSE(page->next);
  EXPECT_EQ(latencies_of(folder())->answered, 0U);
}

}  // namespace
}  // namespace groundwork::measure
