#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "bench/answer_meter.h"
#include "bench/engine.h"

namespace groundwork::bench {

/// What all threads of a closed loop draw their requests from.
struct SharedTickets {
  std::atomic<std::uint64_t> index{0};     ///< of the next request
  std::atomic<std::uint64_t> measured{0};  ///< begun after the warm-up
};

/// One thread of the load generator: an epoll loop over its share of the connections. run() and take() are for one
/// thread each, one after the other; progress() and cancel() are for any.
class Worker {
 public:
  struct Place {
    std::size_t index = 0;
    std::size_t of = 1;
    std::int64_t epoch = 0;  ///< when the run begins, monotonic
  };

  static base::Result<std::unique_ptr<Worker>> create(const Load& load, const Target& target, const Requests& requests,
                                                      Place place, SharedTickets& tickets);
  ~Worker();

  void run();
  void cancel();
  LoadProgress progress() const;
  Recording take() { return std::move(record_); }

 private:
  struct Connection {
    enum class State { kClosed, kConnecting, kBusy, kIdle };
    Connection(Profile profile, bool streams, bool stamps) : meter(profile, streams, stamps) {}

    AnswerMeter meter;
    Sample sample;
    std::vector<std::int64_t> gaps;
    std::string out;
    std::size_t out_at = 0;
    std::size_t address = 0;  // which of the target's is tried
    std::uint64_t index = 0;  // of the request
    Arrival size;
    int socket = -1;
    State state = State::kClosed;
    bool peer_closed = false;
    int failures = 0;  // in a row, to connect
  };
  struct Wakeup {
    std::int64_t at;
    std::size_t slot;
    bool operator>(const Wakeup& other) const { return at > other.at; }
  };
  struct Due {
    Arrival arrival;
    std::uint64_t index;
  };

  Worker(const Load& load, const Target& target, const Requests& requests, Place place, SharedTickets& tickets);

  std::int64_t now() const { return monotonic_now() - place_.epoch; }
  bool sending_over(std::int64_t at) const { return load_.duration > 0 && at >= load_.warm_up + load_.duration; }
  /// Nothing is begun any more: a run ends even when more was asked for than can ever be sent.
  bool grace_over(std::int64_t at) const {
    return load_.duration > 0 && at > load_.warm_up + load_.duration + load_.timeout;
  }
  /// @param freed  all connections were in use until one got free just now
  void begin_open(std::int64_t at, bool freed);
  void begin_closed(std::int64_t at);
  void call_again(std::size_t slot, std::int64_t at);
  bool finished(std::int64_t at) const;
  std::int64_t next_wakeup(std::int64_t at) const;
  void wait(std::int64_t nanoseconds);
  void check_timeouts(std::int64_t at);
  void give_up();

  std::optional<Due> next_due();
  void start(std::size_t slot, const Arrival& arrival, std::uint64_t index, std::int64_t intended, bool held_back);
  void connect_slot(std::size_t slot);
  void write_slot(std::size_t slot);
  void read_slot(std::size_t slot);
  void finish_slot(std::size_t slot);
  void fail_slot(std::size_t slot, Outcome outcome, std::string complaint);
  void close_slot(std::size_t slot);
  void after(std::size_t slot, bool failed_to_connect);
  void record(Connection& connection);
  void keep(const Sample& sample, const std::vector<std::int64_t>& gaps);
  void publish(std::int64_t at);
  std::int64_t arrival_of_last_read(std::int64_t stamp_realtime) const;

  const Load& load_;
  const Target& target_;
  const Requests& requests_;
  Place place_;
  SharedTickets& tickets_;
  int epoll_ = -1;
  int wake_ = -1;
  std::atomic<bool> cancelled_{false};

  std::vector<std::unique_ptr<Connection>> slots_;
  std::size_t most_slots_ = 1;
  std::vector<std::size_t> idle_;    // open connections without a request; the latest used at the back
  std::vector<std::size_t> closed_;  // slots without a connection
  std::size_t busy_ = 0;

  std::unique_ptr<Arrivals> arrivals_;
  std::uint64_t arrival_index_ = 0;
  std::uint64_t measured_arrivals_ = 0;
  std::optional<Due> due_;
  bool arrivals_over_ = false;
  std::deque<Due> waiting_;                                                   // due, and no connection free
  std::priority_queue<Wakeup, std::vector<Wakeup>, std::greater<>> wakeups_;  // closed loop
  std::int64_t next_check_ = 0;
  std::int64_t next_publish_ = 0;

  std::vector<char> buffer_;
  Recording record_;
  std::uint64_t seen_ = 0;  // samples offered to keep()
  std::uint64_t sent_ = 0;
  std::uint64_t ok_ = 0;
  std::uint64_t failed_ = 0;
  mutable std::mutex publishing_;
  LoadProgress published_;
};

}  // namespace groundwork::bench
