#include "http/router.h"

#include <gtest/gtest.h>

namespace groundwork::http {
namespace {

Router router() {
  Router out;
  out.add({"GET", "/a/{id}/b", RunOn::kIoThread, 0, [](const Request&) { return Response{}; }});
  out.add({"POST", "/a/{id}/b", RunOn::kWorkers, 10, [](const Request&) { return Response{}; }});
  out.add({"GET", "/a/list", RunOn::kIoThread, 0, [](const Request&) { return Response{}; }});
  return out;
}

TEST(Router, FindsByMethodAndFillsParameters) {
  const Router r = router();
  const auto match = r.find("POST", "/a/x y/b");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->body_limit, 10U);
  EXPECT_EQ(match.parameters.at(0).second, "x y");
  EXPECT_NE(r.find("HEAD", "/a/1/b").route, nullptr);
}

TEST(Router, OtherMethodIs405WithAllow) {
  const auto match = router().find("PUT", "/a/1/b");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.refusal.status, 405);
  EXPECT_EQ(match.refusal.headers.get("allow"), "GET, HEAD, POST");
}

TEST(Router, EmptyParametersAndLongerPathsDoNotMatch) {
  for (const char* path : {"/a//b", "/a/1/b/", "/a/1/b/c", "/", "/a"}) {
    EXPECT_EQ(router().find("GET", path).refusal.status, 404) << path;
  }
}

}  // namespace
}  // namespace groundwork::http
