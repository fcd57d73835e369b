#include "portfolio/prometheus.h"

#include "portfolio/operations.h"
#include "portfolio/test_folio.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::json::object;
using std::chrono::milliseconds;

std::string error_of(const std::string& body) {
  const auto read = prometheus_samples(body, base::Timestamp(std::chrono::hours(24 * 365 * 56)));
  return read.ok() ? "none" : read.error().message;
}

TEST(Prometheus, AScalarAVectorOfOneAndAMatrixOfOneAreRead) {
  const base::Timestamp now(std::chrono::hours(24 * 365 * 56));
  const auto one = prometheus_samples(
      R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1700000000.5,"0.25"]}]}})",
      now);
  ASSERT_TRUE(one.ok()) << one.error().message;
  EXPECT_EQ(one->at(0).value, 0.25);
  EXPECT_EQ(one->at(0).at.time_since_epoch().count(), 1700000000500);
  const auto many = prometheus_samples(
      R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1700000000,"1"],[1700604800,"2"]]}]}})",
      now);
  EXPECT_EQ(many.value().size(), 2U);
  EXPECT_TRUE(
      prometheus_samples(R"({"status":"success","data":{"resultType":"scalar","result":[1700000000,"3"]}})", now).ok());
}

TEST(Prometheus, HostileAnswersAreRefusedWithWhatWasExpected) {
  const auto vector = [](const std::string& result) {
    return error_of(R"({"status":"success","data":{"resultType":"vector","result":)" + result + "}}");
  };
  EXPECT_NE(error_of("<html>Sign in</html>").find("expected JSON"), std::string::npos);
  EXPECT_NE(error_of("[]").find("object"), std::string::npos);
  EXPECT_NE(error_of(R"({"status":"error","error":"parse error at char 3"})").find("parse error at char 3"),
            std::string::npos);
  EXPECT_NE(error_of(R"({"status":"success"})").find("data"), std::string::npos);
  EXPECT_NE(vector("[]").find("no series"), std::string::npos);
  EXPECT_NE(vector(R"([{"value":[1,"1"]},{"value":[1,"2"]}])").find("2 series"), std::string::npos);
  EXPECT_NE(vector(R"([{"value":[1,"NaN"]}])").find("finite"), std::string::npos);
  EXPECT_NE(vector(R"([{"value":[1,"+Inf"]}])").find("finite"), std::string::npos);
  EXPECT_NE(vector(R"([{"value":[1,2]}])").find("text"), std::string::npos);
  EXPECT_NE(vector(R"([{"value":[3e9,"1"]}])").find("yet to come"), std::string::npos);
  EXPECT_NE(vector(R"([{"histogram":[1,{}]}])").find("histogram_quantile"), std::string::npos);
  EXPECT_NE(error_of(R"({"status":"success","data":{"resultType":"streams","result":[]}})").find("streams"),
            std::string::npos);
}

TEST(Target, IsNearOrMeantToBeFarAndNeverLinkLocal) {
  for (const char* near : {"http://127.0.0.1:1", "http://localhost:9090", "http://10.1.2.3", "http://172.16.0.1",
                           "http://192.168.1.1", "http://[::1]:80"}) {
    EXPECT_TRUE(check_target(near, false).ok()) << near;
  }
  for (const char* far :
       {"http://8.8.8.8", "http://172.32.0.1", "https://prometheus.example.com", "http://fdisk.example"}) {
    EXPECT_EQ(check_target(far, false).error().code, Code::kPermissionDenied) << far;
    EXPECT_TRUE(check_target(far, true).ok()) << far;
  }
  for (const char* forbidden : {"http://169.254.169.254/latest", "http://2852039166", "http://[::ffff:a9fe:a9fe]",
                                "http://metadata.google.internal."}) {
    EXPECT_EQ(check_target(forbidden, true).error().code, Code::kPermissionDenied) << forbidden;
  }
}

class Import : public Folio {
 protected:
  base::Result<PrometheusImported> ask(int status, const std::string& body, PrometheusImport options) {
    return import_prometheus(
        world_.study(), "me",
        [&](const std::string& url) -> base::Result<http::ClientResponse> {
          asked_ = url;
          http::ClientResponse response;
          response.status = status;
          response.body = body;
          return response;
        },
        options);
  }
  std::string asked_;
};

TEST_F(Import, AValueBecomesAFactAndTheSameValueDoesNotBecomeTwo) {
  const std::string body = R"({"status":"success","data":{"resultType":"scalar","result":[1700000000,"120.5"]}})";
  const PrometheusImport options{.url = "http://127.0.0.1:9090/", .query = "", .figure = "latency", .project = ""};
  const auto first = ask(200, body, options);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(asked_.rfind("http://127.0.0.1:9090/api/v1/query?query=1000%20%2A%20histogram_quantile", 0), 0U) << asked_;
  EXPECT_EQ(ask(200, body, options)->facts, first->facts);
  EXPECT_EQ(ask(302, "", options).error().code, Code::kFailedPrecondition);
  EXPECT_EQ(ask(500, "", options).error().code, Code::kFailedPrecondition);
  EXPECT_EQ(ask(200, body, {.url = "http://127.0.0.1:9090", .query = "", .figure = "infra-spend", .project = ""})
                .error()
                .code,
            Code::kInvalidArgument);
}

/// A service on a clock of its own, that answers as told.
class Operations : public testing::Test {
 protected:
  base::ManualClock clock_{base::Timestamp(std::chrono::hours(24 * 365 * 56))};
  Wait wait_ = [this](milliseconds time) {
    clock_.advance(time);
    return true;
  };
  static http::ClientResponse answer(int status, std::string body = "") {
    http::ClientResponse out;
    out.status = status;
    out.body = std::move(body);
    return out;
  }
  static double metric(const object& run, const char* name) {
    return run.at("metrics").as_object().at(name).as_object().at("value").to_number<double>();
  }
};

TEST_F(Operations, UptimeCountsRefusedAndFailedAnswersAsDown) {
  int asked = 0;
  const Fetch fetch = [&](const std::string&) -> base::Result<http::ClientResponse> {
    ++asked;
    if (asked == 3) return base::make_error(Code::kUnavailable, "refused");
    return answer(asked == 5 ? 503 : 200);
  };
  const object run = probe({.target = "http://x", .every = milliseconds{1000}, .duration = milliseconds{10'000}}, fetch,
                           clock_, wait_, {})
                         .value();
  EXPECT_EQ(asked, 10);
  EXPECT_DOUBLE_EQ(metric(run, "uptime"), 0.8);
  EXPECT_EQ(run_summary(run).value().kind, "probe");
}

TEST_F(Operations, AServiceThatHangsCannotHideTheBeatsThatItCost) {
  int asked = 0;
  const Fetch fetch = [&](const std::string&) -> base::Result<http::ClientResponse> {
    if (++asked == 1) clock_.advance(milliseconds{4500});  // an answer that takes four and a half beats
    return answer(200);
  };
  const object run = probe({.target = "http://x", .every = milliseconds{1000}, .duration = milliseconds{10'000}}, fetch,
                           clock_, wait_, {})
                         .value();
  EXPECT_DOUBLE_EQ(metric(run, "uptime"), 0.7);  // beats 1 to 3 were due while it hung, a whole beat or more late
}

TEST_F(Operations, DeploysThatWereCancelledAreLeftOutAndSaidSo) {
  const auto history = base::parse_json(R"([{"status":"completed","conclusion":"success","workflowName":"deploy"},
      {"status":"completed","conclusion":"failure","workflowName":"deploy"},
      {"status":"completed","conclusion":"cancelled","workflowName":"deploy"},
      {"status":"in_progress","conclusion":"","workflowName":"deploy"},
      {"status":"completed","conclusion":"failure","workflowName":"lint"}])")
                           .value();
  const object run = pipeline_run(history, "deploy", "", clock_.now()).value();
  EXPECT_DOUBLE_EQ(metric(run, "deploy_success_rate"), 0.5);
  EXPECT_EQ(run.at("left_out").as_array().size(), 3U);
  EXPECT_EQ(pipeline_run(history, "deploy", "", clock_.now() + milliseconds{5}).value().at("id"), run.at("id"));
  EXPECT_FALSE(pipeline_run(history, "other", "", clock_.now()).ok());
  EXPECT_FALSE(pipeline_run(base::parse_json("{}").value(), "", "", clock_.now()).ok());
  EXPECT_TRUE(pipeline_run(object{{"workflow_runs", history}}, "", "", clock_.now()).ok());
}

TEST_F(Operations, RecoveryEndsWithTheFirstOfThreeHealthyAnswersOfTheOldVersion) {
  const base::Timestamp start = clock_.now();
  const Fetch fetch = [&](const std::string& url) -> base::Result<http::ClientResponse> {
    const auto after = clock_.now() - start;
    if (url.ends_with("/healthz")) return answer(after >= milliseconds{3000} && after < milliseconds{3500} ? 503 : 200);
    if (after < milliseconds{2000}) return answer(200, R"({"version":"2.0"})");
    return answer(200, R"({"version":"1.9"})");
  };
  const DrillOptions options{.target = "http://x", .expected_version = "1.9"};
  const object run = drill(options, fetch, clock_, wait_, {}).value();
  // Back at 2.0 s, but unhealthy at 3.0 s before a third... 2.0, 2.5 are two in a row only; 3.5, 4.0, 4.5 are three.
  EXPECT_DOUBLE_EQ(metric(run, "rollback_recovery_s"), 3.5);
  EXPECT_EQ(drill(options, fetch, clock_, wait_, {}).error().code, Code::kFailedPrecondition) << "nothing to roll back";
  EXPECT_EQ(drill({.target = "http://x", .expected_version = "7"}, fetch, clock_, wait_, {}).error().code,
            Code::kDeadlineExceeded);
}

}  // namespace
}  // namespace groundwork::portfolio
