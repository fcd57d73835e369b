#include "http/response_filters.h"

#include <gtest/gtest.h>

namespace groundwork::http {
namespace {

Request get(std::string accept_encoding = {}, std::string if_none_match = {}) {
  Request request;
  request.method = "GET";
  if (!accept_encoding.empty()) request.headers.add("Accept-Encoding", std::move(accept_encoding));
  if (!if_none_match.empty()) request.headers.add("If-None-Match", std::move(if_none_match));
  return request;
}

TEST(FinishResponse, SameBodyGivesTheSameETagAndThen304) {
  Response first = text_response("hello", "text/plain");
  finish_response(get(), first);
  const std::string tag(first.headers.get("ETag"));
  Response again = text_response("hello", "text/plain");
  finish_response(get({}, "\"other\", " + tag), again);
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.bytes().empty());
  Response changed = text_response("hello!", "text/plain");
  finish_response(get({}, tag), changed);
  EXPECT_EQ(changed.status, 200);
}

TEST(FinishResponse, CompressesWhereItPaysAndIsAccepted) {
  const std::string text(5000, 'x');
  Response zipped = text_response(text, "application/json");
  finish_response(get("br;q=1.0, gzip"), zipped);
  EXPECT_EQ(zipped.headers.get("Content-Encoding"), "gzip");
  EXPECT_LT(zipped.bytes().size(), 200U);
  Response refused = text_response(text, "application/json");
  finish_response(get("gzip;q=0"), refused);
  EXPECT_EQ(refused.bytes(), text);
  Response picture = text_response(text, "image/png");
  finish_response(get("gzip"), picture);
  EXPECT_EQ(picture.bytes(), text);
}

TEST(FinishResponse, PolicyHasNoUnsafeInline) {
  Response response = text_response("x", "text/html");
  finish_response(get(), response);
  const auto policy = response.headers.get("Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string_view::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string_view::npos);
}

TEST(FinishResponse, ErrorsAreNotCached) {
  Response response = problem(404, "NOT_FOUND", "x");
  finish_response(get(), response);
  EXPECT_FALSE(response.headers.has("ETag"));
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
}

}  // namespace
}  // namespace groundwork::http
