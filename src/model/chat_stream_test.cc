#include "model/chat_stream.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "model/fake_endpoint.h"

namespace groundwork::model {
namespace {

using base::Code;

const OnDelta kNobody;

std::string events(const std::vector<std::string>& data) {
  std::string out;
  for (const std::string& line : data) out += "data: " + line + "\n\n";
  return out;
}

/// The error of a stream of these events, or its text.
std::string outcome(const std::vector<std::string>& data) {
  ChatStream stream(kNobody, 10'000);
  base::Status status = stream.feed(events(data), true);
  if (status.ok()) status = stream.end();
  return status.ok() ? stream.answer().text : shown(status.error());
}

TEST(ChatStream, JoinsTheDeltasAndReadsUsageFromTheLastChunk) {
  ChatStream stream(kNobody, 10'000);
  ASSERT_TRUE(stream
                  .feed(events({R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})",
                                R"({"choices":[{"index":0,"delta":{"reasoning_content":"hmm"}}]})", chunk("Hel"),
                                R"({"choices":[{"index":1,"delta":{"content":"other"}}]})", chunk("lo", "length"),
                                R"({"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,)"
                                R"("prompt_tokens_details":{"cached_tokens":4}}})",
                                "[DONE]", "what follows doesn't matter"}),
                        true)
                  .ok());
  ASSERT_TRUE(stream.end().ok());
  EXPECT_TRUE(stream.done());
  EXPECT_EQ(stream.answer().text, "Hello");
  EXPECT_EQ(stream.answer().reasoning, "hmm");
  EXPECT_EQ(stream.answer().finish, FinishReason::kLength);
  EXPECT_EQ(stream.answer().usage, (Usage{7, 4, 2, false}));
}

TEST(ChatStream, AWholeCompletionIsReadWhereNothingStreams) {
  ChatStream stream(kNobody, 10'000);
  ASSERT_TRUE(stream.feed(R"({"choices":[{"index":0,"message":{"content":"Hi"},"finish)", false).ok());
  ASSERT_TRUE(stream.feed(R"(_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}})", false).ok());
  ASSERT_TRUE(stream.end().ok());
  EXPECT_EQ(stream.answer().text, "Hi");
}

TEST(ChatStream, ItMayEndWithoutDoneButNotWithoutAFinishReason) {
  EXPECT_EQ(outcome({chunk("Hi", "stop")}), "Hi");
  EXPECT_EQ(outcome({chunk("Hi")}), "UNAVAILABLE the answer ended without a finish_reason, after 2 bytes of text");
  EXPECT_EQ(outcome({chunk("Hi"), "[DONE]"}),
            "UNAVAILABLE the answer ended without a finish_reason, after 2 bytes of text");
}

TEST(ChatStream, EachLieHasItsError) {
  EXPECT_EQ(outcome({chunk("Hi"), R"({"error":{"message":"out of memory","code":500}})", "[DONE]"}),
            "UNAVAILABLE the endpoint reports a failure: out of memory");
  EXPECT_EQ(outcome({R"({"error":"overloaded"})"}), "UNAVAILABLE the endpoint reports a failure: overloaded");
  EXPECT_EQ(outcome({"{\"choices\":"}), "UNAVAILABLE expected a chat.completion.chunk in JSON, found {\"choices\":");
  EXPECT_EQ(outcome({"[1]"}), "UNAVAILABLE expected a chat.completion.chunk, found [1]");
  EXPECT_EQ(outcome({R"({"choices":{}})"}), "UNAVAILABLE expected an array of choices, found {}");
  EXPECT_EQ(outcome({R"({"choices":[1]})"}), "UNAVAILABLE expected an object as choice, found 1");
  EXPECT_EQ(outcome({R"({"choices":[{"delta":[]}]})"}), "UNAVAILABLE expected an object as delta, found []");
  EXPECT_EQ(outcome({R"({"choices":[{"delta":{"content":5}}]})"}), "UNAVAILABLE expected text as content, found 5");
  EXPECT_EQ(outcome({R"({"choices":[{"delta":{},"finish_reason":5}]})"}),
            "UNAVAILABLE expected text as finish_reason, found 5");
  EXPECT_EQ(outcome({chunk("", "tool_calls")}),
            "UNAVAILABLE expected finish_reason 'stop' or 'length', found 'tool_calls'");
  EXPECT_EQ(outcome({chunk("Hi", "stop"), chunk("more")}),
            "UNAVAILABLE expected nothing after the finish_reason, found more");
  EXPECT_EQ(outcome({chunk("", "content_filter")}),
            "FAILED_PRECONDITION the endpoint's content filter ended the answer");
  EXPECT_EQ(outcome({chunk(std::string(10'001, 'x'), "stop")}),
            "RESOURCE_EXHAUSTED expected an answer of at most 10000 bytes");
  // A lone surrogate is no text.
  EXPECT_EQ(outcome({R"({"choices":[{"delta":{"content":"\ud800"}}]})"}).rfind("UNAVAILABLE expected a chat", 0), 0u);
}

TEST(ChatStream, WhatIsNeitherStreamNorJsonIsNamed) {
  ChatStream stream(kNobody, 10'000);
  ASSERT_TRUE(stream.feed("<html>Sign in</html>", false).ok());
  EXPECT_EQ(shown(stream.end().error()),
            "UNAVAILABLE expected an event stream or a chat.completion in JSON, found <html>Sign in</html>");
}

TEST(ChatStream, AnyCutOfTheBytesGivesTheSameDeltas) {
  const std::string whole = events({chunk("é"), chunk("€\n\n"), chunk("😀 data: [DONE]"), chunk("", "stop"), "[DONE]"});
  base::Random random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> deltas;
    const OnDelta collect = [&](std::string_view delta) {
      deltas.emplace_back(delta);
      return true;
    };
    ChatStream stream(collect, 10'000);
    for (std::string_view rest = whole; !rest.empty();) {
      const std::string_view piece = rest.substr(0, 1 + random.below(9));
      ASSERT_TRUE(stream.feed(piece, true).ok());
      rest.remove_prefix(piece.size());
    }
    ASSERT_TRUE(stream.end().ok());
    ASSERT_EQ(deltas, (std::vector<std::string>{"é", "€\n\n", "😀 data: [DONE]"}));
  }
}

TEST(ChatStream, ATokenIsFourBytesWhereNobodyCounts) {
  ChatAnswer answer;
  answer.text = "12345";
  EXPECT_EQ(estimated_usage({{Role::kUser, "12345678"}}, answer), (Usage{2, 0, 2, true}));
}

}  // namespace
}  // namespace groundwork::model
