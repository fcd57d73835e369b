#include "base/clock.h"

#include <gtest/gtest.h>

namespace groundwork::base {
namespace {

using std::chrono::milliseconds;

TEST(Timestamp, RoundTrips) {
  const std::string text = "2026-04-05T10:11:12.345Z";
  EXPECT_EQ(format_timestamp(parse_timestamp(text).value()), text);
}

TEST(Timestamp, ReadsOffsetsAndFractions) {
  EXPECT_EQ(format_timestamp(parse_timestamp("2026-04-05T10:11:12+02:00").value()), "2026-04-05T08:11:12.000Z");
  EXPECT_EQ(format_timestamp(parse_timestamp("2026-04-05T10:11:12.123456789Z").value()), "2026-04-05T10:11:12.123Z");
}

TEST(Timestamp, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-04-05", "2026-13-05T10:11:12Z", "2026-02-30T10:11:12Z", "2026-04-05T24:00:00Z", "2026-04-05T10:11:12",
        "2026-04-05T10:11:12.Z", "2026-04-05T10:11:12Zx", "2026-04-05 10:11:12Z", "2026-04-05T10:11:12+2"}) {
    EXPECT_FALSE(parse_timestamp(text).ok()) << text;
  }
}

TEST(Timestamp, BeforeTheEpochKeepsItsDay) {
  EXPECT_EQ(format_timestamp(Timestamp(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

TEST(Date, RefusesDaysThatDoNotExist) {
  EXPECT_TRUE(parse_date("2028-02-29").ok());
  EXPECT_FALSE(parse_date("2027-02-29").ok());
}

}  // namespace
}  // namespace groundwork::base
