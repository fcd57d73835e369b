#include "http/guard.h"

#include <gtest/gtest.h>

namespace groundwork::http {
namespace {

Request request(std::string method, std::string host, std::string origin = {}, std::string site = {}) {
  Request out;
  out.method = std::move(method);
  out.headers.add("Host", std::move(host));
  if (!origin.empty()) out.headers.add("Origin", std::move(origin));
  if (!site.empty()) out.headers.add("Sec-Fetch-Site", std::move(site));
  return out;
}

const Guard kGuard = Guard::for_port(8080);

TEST(Guard, DnsRebindingFailsOnTheHost) {
  EXPECT_FALSE(kGuard.check(request("GET", "127.0.0.1:8080")).has_value());
  EXPECT_FALSE(kGuard.check(request("GET", "LocalHost:8080")).has_value());
  for (const char* host : {"evil.example:8080", "127.0.0.1", "127.0.0.1:9090", "localhost:8080.evil.example", ""}) {
    EXPECT_EQ(kGuard.check(request("GET", host)).value().status, 421) << host;
  }
}

TEST(Guard, CrossSiteWritesFail) {
  EXPECT_FALSE(kGuard.check(request("POST", "localhost:8080", "http://localhost:8080", "same-origin")).has_value());
  EXPECT_FALSE(kGuard.check(request("POST", "localhost:8080")).has_value());
  for (const char* origin :
       {"http://evil.example", "null", "http://localhost:9090", "http://localhost:8080.evil.example"}) {
    EXPECT_EQ(kGuard.check(request("POST", "localhost:8080", origin)).value().status, 403) << origin;
  }
  EXPECT_EQ(kGuard.check(request("DELETE", "localhost:8080", "", "cross-site")).value().status, 403);
}

TEST(Guard, ReadsByLinksFromElsewhereStayPossible) {
  EXPECT_FALSE(kGuard.check(request("GET", "localhost:8080", "", "cross-site")).has_value());
}

}  // namespace
}  // namespace groundwork::http
