#include "base/hash.h"

#include <gtest/gtest.h>

namespace groundwork::base {
namespace {

// Expected values: FIPS 180-4 example "abc".
TEST(Sha256, MatchesThePublishedExample) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(stable_hash64("abc"), 0xba7816bf8f01cfeaULL);
}

}  // namespace
}  // namespace groundwork::base
