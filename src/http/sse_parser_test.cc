#include "http/sse_parser.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace groundwork::http {
namespace {

std::vector<SseEvent> events_of(const std::vector<std::string_view>& pieces, SseParser parser = SseParser()) {
  std::vector<SseEvent> out;
  for (const std::string_view piece : pieces) {
    const base::Status fed = parser.feed(piece, [&](const SseEvent& event) {
      out.push_back(event);
      return base::Status();
    });
    if (!fed.ok()) out.push_back({"error", std::string(to_string(fed.error().code)), {}});
  }
  return out;
}

std::vector<SseEvent> events_of(std::string_view text) { return events_of(std::vector<std::string_view>{text}); }

// The examples of the standard, section 9.2.6.
TEST(SseParser, ReadsTheExamplesOfTheStandard) {
  EXPECT_EQ(events_of("data: YHOO\ndata: +2\ndata: 10\n\n"), (std::vector<SseEvent>{{"message", "YHOO\n+2\n10", ""}}));
  EXPECT_EQ(events_of(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"),
            (std::vector<SseEvent>{
                {"message", "first event", "1"}, {"message", "second event", ""}, {"message", " third event", ""}}));
  EXPECT_EQ(events_of("data\n\ndata\ndata\n\ndata:"),
            (std::vector<SseEvent>{{"message", "", ""}, {"message", "\n", ""}}));
  EXPECT_EQ(events_of("data:test\n\ndata: test\n\n"),
            (std::vector<SseEvent>{{"message", "test", ""}, {"message", "test", ""}}));
}

TEST(SseParser, EveryLineEndingAndAByteOrderMark) {
  EXPECT_EQ(events_of("\xef\xbb\xbf"
                      "event: a\r\ndata: 1\r\n\r\nevent: b\rdata: 2\r\r"),
            (std::vector<SseEvent>{{"a", "1", ""}, {"b", "2", ""}}));
}

TEST(SseParser, AnEventWithoutDataIsNoneAndForgetsItsName) {
  EXPECT_EQ(events_of("event: a\n\ndata: 1\n\n"), (std::vector<SseEvent>{{"message", "1", ""}}));
}

TEST(SseParser, AnUnfinishedEventIsNotDispatchedAndSeen) {
  SseParser parser;
  int events = 0;
  const auto count = [&](const SseEvent&) {
    ++events;
    return base::Status();
  };
  ASSERT_TRUE(parser.feed("data: 1\n", count).ok());
  EXPECT_EQ(events, 0);
  EXPECT_TRUE(parser.inside_event());
  ASSERT_TRUE(parser.feed("\n", count).ok());
  EXPECT_EQ(events, 1);
  EXPECT_FALSE(parser.inside_event());
}

TEST(SseParser, RetryIsDigitsOnly) {
  SseParser parser;
  const auto none = [](const SseEvent&) { return base::Status(); };
  ASSERT_TRUE(parser.feed("retry: 1x\nretry:\nretry: 99999999999999999999999\n", none).ok());
  EXPECT_FALSE(parser.retry().has_value());
  ASSERT_TRUE(parser.feed("retry: 1500\n", none).ok());
  EXPECT_EQ(parser.retry(), std::chrono::milliseconds(1500));
}

TEST(SseParser, AnEventOverTheLimitIsRefusedHoweverItComes) {
  const std::vector<SseEvent> refused = {{"error", "RESOURCE_EXHAUSTED", ""}};
  const std::string line = "data: " + std::string(100, 'x');
  EXPECT_EQ(events_of({line}, SseParser(64)), refused);
  EXPECT_EQ(events_of({"data: " + std::string(40, 'x') + "\n" + "data: " + std::string(40, 'x') + "\n"}, SseParser(64)),
            refused);
  SseParser endless(64);
  base::Status status;
  for (int i = 0; i < 100 && status.ok(); ++i)
    status = endless.feed("x", [](const SseEvent&) { return base::Status(); });
  EXPECT_FALSE(status.ok());
}

TEST(SseParser, WhatTheSinkRefusesEndsTheReading) {
  SseParser parser;
  int events = 0;
  const auto refuse = [&](const SseEvent&) -> base::Status {
    ++events;
    return base::make_error(base::Code::kCancelled, "enough");
  };
  EXPECT_EQ(parser.feed("data: 1\n\ndata: 2\n\n", refuse).error().code, base::Code::kCancelled);
  EXPECT_EQ(parser.feed("data: 3\n\n", refuse).error().code, base::Code::kCancelled);
  EXPECT_EQ(events, 1);
}

TEST(SseParser, AnyCutOfTheBytesGivesTheSameEvents) {
  static constexpr std::string_view kPieces[] = {
      "data: ", "data:",    "data", "event: x", "id: 7", "id", "retry: 5", "\n",           "\n",   "\r",
      "\r\n",   "\r\n\r\n", ":",    "é€😀",      "x",     " ",  "\n\n",     "\xef\xbb\xbf", "id: 8"};
  base::Random random(20260421);
  for (int round = 0; round < 5000; ++round) {
    std::string text = random.below(4) == 0 ? "\xef\xbb\xbf" : "";
    for (std::size_t i = random.below(40); i > 0; --i) text += kPieces[random.below(std::size(kPieces))];
    std::vector<std::string_view> pieces;
    for (std::string_view rest = text; !rest.empty();) {
      pieces.push_back(rest.substr(0, 1 + random.below(4)));
      rest.remove_prefix(pieces.back().size());
    }
    ASSERT_EQ(events_of(pieces), events_of(text)) << "round " << round << ": " << text;
  }
}

}  // namespace
}  // namespace groundwork::http
