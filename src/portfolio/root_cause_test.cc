#include "portfolio/root_cause.h"

#include "portfolio/gate_evidence.h"
#include "portfolio/projects.h"
#include "portfolio/test_folio.h"
#include "portfolio/weekly_review.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::json::object;

class RootCause : public Folio {
 protected:
  static Report complete(const std::string& run) {
    Report out{"project-1", "p95-latency", {}, {run}};
    for (int i = 0; i < 6; ++i) {
      out.parts.push_back(
          "Part " + std::to_string(i) +
          ": every query embedded the whole corpus again, because the matrix was built in the request.");
    }
    return out;
  }
  base::Result<std::int64_t> submit(const Report& report) { return submit_report(world_.study(), "me", report); }
  std::string status() { return std::string(project_json(evidence(), "project-1").value().at("status").as_string()); }
};

TEST_F(RootCause, ACompleteReportLiftsTheBlockAndAMetNumberDoesNot) {
  bench("slow", 900);
  bench("fast", 90);
  EXPECT_EQ(status(), "blocked");
  ASSERT_TRUE(submit(complete("slow")).ok());
  EXPECT_EQ(status(), "measured");  // its precision was never measured
}

TEST_F(RootCause, EachEmptyThinCopiedOrTemplatePartIsNamed) {
  bench("slow", 900);
  Report report = complete("slow");
  report.parts[0] = " ";
  report.parts[1] = "too short";
  report.parts[2] = std::string(120, 'x');
  report.parts[4] = report.parts[3];
  report.parts[5] = "[" + std::string(report_parts()[5].hint) + "] and some more words so that it is long enough";
  const auto refused = submit(report);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  for (const char* text : {"What was measured: nothing written", "Hypothesis: expected at least 80 characters, found 9",
                           "Experiment: expected at least 10 different words, found 1", "Fix: says the same",
                           "Regression guard: still holds the template"}) {
    EXPECT_NE(refused.error().message.find(text), std::string::npos) << text << "\n" << refused.error().message;
  }
  EXPECT_EQ(status(), "blocked");
}

TEST_F(RootCause, ACitedRunHasToExistAndToHaveMeasuredTheNumber) {
  bench("slow", 900);
  const Imported suite = import(run("suite-run", "eval", R"("precision@10":{"value":0.5})")).value();
  EXPECT_NE(submit(complete("slwo")).error().message.find("did you mean 'slow'"), std::string::npos);
  EXPECT_NE(submit(complete("suite-run")).error().message.find("none of them measured p95-latency"), std::string::npos);
  Report none = complete("slow");
  none.runs.clear();
  EXPECT_FALSE(submit(none).ok());
}

TEST_F(RootCause, NothingIsSubmittedWhereNothingIsDue) {
  bench("fast", 90);
  EXPECT_EQ(submit(complete("fast")).error().code, Code::kFailedPrecondition);
}

TEST_F(RootCause, TheTemplateIsRefusedAsItIsAndReadBackWhenFilledIn) {
  bench("slow", 900);
  const std::string text = report_template(report_form_json(evidence(), "project-1", "").value());
  const Report empty = report_from_markdown(text, "r.md").value();
  EXPECT_EQ(empty.kpi, "p95-latency");
  EXPECT_EQ(empty.runs, std::vector<std::string>{"slow"});
  EXPECT_EQ(problems_of(empty, evidence()).size(), 6U);
  std::string filled = text;
  const Report wanted = complete("slow");
  for (std::size_t i = 0; i < report_parts().size(); ++i) {
    const std::string hint = "[" + std::string(report_parts()[i].hint) + "]";
    filled.replace(filled.find(hint), hint.size(), wanted.parts[i]);
  }
  const Report read = report_from_markdown(filled, "r.md").value();
  EXPECT_EQ(read.parts, wanted.parts);
  EXPECT_TRUE(submit(read).ok());
  EXPECT_FALSE(report_from_markdown("no front matter", "r.md").ok());
}

using GateEvidence = Folio;

TEST_F(GateEvidence, AFileIsKeptUnderItsHashAndAProjectsNumbersAreNotHandedIn) {
  const auto& phases = evidence().standing->course->phases;
  const std::string gate = phases[1].gate_id;
  const GateItem file{gate, "PEFT", "file", "", "report.md", "What was tuned, and what it changed."};
  ASSERT_TRUE(add_evidence(world_.study(), "me", file).ok());
  const object detail = gate_detail_json(evidence(), gate).value();
  const object& given = detail.at("items").as_array().at(1).as_object().at("evidence").as_object();
  const std::string hash(given.at("sha256").as_string());
  EXPECT_EQ(world_.study().ledger().get_blob(hash).value(), file.bytes);
  const auto refused = add_evidence(world_.study(), "me", {gate, "project 1", "link", "https://example.com", "", ""});
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  EXPECT_NE(gate_report_html(detail, "me", evidence().now).find(hash), std::string::npos);
}

TEST_F(GateEvidence, IsWhatItsKindPromises) {
  const std::string gate = evidence().standing->course->phases[1].gate_id;
  const auto refused = [&](const std::string& kind, const std::string& text) {
    return add_evidence(world_.study(), "me", {gate, "PEFT", kind, text, "", ""}).error().code;
  };
  EXPECT_EQ(refused("link", "javascript:alert(1)"), Code::kInvalidArgument);
  EXPECT_EQ(refused("commit", "HEAD"), Code::kInvalidArgument);
  EXPECT_EQ(refused("run", "none"), Code::kNotFound);
  EXPECT_EQ(refused("note", "done"), Code::kInvalidArgument);
  EXPECT_EQ(add_evidence(world_.study(), "me", {"gate-9", "x", "note", "", "", ""}).error().code, Code::kNotFound);
}

TEST_F(GateEvidence, AReportEscapesWhatWasHandedIn) {
  const std::string gate = evidence().standing->course->phases[1].gate_id;
  ASSERT_TRUE(add_evidence(world_.study(), "me",
                           {gate, "PEFT", "note", "<script>alert(1)</script> and forty characters more of it", "", ""})
                  .ok());
  const std::string page = gate_report_html(gate_detail_json(evidence(), gate).value(), "me", evidence().now);
  EXPECT_EQ(page.find("<script"), std::string::npos);
}

using WeeklyReview = Folio;

TEST_F(WeeklyReview, TwoStoriesBecomeStrongerOrTheReviewIsRefused) {
  const std::vector<std::string> answers(5, "Something that was learned this week.");
  const std::string long_text(130, 'a');
  const Story one{"", "The slow index", long_text};
  const Story two{"", "The wrong filter", long_text + "b"};
  const auto submit = [&](const std::vector<Story>& stories) {
    return submit_weekly_review(world_.study(), "me", 1, answers, stories);
  };
  EXPECT_FALSE(submit({one}).ok());
  EXPECT_FALSE(submit({one, one}).ok());
  const base::Status submitted = submit({one, two});
  ASSERT_TRUE(submitted.ok()) << submitted.error().text();
  const auto bank = stories_json(evidence());
  ASSERT_EQ(bank.size(), 2U);
  const std::string id(bank.at(0).as_object().at("story").as_string());
  EXPECT_FALSE(submit({{id, "The slow index", long_text}, two}).ok()) << "the same text is not stronger";
  EXPECT_TRUE(submit({{id, "The slow index", long_text + " with numbers"}, {"", "A third", long_text}}).ok());
  EXPECT_EQ(stories_json(evidence()).size(), 3U);
  EXPECT_FALSE(submit_weekly_review(world_.study(), "me", 9, answers, {one, two}).ok()) << "it has not come yet";
}

TEST_F(WeeklyReview, AMissedNumberOfTheWeekStandsBesideWhatFailedAndItsBlockBesideTheRisk) {
  bench("slow", 900);
  const object review = weekly_review_json(evidence(), 1).value();
  const auto beside = [&](std::size_t question) {
    return base::json::serialize(review.at("questions").as_array().at(question).as_object().at("beside"));
  };
  EXPECT_NE(beside(1).find("900 ms"), std::string::npos) << beside(1);
  EXPECT_NE(beside(3).find("root-cause report"), std::string::npos) << beside(3);
}

}  // namespace
}  // namespace groundwork::portfolio
