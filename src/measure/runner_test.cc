#include "measure/runner.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "bench/mock_server.h"

namespace groundwork::measure {
namespace {

constexpr std::size_t kCases = 60;

class SuiteOfAMock : public testing::Test {
 protected:
  SuiteOfAMock() : folder_(base::TemporaryFolder::create("measure-runner-").value()), store_(folder_.path() / "runs") {
    std::ofstream(folder_.path() / "suite.yaml")
        << "name: mine\nversion: \"1\"\ntitle: t\ncontract: http\ncases: cases.jsonl\n"
           "request: {path: /anything, body: {n: \"{{n}}\"}}\nmetrics: [error_rate]\nconcurrency: 8\n";
    std::ofstream cases(folder_.path() / "cases.jsonl");
    for (std::size_t i = 0; i < kCases; ++i) cases << "{\"id\": \"c" << i << "\", \"n\": " << i << "}\n";
  }

  /// With a server that has some fault at every third request.
  base::Result<measure::Run> run(bench::Fault fault) {
    bench::MockOptions mock;
    mock.threads = 2;
    mock.fault = fault;
    mock.fault_every = 3;
    const auto server = bench::MockServer::start(mock).value();
    options_.target = "http://127.0.0.1:" + std::to_string(server->port());
    const auto suite = load_suite(folder_.path(), folder_.path());
    if (!suite.ok()) return suite.error();
    return run_suite(*suite, options_, store_, clock_);
  }

  base::TemporaryFolder folder_;
  RunStore store_;
  RunOptions options_;
  base::SystemClock clock_;
};

TEST_F(SuiteOfAMock, EveryThirdFailureIsASampleAmongOthers) {
  for (const bench::Fault fault : {bench::Fault::kStatus503, bench::Fault::kClose, bench::Fault::kNotHttp}) {
    const auto done = run(fault);
    ASSERT_TRUE(done.ok()) << done.error().text();
    EXPECT_EQ(done->state, State::kFinished);
    EXPECT_EQ(done->failed, kCases / 3) << done->reason;
    EXPECT_EQ(done->ok + done->wrong + done->failed, kCases);
    EXPECT_EQ(done->metrics.at("error_rate").n, kCases);
  }
}

TEST_F(SuiteOfAMock, AStopFromAnotherThreadLeavesARunThatGoesOn) {
  std::stop_source stop;
  std::jthread stopper;
  options_.stop = stop.get_token();
  options_.progress = [&](std::size_t done, std::size_t, std::size_t) {
    if (done == 10) stopper = std::jthread([&stop] { stop.request_stop(); });
    if (done >= 20 && stopper.joinable()) stopper.join();  // there is more to do when the stop is seen
  };
  const auto stopped = run(bench::Fault::kNone);
  ASSERT_TRUE(stopped.ok()) << stopped.error().text();
  EXPECT_EQ(stopped->state, State::kCancelled);
  EXPECT_LT(stopped->ok, kCases);
  options_ = {};
  options_.resume = stopped->id;
  const auto resumed = run(bench::Fault::kNone);
  ASSERT_TRUE(resumed.ok()) << resumed.error().text();
  EXPECT_EQ(resumed->state, State::kFinished);
  EXPECT_EQ(resumed->ok, kCases);
}

}  // namespace
}  // namespace groundwork::measure
