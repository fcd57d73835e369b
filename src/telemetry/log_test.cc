#include "telemetry/log.h"

#include <gtest/gtest.h>

namespace groundwork::telemetry {
namespace {

TEST(Log, WritesOneJsonObjectALineAndHidesSecrets) {
  std::string written;
  set_sink([&](std::string_view line) { written += line; });
  log(Level::kInfo, "request", {{"path", "/a\nb"}, {"Authorization", "Bearer x"}, {"session_token", "y"}});
  log(Level::kDebug, "unseen");
  set_sink({});
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 1);
  const auto line = base::parse_json(written).value().as_object();
  EXPECT_EQ(line.at("path").as_string(), "/a\nb");
  EXPECT_EQ(line.at("Authorization").as_string(), "[redacted]");
  EXPECT_EQ(line.at("session_token").as_string(), "[redacted]");
}

}  // namespace
}  // namespace groundwork::telemetry
