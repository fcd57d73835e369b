#include "http/reach.h"

#include <gtest/gtest.h>

namespace groundwork::http {
namespace {

TEST(ReachOfAddress, MetadataAddressesAreForbiddenInEveryNotation) {
  for (const char* address :
       {"169.254.169.254", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "169.254.43518", "::ffff:169.254.169.254",
        "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::169.254.169.254", "fe80::1", "febf::1",
        "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.1", "ff02::1"}) {
    EXPECT_EQ(reach_of_address(address), Reach::kForbidden) << address;
  }
}

TEST(ReachOfAddress, LoopbackAndPrivateRangesEndWhereTheyEnd) {
  for (const char* address : {"127.0.0.1", "127.255.255.255", "::1", "0.0.0.0", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(reach_of_address(address), Reach::kLoopback) << address;
  }
  for (const char* address : {"10.0.0.1", "172.16.0.0", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd12::1"}) {
    EXPECT_EQ(reach_of_address(address), Reach::kPrivate) << address;
  }
  for (const char* address : {"8.8.8.8", "172.32.0.0", "172.32.0.1", "172.15.0.1", "172.15.255.255", "192.169.0.1",
                              "126.0.0.1", "2001:4860::8888", "2001:db8::1"}) {
    EXPECT_EQ(reach_of_address(address), Reach::kPublic) << address;
  }
}

TEST(ReachOfAddress, ANameIsNoAddress) {
  for (const char* name : {"", "fdisk.example", "fe80.example", "localhost", "1.2.3.4.5"}) {
    EXPECT_EQ(reach_of_address(name), std::nullopt) << name;
  }
}

TEST(IsMetadataName, KnowsTheNamesOfClouds) {
  for (const char* name : {"metadata", "metadata.google.internal", "metadata.google.internal.", "metadata.goog",
                           "x.metadata.google.internal", "instance-data"}) {
    EXPECT_TRUE(is_metadata_name(name)) << name;
  }
  EXPECT_FALSE(is_metadata_name("metadata.example.com"));
}

TEST(LookUp, FindsWhatTheSystemKnowsAndJudgesIt) {
  const auto found = look_up("2130706433", 80);  // 127.0.0.1
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->front().text, "127.0.0.1");
  EXPECT_EQ(found->front().reach, Reach::kLoopback);
}

}  // namespace
}  // namespace groundwork::http
