#include "measure/target.h"

#include <gtest/gtest.h>

namespace groundwork::measure {
namespace {

using base::Code;

Reach reach(const std::string& address) {
  const auto found = reach_of_address(address);
  EXPECT_TRUE(found.ok()) << address;
  return found.ok() ? *found : Reach::kPublic;
}

TEST(Target, MetadataAddressesAreForbiddenInEveryNotation) {
  for (const char* address : {"169.254.169.254", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "169.254.43518",
                              "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
                              "::169.254.169.254", "fe80::1", "fd00:ec2::254", "100.100.100.200", "192.0.0.192"}) {
    EXPECT_EQ(reach(address), Reach::kForbidden) << address;
  }
}

TEST(Target, LoopbackAndPrivateRangesEndWhereTheyEnd) {
  for (const char* address : {"127.0.0.1", "127.255.255.255", "::1", "0.0.0.0", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(reach(address), Reach::kLoopback) << address;
  }
  for (const char* address : {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd12::1"}) {
    EXPECT_EQ(reach(address), Reach::kPrivate) << address;
  }
  for (const char* address : {"8.8.8.8", "172.32.0.1", "172.15.0.1", "192.169.0.1", "126.0.0.1", "2001:4860::8888"}) {
    EXPECT_EQ(reach(address), Reach::kPublic) << address;
  }
}

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
