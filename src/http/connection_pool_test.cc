#include "http/connection_pool.h"

#include <gtest/gtest.h>

namespace groundwork::http {
namespace {

using std::chrono::milliseconds;

class FakeConnection final : public Connection {
 public:
  explicit FakeConnection(int& open, bool is_fresh = true) : open_(open), fresh_(is_fresh) { ++open_; }
  ~FakeConnection() override { --open_; }
  boost::asio::awaitable<base::Status> open(const Url&, TimePoint) override { co_return base::Status(); }
  boost::asio::awaitable<Transfer> read_some(char*, std::size_t, TimePoint) override { co_return Transfer{}; }
  boost::asio::awaitable<Transfer> write(std::string_view, std::string_view, TimePoint) override {
    co_return Transfer{};
  }
  bool fresh() override { return fresh_; }
  void close() override {}

 private:
  int& open_;
  bool fresh_;
};

TEST(ConnectionPool, GivesTheLastUsedOneOfTheSameOrigin) {
  int open = 0;
  ConnectionPool pool(4, milliseconds(1000));
  const TimePoint now{};
  auto older = std::make_unique<FakeConnection>(open);
  auto newer = std::make_unique<FakeConnection>(open);
  Connection* expected = newer.get();
  pool.put("a", std::move(older), now);
  pool.put("a", std::move(newer), now + milliseconds(1));
  EXPECT_EQ(pool.take("b", now), nullptr);
  EXPECT_EQ(pool.take("a", now + milliseconds(2)).get(), expected);
  EXPECT_EQ(pool.size(), 1u);
}

TEST(ConnectionPool, NeitherOldNorClosedOnesAreGiven) {
  int open = 0;
  ConnectionPool pool(4, milliseconds(1000));
  const TimePoint now{};
  pool.put("a", std::make_unique<FakeConnection>(open), now);
  EXPECT_EQ(pool.take("a", now + milliseconds(1000)), nullptr);
  pool.put("a", std::make_unique<FakeConnection>(open, false), now);
  EXPECT_EQ(pool.take("a", now), nullptr);
  EXPECT_EQ(open, 0);
}

TEST(ConnectionPool, TheOneThatWaitedLongestMakesRoom) {
  int open = 0;
  ConnectionPool pool(2, milliseconds(1000));
  const TimePoint now{};
  pool.put("a", std::make_unique<FakeConnection>(open), now);
  pool.put("b", std::make_unique<FakeConnection>(open), now + milliseconds(1));
  pool.put("c", std::make_unique<FakeConnection>(open), now + milliseconds(2));
  EXPECT_EQ(open, 2);
  EXPECT_EQ(pool.take("a", now + milliseconds(3)), nullptr);
  ConnectionPool none(0, milliseconds(1000));
  none.put("a", std::make_unique<FakeConnection>(open), now);
  EXPECT_EQ(open, 2);
}

TEST(ConnectionPool, ExpiredOnesAreClosed) {
  int open = 0;
  ConnectionPool pool(4, milliseconds(1000));
  const TimePoint now{};
  pool.put("a", std::make_unique<FakeConnection>(open), now);
  pool.put("a", std::make_unique<FakeConnection>(open), now + milliseconds(500));
  pool.drop_expired(now + milliseconds(1200));
  EXPECT_EQ(open, 1);
  pool.drop_expired(now + milliseconds(1500));
  EXPECT_EQ(open, 0);
}

}  // namespace
}  // namespace groundwork::http
