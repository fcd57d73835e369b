#include "ledger/fact_schemas.h"

#include <gtest/gtest.h>

namespace groundwork::ledger {
namespace {

NewFact fact(std::string kind, const char* data) {
  NewFact out;
  out.kind = std::move(kind);
  out.data = base::parse_json(data)->as_object();
  return out;
}

TEST(FactSchemas, AcceptWhatTheKindPromises) {
  EXPECT_TRUE(check_data(fact("profile.set", R"({"pace_weeks":12,"hours_per_week":10,"start_on":"2026-11-23"})")).ok());
}

TEST(FactSchemas, NameTheFieldThatIsWrong) {
  const auto status =
      check_data(fact("profile.set", R"({"pace_weeks":13,"hours_per_week":10,"start_on":"2026-11-23"})"));
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("pace_weeks"), std::string::npos) << status.error().message;
}

TEST(FactSchemas, RefuseKindsAndVersionsFromTheFuture) {
  EXPECT_EQ(check_data(fact("quiz.finish", "{}")).error().code, base::Code::kUnimplemented);
  EXPECT_NE(check_data(fact("quiz.finish", "{}")).error().message.find("quiz.finished"), std::string::npos);
  NewFact newer = fact("profile.set", "{}");
  newer.version = 2;
  EXPECT_EQ(check_data(newer).error().code, base::Code::kUnimplemented);
}

}  // namespace
}  // namespace groundwork::ledger
