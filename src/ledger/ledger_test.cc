#include "ledger/ledger.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>

#include "base/file.h"
#include "ledger/jsonl.h"
#include "ledger/server_lock.h"

namespace groundwork::ledger {
namespace {

NewFact fact(const std::string& id, base::json::object data = {{"n", 1}}) {
  NewFact out;
  out.learner = "me";
  out.id = id;
  out.kind = "quiz.answered";
  out.at = base::parse_timestamp("2026-04-05T10:11:12.345Z").value();
  out.data = std::move(data);
  return out;
}

class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest()
      : folder_(base::TemporaryFolder::create("gw-ledger").value()), ledger_(Ledger::open(folder_.path()).value()) {}
  base::TemporaryFolder folder_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(LedgerTest, FactsComeBackInOrderAfterReopening) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(ledger_->append(fact("f" + std::to_string(i))).ok());
  ledger_ = Ledger::open(folder_.path()).value();
  const auto facts = ledger_->facts("me").value();
  ASSERT_EQ(facts.size(), 5U);
  EXPECT_EQ(facts[4].id, "f4");
  EXPECT_EQ(base::format_timestamp(facts[0].at), "2026-04-05T10:11:12.345Z");
  EXPECT_EQ(ledger_->facts("me", facts[2].seq).value().size(), 2U);
  EXPECT_EQ(ledger_->newest("me", facts[3].seq, 2).value().front().id, "f2");
  EXPECT_TRUE(ledger_->facts("other").value().empty());
}

TEST_F(LedgerTest, SameFactTwiceIsOneAndOtherContentIsRefused) {
  const auto first = ledger_->append(fact("x", {{"a", 1}, {"b", 2}})).value();
  EXPECT_EQ(ledger_->append(fact("x", {{"b", 2}, {"a", 1}})).value(), first);
  const auto other = ledger_->append(fact("x", {{"a", 2}}));
  EXPECT_EQ(other.error().code, base::Code::kAlreadyExists);
  EXPECT_EQ(ledger_->count("me").value(), 1);
}

TEST_F(LedgerTest, ABatchIsRecordedWhollyOrNotAtAll) {
  ASSERT_TRUE(ledger_->append(fact("x")).ok());
  const std::vector<NewFact> batch = {fact("y"), fact("x", {{"other", true}})};
  EXPECT_FALSE(ledger_->append(batch).ok());
  EXPECT_EQ(ledger_->count("me").value(), 1);
}

TEST_F(LedgerTest, BadNamesAreRefused) {
  for (const char* id : {"", "a b", "a\nb", "ä"}) EXPECT_FALSE(ledger_->append(fact(id)).ok()) << id;
  NewFact bad = fact("x");
  bad.learner = "../me";
  EXPECT_FALSE(ledger_->append(bad).ok());
  EXPECT_FALSE(ledger_->append(fact("big", {{"x", std::string(2 << 20, 'x')}})).ok());
}

TEST_F(LedgerTest, BlobsAreFoundByTheirHash) {
  const std::string bytes("a\0b", 3);
  const std::string hash = ledger_->put_blob(bytes).value();
  EXPECT_EQ(ledger_->put_blob(bytes).value(), hash);
  EXPECT_EQ(ledger_->get_blob(hash).value(), bytes);
  EXPECT_EQ(ledger_->get_blob(std::string(64, '0')).error().code, base::Code::kNotFound);
  EXPECT_FALSE(ledger_->put_blob(std::string(Ledger::kMaxBlobBytes + 1, 'x')).ok());
}

TEST_F(LedgerTest, TwoProcessesSeeEachOthersFacts) {
  const auto other = Ledger::open(folder_.path()).value();
  ASSERT_TRUE(other->append(fact("theirs")).ok());
  EXPECT_EQ(ledger_->last_seq().value(), 1);
  EXPECT_EQ(ledger_->facts("me").value().front().id, "theirs");
}

TEST_F(LedgerTest, ThreadsAppendWithoutLoss) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) EXPECT_TRUE(ledger_->append(fact(std::to_string(t) + "-" + std::to_string(i))).ok());
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ledger_->count("me").value(), 40);
}

TEST_F(LedgerTest, ExportThenImportGivesTheSameFactsAndBlobs) {
  const std::string hash = ledger_->put_blob(std::string("\xff\x00code", 6)).value();
  ASSERT_TRUE(ledger_->append(fact("a", {{"submission", hash}})).ok());
  ASSERT_TRUE(ledger_->append(fact("b")).ok());
  std::ostringstream out;
  ASSERT_EQ(export_jsonl(*ledger_, "me", out).value(), 2U);

  const auto other_folder = base::TemporaryFolder::create("gw-ledger").value();
  const auto other = Ledger::open(other_folder.path()).value();
  std::istringstream in(out.str());
  EXPECT_EQ(import_jsonl(*other, in).value().already, 0U);
  std::istringstream again(out.str());
  EXPECT_EQ(import_jsonl(*other, again).value().already, 2U);
  std::ostringstream back;
  ASSERT_TRUE(export_jsonl(*other, "me", back).ok());
  EXPECT_EQ(back.str(), out.str());
}

TEST_F(LedgerTest, ImportWithABadLineRecordsNothingAndNamesTheLine) {
  std::istringstream in(R"({"learner":"me","id":"a","kind":"k","version":1,"at":"2026-04-05T10:11:12Z","data":{}})"
                        "\n\n{\"learner\":\"me\"}\n");
  const auto imported = import_jsonl(*ledger_, in);
  ASSERT_FALSE(imported.ok());
  EXPECT_EQ(imported.error().where, "line 3: id");
  EXPECT_EQ(ledger_->count("me").value(), 0);
}

TEST_F(LedgerTest, BackupIsACompleteLedgerAndNeverOverwrites) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(ledger_->append(fact("f" + std::to_string(i))).ok());
  const auto target = folder_.path() / "copy" / "ledger.db";
  ASSERT_TRUE(base::create_folders(target.parent_path()).ok());
  int last = 0;
  ASSERT_TRUE(ledger_->backup(target, [&](int done, int) { last = done; }).ok());
  EXPECT_GT(last, 0);
  EXPECT_EQ(Ledger::open(target.parent_path()).value()->count("me").value(), 20);
  EXPECT_EQ(ledger_->backup(target).error().code, base::Code::kAlreadyExists);
}

TEST_F(LedgerTest, CancelledBackupLeavesNoFile) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(ledger_->backup(folder_.path() / "copy.db", {}, stop.get_token()).error().code, base::Code::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "copy.db"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "copy.db.partial"));
}

TEST_F(LedgerTest, SecondServerOnTheSameDataIsRefusedUntilTheFirstHasGone) {
  {
    const auto first = ServerLock::acquire(folder_.path());
    ASSERT_TRUE(first.ok());
    const auto second = ServerLock::acquire(folder_.path());
    ASSERT_FALSE(second.ok());
    EXPECT_NE(second.error().message.find("already serves"), std::string::npos);
  }
  EXPECT_TRUE(ServerLock::acquire(folder_.path()).ok());
}

}  // namespace
}  // namespace groundwork::ledger
