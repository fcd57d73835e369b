#include "bench/target.h"

#include <gtest/gtest.h>

namespace groundwork::bench {
namespace {

TEST(Target, AddressesWhereCloudsKeepCredentialsAreRefusedEvenWithConsent) {
  for (const char* url :
       {"http://169.254.169.254/latest", "http://[fd00:ec2::254]/", "http://[::ffff:169.254.169.254]/",
        "http://100.100.100.200/", "http://168.63.129.16/", "http://metadata.google.internal/"}) {
    const auto target = find_target(url, true);
    ASSERT_FALSE(target.ok()) << url;
    EXPECT_EQ(target.error().code, base::Code::kPermissionDenied) << url;
  }
}

TEST(Target, OutsideLoopbackAndPrivateRangesAsksForConsent) {
  EXPECT_EQ(find_target("http://93.184.216.34/", false).error().code, base::Code::kFailedPrecondition);
  EXPECT_TRUE(find_target("http://93.184.216.34/", true).ok());
  for (const char* url :
       {"http://127.0.0.1:80/", "http://10.1.2.3/", "http://172.31.0.1/", "http://192.168.1.1/", "http://[::1]/"}) {
    EXPECT_TRUE(find_target(url, false).ok()) << url;
  }
}

TEST(Target, HttpsIsRefusedWithTheReasonAndAWayOut) {
  const auto target = find_target("https://127.0.0.1/", true);
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().code, base::Code::kUnimplemented);
  EXPECT_NE(target.error().message.find("TLS records"), std::string::npos);
  EXPECT_NE(target.error().message.find("proxy"), std::string::npos);
}

}  // namespace
}  // namespace groundwork::bench
