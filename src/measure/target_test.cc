#include "measure/target.h"

#include <gtest/gtest.h>

namespace groundwork::measure {
namespace {

using base::Code;

TEST(Target, NoConfirmationOpensAMetadataAddress) {
  for (const char* url :
       {"http://169.254.169.254/latest", "http://2852039166", "http://0xa9fea9fe:80", "http://[::ffff:169.254.169.254]",
        "http://metadata.google.internal/", "http://metadata.google.internal./"}) {
    const auto checked = check_target(url, true);
    ASSERT_FALSE(checked.ok()) << url;
    EXPECT_EQ(checked.error().code, Code::kPermissionDenied) << url << ": " << checked.error().text();
  }
}

TEST(Target, APublicAddressNeedsConfirmation) {
  const auto refused = check_target("http://8.8.8.8:9/x", false);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  EXPECT_NE(refused.error().message.find("--yes"), std::string::npos);
  EXPECT_TRUE(check_target("http://8.8.8.8:9/x", true).ok());
}

TEST(Target, TheBaseUrlLosesItsLastSlash) {
  const auto checked = check_target("http://127.0.0.1:8000/api/", false);
  ASSERT_TRUE(checked.ok());
  EXPECT_EQ(checked->url, "http://127.0.0.1:8000/api");
  EXPECT_FALSE(check_target("http://127.0.0.1:8000/?key=1", false).ok());
  EXPECT_FALSE(check_target("ftp://127.0.0.1", false).ok());
}

}  // namespace
}  // namespace groundwork::measure
