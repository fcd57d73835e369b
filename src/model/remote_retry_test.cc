#include "model/remote_retry.h"

#include <gtest/gtest.h>

#include <set>

namespace groundwork::model {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const base::Timestamp kNow = base::parse_timestamp("1994-11-06T08:49:00.000Z").value();

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(parse_retry_after("0", kNow), milliseconds(0));
  EXPECT_EQ(parse_retry_after("120", kNow), seconds(120));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", kNow), seconds(37));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:48:00 GMT", kNow), milliseconds(0));
}

TEST(RetryAfter, WhatIsNeitherIsIgnored) {
  for (const char* text : {"", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 XXX", "99999999999999999999999999999"}) {
    EXPECT_FALSE(parse_retry_after(text, kNow).has_value()) << text;
  }
  EXPECT_EQ(parse_retry_after("9223372036854775807", kNow), seconds(365 * 24 * 3600));
}

TEST(RetryDelay, DoublesUpToItsBoundWithJitter) {
  const RetryPolicy policy{10, milliseconds(100), milliseconds(1000)};
  base::Random random(1);
  std::set<std::int64_t> seen;
  for (int retry = 0; retry < 100; ++retry) {
    const std::int64_t whole = std::min<std::int64_t>(1000, 100LL << std::min(retry, 10));
    const std::int64_t delay = retry_delay(policy, retry, {}, random).count();
    EXPECT_GE(delay, whole / 2);
    EXPECT_LE(delay, whole);
    seen.insert(delay);
  }
  EXPECT_GT(seen.size(), 50u);
  EXPECT_EQ(retry_delay(policy, 0, seconds(7), random), seconds(7));
}

TEST(RetryableStatus, AreThoseThatMayPass) {
  for (const int status : {408, 409, 425, 429, 500, 502, 503, 504, 529})
    EXPECT_TRUE(is_retryable_status(status)) << status;
  for (const int status : {200, 302, 400, 401, 404, 422, 501, 505}) EXPECT_FALSE(is_retryable_status(status)) << status;
}

}  // namespace
}  // namespace groundwork::model
