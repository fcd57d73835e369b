#include "model/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <optional>

#include "base/random.h"
#include "model/fake_decoder.h"

namespace groundwork::model {
namespace {

using base::Code;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr Decoder::Limits kLimits{.context = 400, .cells = 1000, .sequences = 24, .batch = 64};

/// What came of one request.
struct Seen {
  std::string text;
  std::optional<Result<ChatAnswer>> answer;
  int ends = 0;
};

std::vector<Token> tokens_of(std::string_view text) { return {text.begin(), text.end()}; }

class SchedulerTest : public testing::Test {
 protected:
  void make(
      Decoder::Limits limits = kLimits, SchedulerOptions options = {},
      FakeDecoder::Next next = [](const auto&) { return Token{'a'}; }) {
    scheduler_.reset();
    options.now = [this] { return now_; };
    decoder_ = std::make_unique<FakeDecoder>(limits, std::move(next));
    scheduler_ = std::make_unique<Scheduler>(*decoder_, std::move(options));
  }

  base::Status add(Generation generation) {
    seen_.emplace_back();
    Seen* seen = &seen_.back();
    return scheduler_->add(std::move(generation), {[seen](std::string_view piece) { seen->text += piece; },
                                                   [seen](Result<ChatAnswer> answer) {
                                                     seen->answer = std::move(answer);
                                                     ++seen->ends;
                                                   }});
  }
  void add(const std::string& prompt, int max_tokens = 8, const std::string& user = "u") {
    Generation generation;
    generation.prompt = tokens_of(prompt);
    generation.max_tokens = max_tokens;
    generation.user = user;
    ASSERT_TRUE(add(std::move(generation)).ok());
  }
  void run(int steps = 100'000) {
    while (steps-- > 0 && scheduler_->step()) {
    }
  }
  const ChatAnswer& answer(std::size_t number) { return seen_.at(number).answer.value().value(); }

  steady_clock::time_point now_ = steady_clock::time_point(std::chrono::seconds(1000));
  std::unique_ptr<FakeDecoder> decoder_;
  std::unique_ptr<Scheduler> scheduler_;
  std::deque<Seen> seen_;
};

TEST_F(SchedulerTest, AnswersOfManyUsersAreComputedInOneBatch) {
  make();
  for (int i = 0; i < 8; ++i) add(std::string(1, static_cast<char>('A' + i)) + "?", 10, "user " + std::to_string(i));
  run();
  for (const Seen& seen : seen_) EXPECT_EQ(seen.text, "aaaaaaaaaa");
  EXPECT_EQ(decoder_->batches().size(), 10U);  // not 80
  for (const auto& batch : decoder_->batches()) EXPECT_EQ(batch.size(), 8U);
}

TEST_F(SchedulerTest, ALongPromptDoesNotHoldUpAnswers) {
  make(kLimits, {.prompt_chunk = 16});
  add("hi", 40, "short");
  scheduler_->step();
  add(std::string(300, 'x'), 4, "long");
  run();
  EXPECT_EQ(answer(0).usage.completion_tokens, 40);
  EXPECT_EQ(answer(1).usage.completion_tokens, 4);
  // While both were there every batch had a token of the answer, and at most 16 of the prompt.
  const auto batches = decoder_->batches();
  for (std::size_t i = 1; i < 19; ++i) {
    EXPECT_EQ(batches[i].at(0), 1) << i;
    EXPECT_LE(batches[i].at(1), 16) << i;
  }
}

TEST_F(SchedulerTest, APrefixIsComputedOnceAndReported) {
  make();
  const std::string prefix(100, 'p');
  add(prefix + "first", 4);
  run();
  const int before = decoder_->computed();
  add(prefix + "second", 4);
  run();
  EXPECT_EQ(answer(0).usage.cached_tokens, 0);
  EXPECT_EQ(answer(1).usage.cached_tokens, 100);
  EXPECT_EQ(decoder_->computed() - before, 6 + 3);  // the last token of an answer is never computed
}

TEST_F(SchedulerTest, APrefixOfRequestsThatComeTogetherIsComputedOnce) {
  make();
  const std::string prefix(200, 'p');
  for (int i = 0; i < 8; ++i) add(prefix + static_cast<char>('0' + i), 1, "user " + std::to_string(i));
  run();
  EXPECT_EQ(decoder_->computed(), 200 + 8);
  for (std::size_t i = 1; i < 8; ++i) EXPECT_EQ(answer(i).usage.cached_tokens, 200) << i;
}

TEST_F(SchedulerTest, AnIdenticalPromptStillHasItsLastTokenComputed) {
  make();
  add("same prompt", 3);
  run();
  add("same prompt", 3);
  run();
  EXPECT_EQ(answer(1).usage.cached_tokens, 10);
  EXPECT_EQ(answer(1).text, "aaa");
}

TEST_F(SchedulerTest, AUserWithManyRequestsDoesNotDelayOneWithFew) {
  make(kLimits, {.running = 4});
  for (int i = 0; i < 40; ++i) add("many " + std::to_string(i), 50, "many");
  for (int i = 0; i < 5; ++i) scheduler_->step();
  add("few", 5, "few");
  for (int i = 0; i < 8; ++i) scheduler_->step();
  ASSERT_TRUE(seen_.back().answer.has_value());
  EXPECT_EQ(answer(40).text, "aaaaa");
  run();
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(answer(i).usage.completion_tokens, 50) << i;
    EXPECT_EQ(seen_[i].ends, 1) << i;
  }
}

TEST_F(SchedulerTest, UsersGetEqualSharesHoweverManyTheyAsk) {
  make(kLimits, {.running = 4});
  for (int i = 0; i < 30; ++i) add("x" + std::to_string(i), 20, "greedy");
  for (int i = 0; i < 10; ++i) add("y" + std::to_string(i), 20, "modest");
  while (scheduler_->step() && !seen_.back().answer) {
  }
  const auto done = std::count_if(seen_.begin(), seen_.begin() + 30, [](const Seen& seen) { return seen.answer; });
  EXPECT_LE(done, 16);  // of 30, when the 10 of the other user were done
  EXPECT_GE(done, 4);
  run();
}

TEST_F(SchedulerTest, ACancelledRequestEndsWithWhatItHas) {
  make();
  std::stop_source cancel;
  Generation generation;
  generation.prompt = tokens_of("go");
  generation.max_tokens = 100;
  generation.cancel = cancel.get_token();
  ASSERT_TRUE(add(std::move(generation)).ok());
  for (int i = 0; i < 3; ++i) scheduler_->step();
  cancel.request_stop();
  EXPECT_FALSE(scheduler_->step());
  EXPECT_EQ(answer(0).text, "aaa");
  EXPECT_EQ(answer(0).finish, FinishReason::kCancelled);
}

TEST_F(SchedulerTest, ARequestCancelledWhileItsPromptIsReadIsAnErrorAndWhatWasReadIsKept) {
  make(kLimits, {.prompt_chunk = 16});
  std::stop_source cancel;
  Generation generation;
  generation.prompt = tokens_of(std::string(300, 'x'));
  generation.cancel = cancel.get_token();
  ASSERT_TRUE(add(std::move(generation)).ok());
  scheduler_->step();
  cancel.request_stop();
  EXPECT_FALSE(scheduler_->step());
  EXPECT_EQ(seen_[0].answer->error().code, Code::kCancelled);
  add(std::string(300, 'x'), 1);
  run();
  EXPECT_EQ(answer(1).usage.cached_tokens, 64);
}

TEST_F(SchedulerTest, OthersGoOnWhenTheOneWhosePrefixTheyAwaitIsCancelled) {
  make();
  std::stop_source cancel;
  Generation generation;
  generation.prompt = tokens_of(std::string(300, 'x'));
  generation.cancel = cancel.get_token();
  ASSERT_TRUE(add(std::move(generation)).ok());
  add(std::string(300, 'x') + "y", 2, "other");
  scheduler_->step();
  cancel.request_stop();
  run();
  EXPECT_EQ(answer(1).text, "aa");
}

TEST_F(SchedulerTest, DeadlinesEndWhatWaitsAndWhatRuns) {
  make(kLimits, {.running = 1});
  for (int i = 0; i < 2; ++i) {
    Generation generation;
    generation.prompt = tokens_of("go");
    generation.max_tokens = 100;
    generation.deadline = now_ + milliseconds(10);
    ASSERT_TRUE(add(std::move(generation)).ok());
  }
  scheduler_->step();
  now_ += milliseconds(10);
  EXPECT_FALSE(scheduler_->step());
  EXPECT_EQ(answer(0).finish, FinishReason::kDeadline);
  EXPECT_EQ(answer(0).text, "a");
  EXPECT_EQ(seen_[1].answer->error().code, Code::kDeadlineExceeded);
}

TEST_F(SchedulerTest, FullMemoryEvictsKeptSequencesThenPausesTheYoungest) {
  Decoder::Limits limits = kLimits;
  limits.cells = 120;
  limits.context = 120;
  make(limits);
  add(std::string(40, 'k'), 1, "kept");
  run();
  EXPECT_EQ(scheduler_->kept(), 1U);
  for (int i = 0; i < 3; ++i) add(std::string(10, static_cast<char>('A' + i)), 90, "user " + std::to_string(i));
  run();
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(answer(i).text, std::string(90, 'a')) << i;
    EXPECT_EQ(answer(i).finish, FinishReason::kLength);
    EXPECT_EQ(answer(i).usage.cached_tokens, 0) << "its own tokens are no hit";
  }
}

TEST_F(SchedulerTest, RefusesWhatNeverFits) {
  Decoder::Limits limits = kLimits;
  limits.cells = 100;
  make(limits, {.waiting = 2});
  Generation generation;
  EXPECT_EQ(add(std::move(generation)).error().message, "expected a prompt of at least one token, found none");
  generation = {};
  generation.prompt = tokens_of(std::string(400, 'x'));
  EXPECT_EQ(add(std::move(generation)).error().message,
            "expected a prompt below the model's 400 tokens, found one of 400");
  generation = {};
  generation.prompt = tokens_of(std::string(100, 'x'));
  EXPECT_EQ(add(std::move(generation)).error().code, Code::kResourceExhausted);
  generation = {};
  generation.prompt = tokens_of("x");
  generation.max_tokens = 0;
  EXPECT_EQ(add(std::move(generation)).error().code, Code::kInvalidArgument);
  add("one");
  add("two");
  generation = {};
  generation.prompt = tokens_of("three");
  EXPECT_EQ(add(std::move(generation)).error().message, "2 requests wait for the model already; try again later");
  run();
}

TEST_F(SchedulerTest, AnAnswerEndsAtTheLongestSequence) {
  make();
  add(std::string(390, 'x'), 500);
  run();
  EXPECT_EQ(answer(0).usage.completion_tokens, 10);
  EXPECT_EQ(answer(0).finish, FinishReason::kLength);
}

TEST_F(SchedulerTest, StopStringsEndAnAnswerAcrossTokens) {
  make(kLimits, {}, [](const std::vector<Token>& sequence) { return Token{"one END two"[sequence.size() - 2]}; });
  Generation generation;
  generation.prompt = tokens_of("??");
  generation.max_tokens = 11;
  generation.stop = {"END"};
  ASSERT_TRUE(add(std::move(generation)).ok());
  run();
  EXPECT_EQ(answer(0).text, "one ");
  EXPECT_EQ(seen_[0].text, "one ");
  EXPECT_EQ(answer(0).finish, FinishReason::kStop);
}

TEST_F(SchedulerTest, AnEndTokenEndsAnAnswer) {
  make(kLimits, {}, [](const std::vector<Token>& sequence) { return sequence.size() < 5 ? 'b' : FakeDecoder::kEnd; });
  add("??", 100);
  run();
  EXPECT_EQ(answer(0).text, "bbb");
  EXPECT_EQ(answer(0).finish, FinishReason::kStop);
}

TEST_F(SchedulerTest, ABrokenBatchFailsItsRequestsAndNoOther) {
  make();
  add("one");
  scheduler_->step();
  decoder_->break_next(base::make_error(Code::kInternal, "no luck"));
  scheduler_->step();
  EXPECT_EQ(seen_[0].answer->error().message, "no luck");
  add("two", 3);
  run();
  EXPECT_EQ(answer(1).text, "aaa");
  EXPECT_EQ(answer(1).usage.cached_tokens, 0) << "nothing of a broken batch is kept";
}

TEST_F(SchedulerTest, WhoIsThereWhenItGoesIsTold) {
  make();
  add("one", 100);
  scheduler_->step();
  add("two", 100);
  scheduler_.reset();
  EXPECT_EQ(answer(0).finish, FinishReason::kCancelled);
  EXPECT_EQ(seen_[1].answer->error().code, Code::kUnavailable);
}

// Whatever comes, everybody is told once, nothing is lost from memory, and answers are what they would be alone.
// GW_HISTORIES sets how many; 10,000 where it doesn't.
TEST_F(SchedulerTest, RandomHistoriesEndRight) {
  const char* wanted = std::getenv("GW_HISTORIES");
  const std::uint64_t histories = wanted == nullptr ? 10'000 : std::strtoull(wanted, nullptr, 10);
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    base::Random random(seed);
    Decoder::Limits limits{.context = 60,
                           .cells = 40 + static_cast<int>(random.below(100)),
                           .sequences = 2 + static_cast<int>(random.below(8)),
                           .batch = 8 + static_cast<int>(random.below(20))};
    SchedulerOptions options;
    options.running = 1 + static_cast<int>(random.below(6));
    options.prompt_chunk = 1 + static_cast<int>(random.below(10));
    options.kept_sequences = static_cast<int>(random.below(5));
    make(limits, options, [](const std::vector<Token>& s) {
      return Token{'a' + static_cast<int>((s.size() * 7 + static_cast<std::size_t>(s[s.size() / 2])) % 26)};
    });
    seen_.clear();
    std::vector<std::string> expected;
    std::vector<std::stop_source> cancels(12);
    for (std::size_t i = 0; i < 12; ++i) {
      Generation generation;
      const std::string prompt = std::string(random.below(12), 'p') +
                                 std::string(1 + random.below(16), static_cast<char>('A' + random.below(3)));
      generation.prompt = tokens_of(prompt);
      generation.max_tokens = 1 + static_cast<int>(random.below(10));
      generation.user = std::string(1, static_cast<char>('u' + random.below(3)));
      generation.cancel = cancels[i].get_token();
      std::vector<Token> alone = generation.prompt;
      for (int t = 0; t < generation.max_tokens; ++t)
        alone.push_back('a' +
                        static_cast<int>((alone.size() * 7 + static_cast<std::size_t>(alone[alone.size() / 2])) % 26));
      expected.emplace_back(alone.begin() + static_cast<std::ptrdiff_t>(prompt.size()), alone.end());
      ASSERT_TRUE(add(std::move(generation)).ok());
      for (std::uint64_t steps = random.below(4); steps > 0; --steps) scheduler_->step();
      if (random.below(5) == 0) cancels[random.below(i + 1)].request_stop();
    }
    run(2000);
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      ASSERT_EQ(seen_[i].ends, 1) << "request " << i << " of seed " << seed;
      if (cancels[i].stop_requested()) continue;
      ASSERT_TRUE(seen_[i].answer->ok()) << seed << ": " << seen_[i].answer->error().text();
      ASSERT_EQ(answer(i).text, expected[i]) << "request " << i << " of seed " << seed;
      ASSERT_EQ(seen_[i].text, expected[i]);
    }
    if (scheduler_->kept() == 0) {
      ASSERT_EQ(decoder_->cells(), 0) << seed;
    }
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace groundwork::model
