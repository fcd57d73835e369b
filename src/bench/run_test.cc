#include "bench/run.h"

#include <gtest/gtest.h>

#include <thread>

#include "bench/mock_server.h"
#include "bench/result_json.h"

namespace groundwork::bench {
namespace {

using namespace std::chrono_literals;

struct Bench {
  explicit Bench(const MockOptions& mock) : server(*MockServer::start(mock)) {
    options.target = "http://127.0.0.1:" + std::to_string(server->port());
    options.calibrate = false;
    options.server_stamps = true;
    options.duration = 0ns;
    options.timeout = 5s;
  }
  BenchResult run() {
    auto result = run_bench(options);
    EXPECT_TRUE(result.ok()) << result.error().message;
    return std::move(result).value();
  }

  std::unique_ptr<MockServer> server;
  BenchOptions options;
};

MockOptions streams() {
  MockOptions mock;
  mock.first_token = 20ms;
  mock.between_tokens = 2ms;
  mock.tokens = 10;
  return mock;
}

TEST(Run, AClosedLoopSendsExactlyTheRequestsAskedFor) {
  Bench bench({});
  bench.options.concurrency = 7;
  bench.options.threads = 2;
  bench.options.requests = 500;
  const BenchResult result = bench.run();
  EXPECT_EQ(result.figures.requests, 500U);
  EXPECT_EQ(result.figures.ok, 500U);
  EXPECT_EQ(bench.server->requests(), 500U);
  EXPECT_EQ(result.recording.connections, 7U);  // kept alive
  EXPECT_EQ(result.recording.samples.size(), 500U);
}

TEST(Run, AnOpenLoopSendsEveryArrivalOfItsSeedOnce) {
  Bench bench({});
  bench.options.loop = Loop::kOpen;
  bench.options.rate = 2'000;
  bench.options.requests = 400;
  bench.options.threads = 2;
  const BenchResult result = bench.run();
  EXPECT_EQ(result.figures.ok, 400U);
  const auto arrivals = arrivals_at(2'000, Spacing::kPoisson, 1);
  for (const Sample& sample : result.recording.samples) EXPECT_EQ(sample.intended, arrivals->next()->at);
}

TEST(Run, ATraceGivesTimesAndLengths) {
  MockOptions mock = streams();
  mock.tokens = 100;
  mock.between_tokens = 0ns;
  Bench bench(mock);
  bench.options.loop = Loop::kTrace;
  bench.options.request.profile = Profile::kChat;
  bench.options.trace = {{0, 10, 3}, {5'000'000, 10, 7}, {6'000'000, 10, 5}};
  const BenchResult result = bench.run();
  ASSERT_EQ(result.recording.samples.size(), 3U);
  EXPECT_EQ(result.recording.samples[0].chunks, 3U);
  EXPECT_EQ(result.recording.samples[1].chunks, 7U);
  EXPECT_EQ(result.recording.samples[2].chunks, 5U);
  EXPECT_EQ(result.recording.samples[2].intended, 6'000'000);
}

TEST(Run, AStallOfOneSecondShowsInTheTailOfAnOpenLoopAndHidesInAClosedOne) {
  Bench open({});
  open.options.loop = Loop::kOpen;
  open.options.rate = 100;
  open.options.spacing = Spacing::kConstant;
  open.options.duration = 2s;
  open.server->stall(500ms, 1s);
  const BenchResult counted = open.run();
  // A half of the two seconds was the stall: those who came at its beginning waited all of it.
  EXPECT_GT(counted.figures.latency.quantiles[3], 900'000'000);
  EXPECT_GT(counted.figures.latency.quantiles[1], 500'000'000);

  MockOptions slow;
  slow.service_time = 1ms;
  Bench closed(slow);
  closed.options.duration = 2s;
  closed.server->stall(500ms, 1s);
  const BenchResult missed = closed.run();
  EXPECT_LT(missed.figures.latency.quantiles[1], 500'000'000);
  ASSERT_TRUE(missed.figures.latency_corrected.has_value());
  EXPECT_GT(missed.figures.latency_corrected->quantiles[3], 500'000'000);
}

TEST(Run, TimesOfAStreamFollowTheServersOwn) {
  Bench bench(streams());
  bench.options.request.profile = Profile::kChat;
  bench.options.concurrency = 3;
  bench.options.requests = 12;
  const BenchResult result = bench.run();
  const Recording& recording = result.recording;
  EXPECT_EQ(result.figures.ok, 12U);
  EXPECT_EQ(result.figures.tokens_from, "usage");
  EXPECT_DOUBLE_EQ(result.figures.tokens_per_request, 10);
  EXPECT_EQ(recording.gap.count(), 12U * 9U);
  EXPECT_EQ(recording.server_gap.count(), recording.gap.count());
  // What the client saw can't be before the server sent it, and the kernel's stamp is within the same machine.
  EXPECT_GE(recording.ttft.min(), recording.server_ttft.min());
  for (const Sample& sample : recording.samples) {
    EXPECT_GE(sample.started, sample.intended);
    EXPECT_GE(sample.sent, sample.started);
    EXPECT_GT(sample.first_token, sample.sent);
    EXPECT_GE(sample.done, sample.first_token);
  }
}

TEST(Run, AReasoningFirstStreamHasTwoFirstTokens) {
  MockOptions mock = streams();
  mock.reasoning_tokens = 5;
  Bench bench(mock);
  bench.options.request.profile = Profile::kChat;
  bench.options.requests = 3;
  const BenchResult result = bench.run();
  EXPECT_EQ(result.figures.reasoning_first, 3U);
  EXPECT_EQ(result.figures.ttft.count, 3U);
  EXPECT_EQ(result.figures.ttft_content.count, 3U);
  for (const Sample& sample : result.recording.samples) {
    EXPECT_TRUE(sample.reasoning);
    EXPECT_EQ(sample.chunks, 15U);
    // On a busy machine pieces may come together, but never content before reasoning.
    EXPECT_GE(sample.first_content, sample.first_token);
  }
}

struct FaultCase {
  Fault fault;
  Profile profile;
  Outcome outcome;
};

class Faults : public testing::TestWithParam<FaultCase> {};

TEST_P(Faults, AreToldApartAndStayOutOfTheLatency) {
  MockOptions mock = streams();
  mock.fault = GetParam().fault;
  mock.fault_every = 3;
  Bench bench(mock);
  bench.options.request.profile = GetParam().profile;
  bench.options.requests = 30;
  bench.options.concurrency = 2;
  bench.options.timeout = 300ms;
  const BenchResult result = bench.run();
  EXPECT_EQ(result.figures.ok, 20U);
  const auto kind = static_cast<std::size_t>(GetParam().outcome);
  EXPECT_EQ(result.figures.outcomes[kind], 10U) << to_string(GetParam().outcome);
  EXPECT_FALSE(result.recording.first_complaint[kind].empty());
  EXPECT_EQ(result.figures.latency.count, 20U);
  EXPECT_DOUBLE_EQ(result.figures.error_rate, 1.0 / 3);
  if (GetParam().fault == Fault::kHang) {
    EXPECT_LT(result.figures.latency.max, 300'000'000);
  }
}

INSTANTIATE_TEST_SUITE_P(Run, Faults,
                         testing::Values(FaultCase{Fault::kStatus503, Profile::kHttp, Outcome::kStatus5xx},
                                         FaultCase{Fault::kStatus429, Profile::kChat, Outcome::kStatus429},
                                         FaultCase{Fault::kStatus404, Profile::kSearch, Outcome::kStatus4xx},
                                         FaultCase{Fault::kRedirect, Profile::kHttp, Outcome::kRedirect},
                                         FaultCase{Fault::kGarbage, Profile::kSearch, Outcome::kGarbage},
                                         FaultCase{Fault::kNotHttp, Profile::kHttp, Outcome::kGarbage},
                                         FaultCase{Fault::kContract, Profile::kSearch, Outcome::kContract},
                                         FaultCase{Fault::kContract, Profile::kEmbeddings, Outcome::kContract},
                                         FaultCase{Fault::kContract, Profile::kChat, Outcome::kContract},
                                         FaultCase{Fault::kClose, Profile::kHttp, Outcome::kClosed},
                                         FaultCase{Fault::kCloseMidway, Profile::kHttp, Outcome::kClosedMidStream},
                                         FaultCase{Fault::kCloseMidway, Profile::kChat, Outcome::kClosedMidStream},
                                         FaultCase{Fault::kCloseMidway, Profile::kRag, Outcome::kClosedMidStream},
                                         FaultCase{Fault::kErrorFrame, Profile::kChat, Outcome::kErrorFrame},
                                         FaultCase{Fault::kErrorFrame, Profile::kRag, Outcome::kErrorFrame},
                                         FaultCase{Fault::kEmptyStream, Profile::kChat, Outcome::kEmpty},
                                         FaultCase{Fault::kHang, Profile::kHttp, Outcome::kTimeout}));

TEST(Run, ATargetThatRefusesEndsWithAVerdict) {
  std::uint16_t port = 0;
  {
    const auto server = *MockServer::start({});
    port = server->port();
  }
  BenchOptions options;
  options.target = "http://127.0.0.1:" + std::to_string(port);
  options.calibrate = false;
  options.duration = 0ns;
  options.requests = 3;
  const auto result = run_bench(options);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->figures.outcomes[static_cast<std::size_t>(Outcome::kRefused)], 3U);
  EXPECT_EQ(result->figures.latency.count, 0U);
  EXPECT_DOUBLE_EQ(result->figures.error_rate, 1);
}

TEST(Run, TheWarmUpCountsNowhere) {
  MockOptions mock;
  mock.service_time = 5ms;
  Bench bench(mock);
  bench.options.warm_up = 100ms;
  bench.options.duration = 100ms;
  const BenchResult result = bench.run();
  EXPECT_GT(result.recording.warm_up, 0U);
  EXPECT_EQ(result.recording.warm_up + result.figures.requests, bench.server->requests());
  for (const Sample& sample : result.recording.samples) EXPECT_GE(sample.intended, 100'000'000);
}

TEST(Run, ABenchAskedForMoreThanTheMachineGeneratesBlamesTheClient) {
  Bench bench({});
  bench.options.loop = Loop::kOpen;
  bench.options.rate = 5'000'000;  // more than any one thread sends
  bench.options.duration = 200ms;
  bench.options.connections = 50;
  bench.options.timeout = 500ms;
  const BenchResult result = bench.run();
  EXPECT_TRUE(result.client.bottleneck);
  EXPECT_NE(result.client.text.find("The client was the bottleneck"), std::string::npos) << result.client.text;
  EXPECT_GT(result.figures.outcomes[static_cast<std::size_t>(Outcome::kNeverSent)], 0U);
}

TEST(Run, ASlowTargetIsNotBlamedOnTheClient) {
  MockOptions mock;
  mock.service_time = 50ms;
  Bench bench(mock);
  bench.options.loop = Loop::kOpen;
  bench.options.rate = 40;
  bench.options.requests = 20;
  const BenchResult result = bench.run();
  EXPECT_EQ(result.recording.held_back, 0U);
  EXPECT_GE(result.figures.latency.min, 50'000'000);
}

TEST(Run, CancellingEndsWithWhatWasMeasured) {
  MockOptions mock;
  mock.service_time = 1ms;
  Bench bench(mock);
  bench.options.duration = 60s;
  std::stop_source stop;
  const auto result = run_bench(
      bench.options,
      [&](const LoadProgress& progress) {
        if (progress.ok > 5) stop.request_stop();
      },
      stop.get_token());
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_TRUE(result->cancelled);
  EXPECT_GT(result->figures.ok, 5U);
  EXPECT_LT(result->figures.seconds, 50);
}

TEST(Run, ManySamplesAreThinnedEvenlyAndTheFiguresAreOfAll) {
  Bench bench({});
  bench.options.requests = 2'000;
  bench.options.sample_limit = 100;
  const BenchResult result = bench.run();
  EXPECT_LT(result.recording.samples.size(), 101U);
  EXPECT_GE(result.recording.sample_stride, 32U);
  EXPECT_EQ(result.figures.latency.count, 2'000U);
  EXPECT_GT(result.recording.samples.back().intended, result.recording.measured / 2);
}

TEST(Run, AResultIsReadBackWholeAndItsFiguresComputedAgain) {
  MockOptions mock = streams();
  mock.fault = Fault::kErrorFrame;
  mock.fault_every = 4;
  Bench bench(mock);
  bench.options.request.profile = Profile::kChat;
  bench.options.request.headers = {{"Authorization", "Bearer do-not-write-me"}};
  bench.options.requests = 12;
  bench.options.slo = *parse_slo("ttft_p95<=10s,errors<=50%");
  const BenchResult result = bench.run();
  const base::json::object written = to_json(result, "groundwork test");
  EXPECT_EQ(base::json::serialize(written).find("do-not-write-me"), std::string::npos);
  const auto back = result_of(*base::parse_json(base::json::serialize(written)), "written");
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->figures.ok, 9U);
  EXPECT_EQ(back->figures.outcomes, result.figures.outcomes);
  for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
    // The file has the buckets' middles.
    const auto exact = static_cast<double>(result.figures.latency.quantiles[i]);
    EXPECT_NEAR(static_cast<double>(back->figures.latency.quantiles[i]), exact, exact * Histogram::kRelativeError);
  }
  EXPECT_EQ(back->figures.goodput, result.figures.goodput);
  EXPECT_EQ(back->recording.gaps, result.recording.gaps);
  EXPECT_TRUE(back->figures.slo_met());

  base::json::object damaged = written;
  base::json::array& rows = damaged["samples"].as_object()["rows"].as_array();
  rows.resize(rows.size() / 2);
  const auto refused = result_of(*base::parse_json(base::json::serialize(damaged)), "damaged");
  EXPECT_EQ(refused.error().code, base::Code::kDataLoss);
}

}  // namespace
}  // namespace groundwork::bench
