#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "base/file.h"
#include "ledger/ledger.h"

namespace groundwork::ledger {
namespace {

NewFact fact(const std::string& id, std::size_t size = 10) {
  NewFact out;
  out.learner = "me";
  out.id = id;
  out.kind = "quiz.answered";
  out.data = {{"text", std::string(size, 'x')}};
  return out;
}

class Corruption : public ::testing::Test {
 protected:
  Corruption() : folder_(base::TemporaryFolder::create("gw-ledger").value()) {}
  std::filesystem::path file() const { return folder_.path() / "ledger.db"; }
  void fill(int facts) const {
    const auto ledger = Ledger::open(folder_.path()).value();
    for (int i = 0; i < facts; ++i) ASSERT_TRUE(ledger->append(fact("f" + std::to_string(i), 500)).ok());
  }
  base::TemporaryFolder folder_;
};

TEST_F(Corruption, GarbageFileIsRefusedAndLeftAsItIs) {
  const std::string garbage(10000, 'g');
  ASSERT_TRUE(base::write_file_atomically(file(), garbage).ok());
  const auto opened = Ledger::open(folder_.path());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, base::Code::kDataLoss);
  EXPECT_EQ(base::read_file(file()).value(), garbage);
}

TEST_F(Corruption, TruncatedFileIsRefused) {
  fill(100);
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);
  EXPECT_EQ(Ledger::open(folder_.path()).error().code, base::Code::kDataLoss);
}

TEST_F(Corruption, AnotherProgramsDatabaseIsRefused) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &raw), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(raw, "CREATE TABLE theirs (x)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(raw);
  EXPECT_EQ(Ledger::open(folder_.path()).error().code, base::Code::kDataLoss);
}

TEST_F(Corruption, NewerSchemaIsRefused) {
  fill(1);
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &raw), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(raw, "PRAGMA user_version = 99", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(raw);
  EXPECT_EQ(Ledger::open(folder_.path()).error().code, base::Code::kFailedPrecondition);
}

TEST_F(Corruption, FactsCannotBeChangedOrRemovedBehindTheLedgersBack) {
  fill(1);
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &raw), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(raw, "UPDATE fact SET data = '{}'", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(raw, "DELETE FROM fact", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(raw);
}

TEST_F(Corruption, FullDiskRefusesTheFactAndKeepsTheOthers) {
  const auto ledger = Ledger::open(folder_.path()).value();
  ASSERT_TRUE(ledger->append(fact("before")).ok());
  // A file size limit is how a full disk looks from inside one process.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  const rlimit small{200'000, old.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto refused = ledger->append(fact("too-much", 900'000));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::Code::kResourceExhausted) << refused.error().chain();
  EXPECT_EQ(ledger->facts("me").value().size(), 1U);
  EXPECT_TRUE(ledger->append(fact("after")).ok());
}

TEST_F(Corruption, ReadOnlyFolderIsOneClearError) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  std::filesystem::permissions(folder_.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const auto opened = Ledger::open(folder_.path());
  std::filesystem::permissions(folder_.path(), std::filesystem::perms::owner_all);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, base::Code::kPermissionDenied);
}

}  // namespace
}  // namespace groundwork::ledger
