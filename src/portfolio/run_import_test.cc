#include "portfolio/run_import.h"

#include "portfolio/projects.h"
#include "portfolio/test_folio.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::json::object;

using RunImport = Folio;

TEST_F(RunImport, EachMetricIsTakenFromTheKindOfRunThatMeasuresIt) {
  const Imported suite = import(run("r1", "eval", R"("precision@10":{"value":0.31,"n":40,"unit":"",
      "interval":{"low":0.25,"high":0.37}},"p95_ms":{"value":900,"unit":"ms"})"))
                             .value();
  ASSERT_EQ(suite.metrics.size(), 2U);
  EXPECT_TRUE(suite.metrics[0].measured);
  EXPECT_FALSE(suite.metrics[0].missed);
  EXPECT_EQ(suite.metrics[0].text, "precision measured at 31 %, target at least 20 %");
  EXPECT_FALSE(suite.metrics[1].measured) << "latency under a suite is no load";
  EXPECT_TRUE(suite.kpis.empty());
  const Imported load = bench("r2", 120);
  EXPECT_FALSE(load.metrics[0].measured);
  EXPECT_TRUE(load.metrics[1].measured);
}

TEST_F(RunImport, AMissedNumberBlocksAndASecondImportChangesNothing) {
  const Imported first = bench("slow", 900);
  EXPECT_TRUE(first.metrics[1].missed);
  const std::size_t facts = evidence().facts.size();
  EXPECT_EQ(bench("slow", 900).metrics[1].fact, first.metrics[1].fact);
  EXPECT_EQ(evidence().facts.size(), facts);
  const object project = project_json(evidence(), "project-1").value();
  EXPECT_EQ(project.at("status").as_string(), "blocked");
  const object& block = project.at("blocks").as_array().at(0).as_object();
  EXPECT_EQ(block.at("facts").as_array().at(0).to_number<std::int64_t>(), first.metrics[1].fact);
  EXPECT_EQ(block.at("next").as_object().at("kind").as_string(), "root-cause");
}

TEST_F(RunImport, AnotherRunWithTheSameIdIsRefused) {
  bench("r", 120);
  const auto other = import(run("r", "bench", R"("p95_ms":{"value":90,"unit":"ms"})"));
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, Code::kAlreadyExists);
}

TEST_F(RunImport, ABenchResultIsARunUnlessTheClientWasTheBottleneck) {
  base::json::value result =
      base::parse_json(R"({"kind":"groundwork.bench","schema":1,"started":"2026-11-28T12:00:00.000Z",
      "cancelled":false,"options":{"target":"http://127.0.0.1:1","profile":"search","concurrency":4},
      "figures":{"requests":200,"error_rate":0.01,"requests_per_second":55.5,
                 "latency":{"count":198,"p50_ms":12,"p95_ms":250}},
      "client":{"bottleneck":false,"verdict":"kept up"},"samples":{"rows":[1,2,3]}})")
          .value();
  const Imported made = import(result).value();
  EXPECT_TRUE(made.metrics[1].missed);
  EXPECT_EQ(made.kpis, (std::vector<std::string>{"p50-latency", "throughput", "error-rate"}));
  EXPECT_EQ(import(result).value().run, made.run);
  EXPECT_FALSE(as_run(result).value().as_object().contains("samples"));
  result.as_object()["client"].as_object()["bottleneck"] = true;
  EXPECT_EQ(import(result).error().code, Code::kFailedPrecondition);
}

TEST_F(RunImport, SecondsAreTurnedIntoMillisecondsAndAnUnknownUnitIsNot) {
  EXPECT_EQ(in_unit(0.25, "s", "ms").value(), 250);
  EXPECT_FALSE(in_unit(1, "furlong", "ms").ok());
  const Imported strange = import(run("u", "bench", R"("p95_ms":{"value":3,"unit":"furlong"},
      "throughput":{"value":40,"unit":"requests/s"})"))
                               .value();
  EXPECT_FALSE(strange.metrics[1].measured);
  EXPECT_NE(strange.metrics[1].text.find("furlong"), std::string::npos);
}

TEST_F(RunImport, ARunThatIsNotFinishedOrOfAnotherSuiteMeasuresNothing) {
  base::json::value open = run("o", "eval", R"("precision@10":{"value":0.9})");
  open.as_object()["state"] = "cancelled";
  EXPECT_EQ(import(open).error().code, Code::kFailedPrecondition);
  base::json::value other = run("o", "eval", R"("precision@10":{"value":0.9})");
  other.as_object()["suite"].as_object()["name"] = "rag";
  EXPECT_NE(import(other).error().message.find("'search'"), std::string::npos);
}

TEST_F(RunImport, HostileRunsAreRefusedWithTheFieldThatIsWrong) {
  const auto message = [](const std::string& text) {
    return run_summary(base::parse_json(text).value()).error().text();
  };
  EXPECT_NE(message("[]").find("object"), std::string::npos);
  EXPECT_NE(message(R"({"id":"../x","metrics":{}})").find("id"), std::string::npos);
  EXPECT_NE(message(R"({"id":"a","kind":"bnech","metrics":{}})").find("did you mean 'bench'"), std::string::npos);
  EXPECT_NE(message(R"({"id":"a","metrics":{"p":{"value":"high"}}})").find("metrics.p.value"), std::string::npos);
  EXPECT_NE(message(R"({"id":"a","metrics":{"p":{"value":1,"interval":{"low":2,"high":1}}}})").find("low is above"),
            std::string::npos);
}

TEST_F(RunImport, TokensOfAModelWithoutAPriceCostNothingThatIsKnown) {
  base::json::value used = run("t", "eval", R"("precision@10":{"value":0.9})");
  used.as_object()["usage"] =
      object{{"model", "gpt-x"}, {"input_tokens", 1000}, {"output_tokens", 100}, {"requests", 10}, {"succeeded", 5}};
  const Imported unpriced = import(used).value();
  EXPECT_TRUE(unpriced.kpis.empty());
  EXPECT_NE(unpriced.left_out.at(0).find("no price"), std::string::npos);

  write(world_.folder() / "prices.yaml",
        "as_of: 2026-11-01\ncurrency: USD\nmodels:\n- {model: gpt-x, input_per_million: 2, output_per_million: 10, "
        "source: https://example.com}\n");
  used.as_object()["id"] = "t2";
  const Imported priced = import(used).value();
  EXPECT_EQ(priced.kpis, (std::vector<std::string>{"cost-per-1k-requests", "cost-per-successful-task"}));
  for (const Series& series :
       series_of(evidence().facts, *evidence().standing->content, *evidence().standing->course)) {
    // (1000 * 2 + 100 * 10) / 1e6 = 0.003 dollars: 0.3 for 1,000 requests, 0.0006 for each of 5 tasks.
    if (series.figure == "cost-per-1k-requests") {
      EXPECT_DOUBLE_EQ(series.points.at(0).value, 0.3);
    }
    if (series.figure == "cost-per-successful-task") {
      EXPECT_DOUBLE_EQ(series.points.at(0).value, 0.0006);
    }
  }
}

}  // namespace
}  // namespace groundwork::portfolio
