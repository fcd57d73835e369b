#include "model/generation_engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "model/fake_decoder.h"

namespace groundwork::model {
namespace {

using base::Code;

constexpr Decoder::Limits kLimits{.context = 4000, .cells = 8000, .sequences = 32, .batch = 64};

Generation generation_of(std::string_view prompt, int max_tokens) {
  Generation generation;
  generation.prompt = {prompt.begin(), prompt.end()};
  generation.max_tokens = max_tokens;
  return generation;
}

TEST(GenerationEngine, ManyThreadsGetTheirOwnAnswers) {
  GenerationEngine engine(
      std::make_unique<FakeDecoder>(kLimits, [](const std::vector<Token>& sequence) { return sequence.front(); }), {});
  std::vector<std::jthread> callers;
  std::atomic<int> right{0};
  for (int i = 0; i < 12; ++i) {
    callers.emplace_back([&engine, &right, i] {
      const char own = static_cast<char>('a' + i);
      for (int turn = 0; turn < 10; ++turn) {
        std::string heard;
        const auto answer = engine.run(generation_of(std::string(20, own), 30), [&](std::string_view piece) {
          heard += piece;
          return true;
        });
        if (answer.ok() && answer->text == std::string(30, own) && heard == answer->text) ++right;
      }
    });
  }
  callers.clear();
  EXPECT_EQ(right, 120);
}

TEST(GenerationEngine, AListenerWhoHasEnoughCancels) {
  GenerationEngine engine(std::make_unique<FakeDecoder>(kLimits), {});
  int pieces = 0;
  const auto answer = engine.run(generation_of("go", 3000), [&](std::string_view) { return ++pieces < 3; });
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->finish, FinishReason::kCancelled);
  EXPECT_EQ(pieces, 3);
}

TEST(GenerationEngine, ACancelledCallEnds) {
  std::stop_source cancel;
  std::atomic<int> tokens{0};
  GenerationEngine engine(std::make_unique<FakeDecoder>(kLimits,
                                                        [&](const auto&) {
                                                          if (++tokens == 50) cancel.request_stop();
                                                          return Token{'a'};
                                                        }),
                          {});
  Generation generation = generation_of("go", 3000);
  generation.cancel = cancel.get_token();
  const auto answer = engine.run(std::move(generation), {});
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->finish, FinishReason::kCancelled);
  EXPECT_EQ(answer->text.size(), 50U);
}

TEST(GenerationEngine, RefusalsReachTheCaller) {
  GenerationEngine engine(std::make_unique<FakeDecoder>(kLimits), {});
  EXPECT_EQ(engine.run(generation_of("", 5), {}).error().code, Code::kInvalidArgument);
}

TEST(GenerationEngine, GoesWhileSomebodyWaits) {
  std::optional<base::Result<ChatAnswer>> answer;
  std::jthread caller;
  {
    std::atomic<bool> begun{false};
    GenerationEngine engine(std::make_unique<FakeDecoder>(kLimits), {});
    caller = std::jthread([&] {
      answer = engine.run(generation_of("go", 3000), [&](std::string_view) {
        begun = true;
        begun.notify_one();
        return true;
      });
    });
    begun.wait(false);
    // What is left of run() touches the mailbox alone, which both hold.
  }
  caller.join();
  ASSERT_TRUE(answer->ok());
  EXPECT_FALSE((*answer)->text.empty());
}

}  // namespace
}  // namespace groundwork::model
