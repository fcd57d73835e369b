#include "base/file.h"

#include <gtest/gtest.h>

namespace groundwork::base {
namespace {

TEST(File, AtomicWriteReplacesAndLeavesNothingBeside) {
  const auto folder = TemporaryFolder::create("gw-file").value();
  const auto path = folder.path() / "a.txt";
  ASSERT_TRUE(write_file_atomically(path, "one").ok());
  ASSERT_TRUE(write_file_atomically(path, "two").ok());
  EXPECT_EQ(read_file(path).value(), "two");
  EXPECT_EQ(list_files(folder.path()).value(), std::vector<std::string>{"a.txt"});
}

TEST(File, FailedWriteSaysWhereAndLeavesNothing) {
  const auto folder = TemporaryFolder::create("gw-file").value();
  const auto status = write_file_atomically(folder.path() / "missing" / "a.txt", "one");
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("missing/a.txt"), std::string::npos);
}

TEST(File, ReadRefusesFoldersAndFilesOverTheLimit) {
  const auto folder = TemporaryFolder::create("gw-file").value();
  EXPECT_EQ(read_file(folder.path()).error().code, Code::kInvalidArgument);
  ASSERT_TRUE(write_file_atomically(folder.path() / "big", std::string(100, 'x')).ok());
  EXPECT_EQ(read_file(folder.path() / "big", 99).error().code, Code::kResourceExhausted);
  EXPECT_EQ(read_file(folder.path() / "big", 100).value().size(), 100U);
}

TEST(TemporaryFolder, IsGoneWithItsOwner) {
  std::filesystem::path path;
  {
    const auto folder = TemporaryFolder::create("gw-file").value();
    path = folder.path();
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace groundwork::base
