#include "http/url.h"

#include <gtest/gtest.h>

namespace groundwork::http {
namespace {

TEST(ParseTarget, DecodesPathAndQuery) {
  const auto target = parse_target("/a%20b/c+d?x=1+2&y&z=%C3%A9").value();
  EXPECT_EQ(target.path, "/a b/c+d");
  const std::vector<std::pair<std::string, std::string>> expected = {{"x", "1 2"}, {"y", ""}, {"z", "é"}};
  EXPECT_EQ(target.query, expected);
}

TEST(ParseTarget, RefusesBadEscapesNulAndBrokenUtf8) {
  for (const char* bad :
       {"", "a", "*", "http://x/", "/%", "/%4", "/%zz", "/%00", "/%ff", "/%c0%af", "/?a=%", "/?%ed%a0%80"}) {
    EXPECT_FALSE(parse_target(bad).has_value()) << bad;
  }
}

TEST(IsUtf8, KnowsOverlongFormsAndSurrogates) {
  EXPECT_TRUE(is_utf8("aé€😀"));
  EXPECT_FALSE(is_utf8("\xc0\x80"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xe2\x82"));
}

TEST(Url, IsTakenApart) {
  const Url url = parse_url("HTTPS://API.example.com/v1/models?limit=2#top").value();
  EXPECT_EQ(url, (Url{true, "api.example.com", 443, "/v1/models?limit=2"}));
  EXPECT_EQ(url.authority(), "api.example.com");
  EXPECT_EQ(url.origin(), "https://api.example.com:443");
  EXPECT_EQ(url.text(), "https://api.example.com/v1/models");
  EXPECT_EQ(parse_url("http://[::1]:8080").value(), (Url{false, "::1", 8080, "/"}));
  EXPECT_EQ(parse_url("http://[::1]:8080").value().authority(), "[::1]:8080");
  EXPECT_EQ(parse_url("http://h?q").value().target, "/?q");
}

TEST(Url, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "host", "ftp://h/", "http://", "http:///x", "http://h:0/", "http://h:65536/", "http://h:/", "http://h:8x/",
        "http://[::1/", "http://h /", "http://h/\r\nX: y", "http://\xc3\xa9/", "http://h%2f/", "http://[::1]x/"}) {
    EXPECT_FALSE(parse_url(text).ok()) << text;
  }
  EXPECT_FALSE(parse_url("http://h/" + std::string(9000, 'a')).ok());
}

TEST(Url, MessagesHoldNoCredentials) {
  for (const char* text : {"http://user:hunter2@h/", "ftp://user:hunter2@h/?key=hunter2", "http://h:0/?key=hunter2",
                           "http://h/a b?key=hunter2", "http://a@b:hunter2@h/"}) {
    const base::Error error = parse_url(text).error();
    EXPECT_EQ(error.chain().find("hunter2"), std::string::npos) << error.chain();
  }
}

}  // namespace
}  // namespace groundwork::http
