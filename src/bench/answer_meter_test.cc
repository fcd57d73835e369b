#include "bench/answer_meter.h"

#include <gtest/gtest.h>

namespace groundwork::bench {
namespace {

std::string chunked(const std::string& body) {
  std::string text =
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += 7) {
    const std::string piece = body.substr(at, 7);
    text += std::to_string(piece.size()) + "\r\n" + piece + "\r\n";
  }
  return text + "0\r\n\r\n";
}

const std::string kStream =
    ": ping\n\n"
    "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"Gr\\u00fc\"}}]}\r\n\r\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"n\"},\"finish_reason\":\"stop\"}]}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":9}}\n\n"
    "data: [DONE]\n\n";

struct Read {
  Sample sample;
  std::vector<std::int64_t> gaps;
  std::string complaint;
  bool over = false;
  bool reusable = false;
};

/// Bytes arrive one `step` at a time, a microsecond apart.
Read read(const std::string& bytes, std::size_t cut, Profile profile = Profile::kChat, bool streams = true,
          bool then_close = false) {
  Read got;
  AnswerMeter meter(profile, streams, false);
  meter.begin(got.sample, got.gaps);
  std::int64_t at = 1'000;
  for (std::size_t from = 0; from < bytes.size();) {
    const std::size_t size = from == 0 ? std::max<std::size_t>(cut, 1) : bytes.size() - from;
    got.over = meter.feed(std::string_view(bytes).substr(from, size), at);
    from += size;
    at += 1'000;
  }
  if (then_close) meter.closed(at);
  got.complaint = meter.complaint();
  got.reusable = meter.reusable();
  return got;
}

TEST(AnswerMeter, AStreamCutAtAnyByteGivesTheSameTokens) {
  const std::string bytes = chunked(kStream);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    const Read got = read(bytes, cut);
    ASSERT_TRUE(got.over) << cut;
    ASSERT_EQ(got.sample.outcome, Outcome::kOk) << cut << ": " << got.complaint;
    ASSERT_EQ(got.sample.chunks, 3U) << cut;
    ASSERT_EQ(got.sample.output_tokens, 9U);
    ASSERT_EQ(got.sample.prompt_tokens, 5U);
    ASSERT_TRUE(got.sample.reasoning);
    ASSERT_EQ(got.gaps.size(), 2U);
    ASSERT_GE(got.sample.first_content, got.sample.first_token);
    ASSERT_TRUE(got.reusable);
  }
}

TEST(AnswerMeter, TheTimeOfATokenIsThatOfThePieceThatCompletedIt) {
  const std::string bytes = chunked(kStream);
  // A cut behind everything: all at once. Then byte for byte.
  EXPECT_EQ(read(bytes, bytes.size()).sample.first_token, 1'000);
  Read got;
  AnswerMeter meter(Profile::kChat, true, false);
  meter.begin(got.sample, got.gaps);
  for (std::size_t i = 0; i < bytes.size(); ++i) meter.feed(bytes.substr(i, 1), static_cast<std::int64_t>(i));
  EXPECT_EQ(got.sample.outcome, Outcome::kOk);
  EXPECT_EQ(got.sample.done, static_cast<std::int64_t>(bytes.size()) - 1);
  EXPECT_GT(got.gaps[0], 50);  // bytes between the two chunks
}

TEST(AnswerMeter, AStreamThatEndsAtAnyByteIsNeverAWholeOne) {
  const std::string bytes = chunked(kStream);
  const std::size_t body = bytes.find("\r\n\r\n") + 4;
  for (std::size_t end = 1; end < bytes.size(); ++end) {
    const Read got = read(bytes.substr(0, end), 1, Profile::kChat, true, true);
    ASSERT_EQ(got.sample.outcome, end < body ? Outcome::kClosed : Outcome::kClosedMidStream) << end;
  }
}

TEST(AnswerMeter, WithoutUsageChunksAreCounted) {
  const Read got = read(chunked("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n"), 10);
  EXPECT_EQ(got.sample.outcome, Outcome::kOk);
  EXPECT_EQ(got.sample.output_tokens, 1U);
  EXPECT_FALSE(got.sample.usage);
}

TEST(AnswerMeter, EndingsAreToldApart) {
  EXPECT_EQ(read(chunked("data: [DONE]\n\n"), 5).sample.outcome, Outcome::kEmpty);
  EXPECT_EQ(read(chunked(": nothing\n\n"), 5).sample.outcome, Outcome::kEmpty);
  EXPECT_EQ(read(chunked("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"), 5).sample.outcome,
            Outcome::kClosedMidStream);
  EXPECT_EQ(read(chunked("data: {\"error\":{\"message\":\"boom\"}}\n\n"), 5).sample.outcome, Outcome::kErrorFrame);
  EXPECT_EQ(read(chunked("data: {broken\n\n"), 5).sample.outcome, Outcome::kGarbage);
  EXPECT_EQ(read(chunked("data: {\"choice\":1}\n\n"), 5).sample.outcome, Outcome::kContract);
  EXPECT_EQ(read(chunked("data: [1]\n\n"), 5).sample.outcome, Outcome::kContract);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 5).sample.outcome, Outcome::kContract);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 5).sample.outcome,
            Outcome::kGarbage);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}", 5).sample.outcome, Outcome::kGarbage);
  EXPECT_EQ(read("HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", 5).sample.outcome,
            Outcome::kRedirect);
}

TEST(AnswerMeter, WhatWasFoundIsShownWithoutItsControlCharacters) {
  const Read got = read("\x1b]0;owned\x07\xff\xc2\x9b\r\n\r\n", 40);
  EXPECT_EQ(got.sample.outcome, Outcome::kGarbage);
  EXPECT_EQ(got.complaint,
            "expected an HTTP/1.1 response, found '\\x1b]0;owned\\x07\xEF\xBF\xBD\\x9b\\x0d\\x0a\\x0d\\x0a'");
}

TEST(AnswerMeter, ALineOfChunksThatIsTooLongIsGarbageHoweverItComes) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string bytes = head + "2;" + std::string(9'000, 'x') + "\r\n{}\r\n0\r\n\r\n";
  for (const std::size_t cut : {std::size_t{1}, head.size() + 8'500, bytes.size()}) {
    EXPECT_EQ(read(bytes, cut, Profile::kHttp, false).sample.outcome, Outcome::kGarbage) << cut;
  }
}

TEST(AnswerMeter, AConnectionClosedWithinTheHeadGaveNoAnswer) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Le", 5, Profile::kHttp, false, true).sample.outcome, Outcome::kClosed);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 5, Profile::kHttp, false, true).sample.outcome,
            Outcome::kClosedMidStream);
}

TEST(AnswerMeter, BytesBehindTheAnswerSpoilTheConnection) {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  EXPECT_TRUE(read(answer, 5, Profile::kHttp, false).reusable);
  EXPECT_FALSE(read(answer + "HTTP", answer.size() + 4, Profile::kHttp, false).reusable);
  EXPECT_FALSE(
      read("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", 5, Profile::kHttp, false).reusable);
}

TEST(AnswerMeter, ABodyUntilTheEndOfTheConnectionIsWhole) {
  const Read got = read("HTTP/1.0 200 OK\r\n\r\n{\"results\":[]}", 3, Profile::kSearch, false, true);
  EXPECT_EQ(got.sample.outcome, Outcome::kOk) << got.complaint;
  EXPECT_FALSE(got.reusable);
}

}  // namespace
}  // namespace groundwork::bench
