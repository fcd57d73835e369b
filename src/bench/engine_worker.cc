#include "bench/engine_worker.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace groundwork::bench {
namespace {

constexpr std::uint64_t kWakeSlot = ~std::uint64_t{0};
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::int64_t kCheckEvery = 10'000'000;     // time-outs
constexpr std::int64_t kPublishEvery = 200'000'000;  // what progress() shows
constexpr std::int64_t kFirstBackOff = 10'000'000;
constexpr int kMostDoublings = 6;
constexpr std::int64_t kLate = 1'000'000;

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

std::int64_t clock_value(clockid_t clock) {
  timespec value{};
  clock_gettime(clock, &value);
  return nanoseconds(value);
}

socklen_t length_of(const sockaddr_storage& address) {
  return address.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
}

/// recv, and when the last of the bytes came in at the kernel (CLOCK_REALTIME), 0 where it doesn't say.
ssize_t receive(int socket, std::vector<char>& buffer, std::int64_t& stamp) {
  iovec into{buffer.data(), buffer.size()};
  alignas(cmsghdr) char control[64];
  msghdr message{};
  message.msg_iov = &into;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t got = recvmsg(socket, &message, 0);
  stamp = 0;
  if (got <= 0) return got;
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SO_TIMESTAMPNS) continue;
    timespec time{};
    std::memcpy(&time, CMSG_DATA(one), sizeof time);
    stamp = nanoseconds(time);
  }
  return got;
}

}  // namespace

Worker::Worker(const Load& load, const Target& target, const Requests& requests, Place place, SharedTickets& tickets)
    : load_(load), target_(target), requests_(requests), place_(place), tickets_(tickets), buffer_(kBufferBytes) {
  most_slots_ = load.connections / place.of + (place.index < load.connections % place.of ? 1 : 0);
  if (load.open_loop) {
    arrivals_ = load.arrivals();
    return;
  }
  for (std::size_t i = 0; i < most_slots_; ++i) {
    slots_.push_back(std::make_unique<Connection>(requests.profile(), requests.streams(), load.stamps));
    const auto whole = static_cast<std::int64_t>(i * place.of + place.index);
    wakeups_.push({load.warm_up * whole / static_cast<std::int64_t>(load.connections), i});
  }
}

base::Result<std::unique_ptr<Worker>> Worker::create(const Load& load, const Target& target, const Requests& requests,
                                                     Place place, SharedTickets& tickets) {
  std::unique_ptr<Worker> worker(new Worker(load, target, requests, place, tickets));
  worker->epoll_ = epoll_create1(EPOLL_CLOEXEC);
  worker->wake_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (worker->epoll_ < 0 || worker->wake_ < 0) return base::errno_error(errno, "open an epoll set");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kWakeSlot;
  if (epoll_ctl(worker->epoll_, EPOLL_CTL_ADD, worker->wake_, &event) != 0) {
    return base::errno_error(errno, "add to an epoll set");
  }
  return worker;
}

Worker::~Worker() {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i]->socket >= 0) close(slots_[i]->socket);
  }
  if (epoll_ >= 0) close(epoll_);
  if (wake_ >= 0) close(wake_);
}

void Worker::cancel() {
  cancelled_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof one);
}

LoadProgress Worker::progress() const {
  const std::scoped_lock lock(publishing_);
  return published_;
}

void Worker::publish(std::int64_t at) {
  if (at < next_publish_) return;
  next_publish_ = at + kPublishEvery;
  const std::scoped_lock lock(publishing_);
  published_ = {at, sent_, ok_, failed_, record_.output_tokens, busy_, record_.latency};
}

void Worker::run() {
  // The default slack of 50 us would be a lag of its own.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  const std::int64_t cpu_before = clock_value(CLOCK_THREAD_CPUTIME_ID);
  std::int64_t at = now();
  while (!finished(at)) {
    if (cancelled_) {
      give_up();
      break;
    }
    if (at >= 0) {
      if (load_.open_loop) {
        begin_open(at, false);
      } else {
        begin_closed(at);
      }
    }
    check_timeouts(at);
    publish(at);
    wait(next_wakeup(now()));
    at = now();
  }
  // Whatever was due and never got a connection has failed; it must not vanish.
  Connection never(requests_.profile(), requests_.streams(), false);
  for (const Due& due : waiting_) {
    if (cancelled_) {
      ++record_.abandoned;
      continue;
    }
    never.sample.intended = due.arrival.at;
    never.sample.outcome = Outcome::kNeverSent;
    never.sample.warm_up = due.arrival.at < load_.warm_up;
    record(never);
  }
  at = now();
  record_.cpu = record_.busiest_cpu = clock_value(CLOCK_THREAD_CPUTIME_ID) - cpu_before;
  if (cancelled_) record_.measured = std::max(record_.measured, at - load_.warm_up);
  next_publish_ = 0;
  publish(at);
}

bool Worker::finished(std::int64_t at) const {
  if (busy_ > 0) return false;
  if (load_.open_loop) {
    return (arrivals_over_ && waiting_.empty()) || grace_over(at);
  }
  return sending_over(at) || (load_.requests > 0 && tickets_.measured >= load_.requests);
}

/// The next arrival of this thread: each takes every of-th one.
std::optional<Worker::Due> Worker::next_due() {
  while (!arrivals_over_) {
    const std::optional<Arrival> arrival = arrivals_->next();
    if (!arrival || sending_over(arrival->at)) break;
    const std::uint64_t index = arrival_index_++;
    if (arrival->at >= load_.warm_up && load_.requests > 0 && ++measured_arrivals_ > load_.requests) break;
    if (index % place_.of == place_.index) return Due{*arrival, index};
  }
  arrivals_over_ = true;
  return std::nullopt;
}

void Worker::begin_open(std::int64_t at, bool freed) {
  for (;;) {
    if (!due_) due_ = next_due();
    if (!due_ || due_->arrival.at > at) break;
    waiting_.push_back(*due_);
    due_.reset();
  }
  while (!waiting_.empty() && !grace_over(at)) {
    std::size_t slot = 0;
    if (!idle_.empty()) {
      slot = idle_.back();
      idle_.pop_back();
    } else if (!closed_.empty()) {
      slot = closed_.back();
      closed_.pop_back();
    } else if (slots_.size() < most_slots_) {
      slot = slots_.size();
      slots_.push_back(std::make_unique<Connection>(requests_.profile(), requests_.streams(), load_.stamps));
    } else {
      return;
    }
    const Due due = waiting_.front();
    waiting_.pop_front();
    start(slot, due.arrival, due.index, due.arrival.at, freed);
  }
}

void Worker::begin_closed(std::int64_t at) {
  while (!wakeups_.empty() && wakeups_.top().at <= at) {
    const std::size_t slot = wakeups_.top().slot;
    wakeups_.pop();
    call_again(slot, now());
  }
}

/// A caller of the closed loop asks its next question, unless all are asked.
void Worker::call_again(std::size_t slot, std::int64_t at) {
  if (sending_over(at)) return;
  if (at >= load_.warm_up && load_.requests > 0 && tickets_.measured++ >= load_.requests) return;
  start(slot, {}, tickets_.index++, at, false);
}

std::int64_t Worker::next_wakeup(std::int64_t at) const {
  std::int64_t next = at + kCheckEvery;
  if (at < 0) next = std::min<std::int64_t>(next, 0);
  if (load_.open_loop && due_) next = std::min(next, due_->arrival.at);
  if (!load_.open_loop && !wakeups_.empty()) next = std::min(next, wakeups_.top().at);
  return std::max<std::int64_t>(next - at, 0);
}

void Worker::wait(std::int64_t nanoseconds_left) {
  epoll_event events[256];
  const timespec timeout{nanoseconds_left / 1'000'000'000, nanoseconds_left % 1'000'000'000};
  const int count = epoll_pwait2(epoll_, events, 256, &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t slot = events[i].data.u64;
    if (slot == kWakeSlot) continue;
    Connection& connection = *slots_[slot];
    if (connection.state == Connection::State::kConnecting && (events[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
      int failure = 0;
      socklen_t size = sizeof failure;
      getsockopt(connection.socket, SOL_SOCKET, SO_ERROR, &failure, &size);
      if (failure != 0) {
        if (connection.address + 1 < target_.addresses.size()) {
          close_slot(slot);
          ++connection.address;
          connect_slot(slot);
          continue;
        }
        fail_slot(slot, Outcome::kRefused, std::string("connecting failed: ") + std::strerror(failure));
        continue;
      }
      connection.state = Connection::State::kBusy;
      connection.failures = 0;
      write_slot(slot);
    } else if (connection.state == Connection::State::kBusy && (events[i].events & EPOLLOUT) != 0 &&
               connection.out_at < connection.out.size()) {
      write_slot(slot);
    }
    // Edge-triggered, and it's said once: a peer that closed right behind its last bytes must be read to the end.
    if (events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) connection.peer_closed = true;
    if (connection.peer_closed || (events[i].events & EPOLLIN) != 0) read_slot(slot);
  }
}

void Worker::start(std::size_t slot, const Arrival& arrival, std::uint64_t index, std::int64_t intended,
                   bool held_back) {
  Connection& connection = *slots_[slot];
  connection.sample = {};
  connection.sample.intended = intended;
  connection.sample.warm_up = intended < load_.warm_up;
  connection.sample.started = now();
  connection.sample.reused = connection.state == Connection::State::kIdle;
  connection.index = index;
  connection.size = arrival;
  connection.meter.begin(connection.sample, connection.gaps);
  if (!requests_.fixed() || connection.out.empty()) {
    connection.out.clear();
    requests_.append(connection.out, index, arrival);
  }
  connection.out_at = 0;
  ++busy_;
  ++sent_;
  const std::int64_t lag = connection.sample.started - intended;
  record_.queue_lag.record(lag);
  if (held_back && lag > kLate) ++record_.held_back;
  if (connection.state == Connection::State::kIdle) {
    connection.state = Connection::State::kBusy;
    write_slot(slot);
  } else {
    connection.address = 0;
    connect_slot(slot);
  }
}

void Worker::connect_slot(std::size_t slot) {
  Connection& connection = *slots_[slot];
  const sockaddr_storage& address = target_.addresses[connection.address];
  connection.socket = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connection.socket < 0) return fail_slot(slot, Outcome::kRefused, std::string("socket: ") + std::strerror(errno));
  const int on = 1;
  setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(connection.socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  connection.state = Connection::State::kConnecting;
  connection.peer_closed = false;
  ++record_.connections;
  const int code = connect(connection.socket, reinterpret_cast<const sockaddr*>(&address), length_of(address));
  if (code != 0 && errno != EINPROGRESS) {
    return fail_slot(slot, Outcome::kRefused, std::string("connecting failed: ") + std::strerror(errno));
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = slot;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event);
}

void Worker::write_slot(std::size_t slot) {
  Connection& connection = *slots_[slot];
  if (connection.sample.sent < 0) {
    connection.sample.sent = now();
    // A new connection's handshake is the target's time; what the client adds is measured on kept ones alone.
    if (connection.sample.reused) record_.send_lag.record(connection.sample.sent - connection.sample.intended);
  }
  while (connection.out_at < connection.out.size()) {
    const ssize_t count = send(connection.socket, connection.out.data() + connection.out_at,
                               connection.out.size() - connection.out_at, MSG_NOSIGNAL);
    if (count < 0) {
      // A peer that answers before it has read everything and closes: what it said is still there to be read.
      if (errno == EPIPE || errno == ECONNRESET) connection.out_at = connection.out.size();
      return;
    }
    connection.out_at += static_cast<std::size_t>(count);
  }
}

/// A kernel stamp on this run's clock. Never after now and never before the request went out, whatever the clock of the
/// system was set to in between.
std::int64_t Worker::arrival_of_last_read(std::int64_t stamp_realtime) const {
  const std::int64_t at = now();
  if (stamp_realtime == 0) return at;
  return at - std::max<std::int64_t>(clock_value(CLOCK_REALTIME) - stamp_realtime, 0);
}

void Worker::read_slot(std::size_t slot) {
  Connection& connection = *slots_[slot];
  while (connection.state == Connection::State::kBusy || connection.state == Connection::State::kIdle) {
    std::int64_t stamp = 0;
    const ssize_t count = receive(connection.socket, buffer_, stamp);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (count < 0 && errno == EINTR) continue;
    if (connection.state == Connection::State::kIdle) {
      // Closed while nobody used it, or an answer to nothing: another one is opened when it's needed.
      close_slot(slot);
      if (load_.open_loop && std::erase(idle_, slot) > 0) closed_.push_back(slot);
      return;
    }
    if (count <= 0) {
      connection.meter.closed(now());
      return finish_slot(slot);
    }
    Sample& sample = connection.sample;
    const std::int64_t earliest = std::max({sample.sent, sample.first_byte, sample.first_token});
    const std::int64_t arrived = std::max(arrival_of_last_read(stamp), earliest);
    if (!sample.warm_up) record_.read_lag.record(now() - arrived);
    if (connection.meter.feed({buffer_.data(), static_cast<std::size_t>(count)}, arrived)) return finish_slot(slot);
    // Edge-triggered: a buffer that wasn't filled was all there was.
    if (static_cast<std::size_t>(count) < buffer_.size() && !connection.peer_closed) return;
  }
}

void Worker::finish_slot(std::size_t slot) {
  Connection& connection = *slots_[slot];
  --busy_;
  const bool reusable =
      connection.meter.reusable() && !connection.peer_closed && connection.out_at == connection.out.size();
  record(connection);
  if (reusable) {
    connection.state = Connection::State::kIdle;
  } else {
    close_slot(slot);
  }
  after(slot, false);
}

void Worker::fail_slot(std::size_t slot, Outcome outcome, std::string complaint) {
  Connection& connection = *slots_[slot];
  --busy_;
  connection.sample.outcome = outcome;
  connection.sample.done = now();
  auto& first = record_.first_complaint[static_cast<std::size_t>(outcome)];
  if (first.empty()) first = std::move(complaint);
  record(connection);
  close_slot(slot);
  after(slot, outcome == Outcome::kRefused);
}

/// The slot has no request any more: the next one, or none.
void Worker::after(std::size_t slot, bool failed_to_connect) {
  Connection& connection = *slots_[slot];
  if (load_.open_loop) {
    (connection.state == Connection::State::kIdle ? idle_ : closed_).push_back(slot);
    begin_open(now(), slots_.size() == most_slots_ && idle_.size() + closed_.size() == 1);
    return;
  }
  std::int64_t next = now();
  if (connection.state == Connection::State::kIdle) return call_again(slot, next);
  if (failed_to_connect) {
    // A target that refuses is asked again less and less often; else the client would only measure itself.
    next += kFirstBackOff << std::min(connection.failures, kMostDoublings);
    ++connection.failures;
  }
  wakeups_.push({next, slot});
}

void Worker::close_slot(std::size_t slot) {
  Connection& connection = *slots_[slot];
  if (connection.socket >= 0) close(connection.socket);
  connection.socket = -1;
  connection.state = Connection::State::kClosed;
}

void Worker::check_timeouts(std::int64_t at) {
  if (at < next_check_) return;
  next_check_ = at + kCheckEvery;
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    const Connection& connection = *slots_[slot];
    if (connection.state != Connection::State::kBusy && connection.state != Connection::State::kConnecting) continue;
    if (at - connection.sample.started < load_.timeout) continue;
    const std::string limit = std::to_string(load_.timeout / 1'000'000) + " ms";
    fail_slot(
        slot, Outcome::kTimeout,
        (connection.sample.first_byte < 0 ? "no byte of the answer within " : "not the whole answer within ") + limit);
  }
}

void Worker::give_up() {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    const Connection::State state = slots_[slot]->state;
    if (state != Connection::State::kBusy && state != Connection::State::kConnecting) continue;
    ++record_.abandoned;
    --busy_;
    close_slot(slot);
  }
}

void Worker::record(Connection& connection) {
  const Sample& sample = connection.sample;
  const bool ok = sample.outcome == Outcome::kOk;
  ++(ok ? ok_ : failed_);
  if (sample.warm_up) {
    ++record_.warm_up;
    return;
  }
  const auto kind = static_cast<std::size_t>(sample.outcome);
  ++record_.outcomes[kind];
  record_.measured = std::max(record_.measured, std::max(sample.done, sample.intended) - load_.warm_up);
  keep(sample, ok ? connection.gaps : std::vector<std::int64_t>());
  if (!ok) {
    if (record_.first_complaint[kind].empty()) record_.first_complaint[kind] = connection.meter.complaint();
    return;
  }
  record_.latency.record(sample.latency());
  if (sample.first_token >= 0) record_.ttft.record(sample.ttft());
  if (sample.first_content >= 0) record_.ttft_content.record(sample.ttft_content());
  for (const std::int64_t gap : connection.gaps) record_.gap.record(gap);
  record_.output_tokens += sample.output_tokens;
  record_.prompt_tokens += sample.prompt_tokens;
  record_.tokens_from_usage += sample.usage ? 1 : 0;
  record_.reasoning_first += sample.reasoning ? 1 : 0;
  record_.bytes += sample.bytes;
  const ServerStamps& stamps = connection.meter.stamps();
  if (!load_.stamps || stamps.sent.empty() || stamps.received < 0) return;
  record_.server_latency.record(stamps.sent.back() - stamps.received);
  if (sample.first_token < 0) return;
  record_.server_ttft.record(stamps.sent.front() - stamps.received);
  std::int64_t arrived = sample.first_token;
  for (std::size_t i = 0; i < stamps.sent.size(); ++i) {
    if (i > 0) {
      record_.server_gap.record(stamps.sent[i] - stamps.sent[i - 1]);
      if (i - 1 < connection.gaps.size()) arrived += connection.gaps[i - 1];
    }
    record_.arrival_error.record(arrived + place_.epoch - stamps.sent[i]);
  }
}

/// Every stride-th sample; the stride doubles when there are too many, so what is kept is spread evenly over the run.
void Worker::keep(const Sample& sample, const std::vector<std::int64_t>& gaps) {
  if (seen_++ % record_.sample_stride != 0) return;
  record_.samples.push_back(sample);
  record_.samples.back().gaps_at = record_.gaps.size();
  record_.samples.back().gaps = static_cast<std::uint32_t>(gaps.size());
  record_.gaps.insert(record_.gaps.end(), gaps.begin(), gaps.end());
  if (record_.samples.size() < std::max<std::size_t>(load_.sample_limit / place_.of, 2)) return;
  std::vector<Sample> samples;
  std::vector<std::int64_t> kept;
  for (std::size_t i = 0; i < record_.samples.size(); i += 2) {
    Sample one = record_.samples[i];
    const auto from = record_.gaps.begin() + static_cast<std::ptrdiff_t>(one.gaps_at);
    one.gaps_at = kept.size();
    kept.insert(kept.end(), from, from + one.gaps);
    samples.push_back(one);
  }
  record_.samples = std::move(samples);
  record_.gaps = std::move(kept);
  record_.sample_stride *= 2;
}

}  // namespace groundwork::bench
