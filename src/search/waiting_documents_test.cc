#include "search/waiting_documents.h"

#include <gtest/gtest.h>

namespace groundwork::search {
namespace {

Document named(int i) { return {"d" + std::to_string(i), "", "text", {}, {}}; }

std::vector<std::string> ids_of(const std::vector<Document>& documents) {
  std::vector<std::string> ids;
  for (const Document& one : documents) ids.push_back(one.id);
  return ids;
}

TEST(WaitingDocuments, StayInTheOrderOfAddingWhateverIsTakenBack) {
  WaitingDocuments waiting;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(waiting.add(named(i)));
  EXPECT_FALSE(waiting.add(named(3))) << "each id once";
  EXPECT_TRUE(waiting.remove("d1"));
  EXPECT_FALSE(waiting.remove("d1"));
  EXPECT_TRUE(waiting.remove("d4"));
  EXPECT_TRUE(waiting.add(named(1)));
  EXPECT_EQ(waiting.size(), 4u);
  EXPECT_EQ(ids_of(waiting.all()), (std::vector<std::string>{"d0", "d2", "d3", "d1"}));
  EXPECT_TRUE(waiting.remove("d3")) << "found where it is now";
  EXPECT_EQ(ids_of(waiting.all()), (std::vector<std::string>{"d0", "d2", "d1"}));
  waiting.clear();
  EXPECT_EQ(waiting.size(), 0u);
  EXPECT_TRUE(waiting.add(named(0)));
}

TEST(WaitingDocuments, RemovingManyLooksAtEachOnce) {
  constexpr int kDocuments = 2'000;
  WaitingDocuments waiting;
  for (int i = 0; i < kDocuments; ++i) waiting.add(named(i));
  for (int i = 0; i < kDocuments; i += 2) ASSERT_TRUE(waiting.remove("d" + std::to_string(i)));
  EXPECT_EQ(waiting.looked_at(), 0u) << "a removal is a look-up";
  EXPECT_EQ(waiting.all().size(), 1'000u);
  EXPECT_EQ(waiting.all().size(), 1'000u);
  EXPECT_EQ(waiting.looked_at(), 2'000u) << "and the gaps are closed in one pass";
}

}  // namespace
}  // namespace groundwork::search
