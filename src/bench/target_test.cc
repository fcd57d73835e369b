#include "bench/target.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>

namespace groundwork::bench {
namespace {

AddressKind kind(const char* text) {
  sockaddr_storage address{};
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    std::memcpy(&address, &four, sizeof four);
  } else {
    EXPECT_EQ(inet_pton(AF_INET6, text, &six.sin6_addr), 1) << text;
    six.sin6_family = AF_INET6;
    std::memcpy(&address, &six, sizeof six);
  }
  return kind_of(address);
}

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

TEST(Target, RangesEndWhereTheirStandardsSay) {
  EXPECT_EQ(kind("172.15.255.255"), AddressKind::kOutside);
  EXPECT_EQ(kind("172.16.0.0"), AddressKind::kPrivate);
  EXPECT_EQ(kind("172.32.0.0"), AddressKind::kOutside);
  EXPECT_EQ(kind("127.255.255.255"), AddressKind::kLoopback);
  EXPECT_EQ(kind("fe80::1"), AddressKind::kMetadata);
  EXPECT_EQ(kind("fd12::1"), AddressKind::kPrivate);
  EXPECT_EQ(kind("2001:db8::1"), AddressKind::kOutside);
}

}  // namespace
}  // namespace groundwork::bench
