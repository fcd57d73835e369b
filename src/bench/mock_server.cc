#include "bench/mock_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <deque>
#include <queue>
#include <string>
#include <unordered_map>

#include "bench/engine.h"

namespace groundwork::bench {
namespace {

constexpr std::uint64_t kListenId = 0;
constexpr std::uint64_t kWakeId = 1;
constexpr std::size_t kRequestLimit = std::size_t{4} << 20;

enum class Kind { kOther, kChat, kChatStream, kEmbeddings, kSearch, kAsk, kAskStream };

struct Peer {
  int socket = -1;
  std::uint64_t id = 0;
  std::string in;
  std::string out;
  bool busy = false;
  // The request at hand.
  Kind kind = Kind::kOther;
  Fault fault = Fault::kNone;
  std::int64_t received = 0;
  std::int64_t due = 0;
  std::uint32_t sent = 0;  // tokens
  std::uint32_t tokens = 0;
  bool usage = false;
  bool holds_worker = false;
};

struct Timer {
  std::int64_t at;
  std::uint64_t id;
  bool operator>(const Timer& other) const { return at > other.at; }
};

std::string stamp(const Peer& peer) {
  return R"("mock":{"received":)" + std::to_string(peer.received) + R"(,"sent":)" + std::to_string(monotonic_now()) +
         "}";
}

std::string whole(std::string_view status, std::string_view body, std::string_view extra = {}) {
  std::string text = "HTTP/1.1 ";
  (text += status) += "\r\nContent-Type: application/json\r\n";
  (text += extra) += "Content-Length: ";
  (text += std::to_string(body.size())) += "\r\n\r\n";
  return text += body;
}

std::string chunk(std::string_view bytes) {
  char size[16];
  const auto end = std::to_chars(size, size + sizeof size, bytes.size(), 16).ptr;
  std::string text(size, end);
  (((text += "\r\n") += bytes) += "\r\n");
  return text;
}

constexpr std::string_view kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: "
    "chunked\r\n\r\n";

/// What stands behind `key` in the body, as a number. The mock reads no more JSON than that.
std::uint32_t number_behind(std::string_view body, std::string_view key, std::uint32_t fallback) {
  const std::size_t at = body.find(key);
  if (at == std::string_view::npos) return fallback;
  std::string_view rest = body.substr(at + key.size());
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == ':')) rest.remove_prefix(1);
  std::uint32_t value = fallback;
  std::from_chars(rest.data(), rest.data() + rest.size(), value);
  return value;
}

bool asks_stream(std::string_view body) {
  const std::size_t at = body.find("\"stream\":");
  return at != std::string_view::npos && body.substr(at + 9, 5).find("true") != std::string_view::npos;
}

}  // namespace

struct MockServer::Loop {
  Loop(MockServer& owner, int listener) : server(owner), listening(listener) {}
  ~Loop() {
    for (const auto& [id, peer] : peers) close(peer->socket);
    if (listening >= 0) close(listening);
    if (epoll >= 0) close(epoll);
    if (wake >= 0) close(wake);
  }

  bool open() {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return epoll >= 0 && wake >= 0 && add(listening, kListenId, EPOLLIN) && add(wake, kWakeId, EPOLLIN);
  }
  bool add(int file, std::uint64_t id, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event) == 0;
  }
  void run();
  void accept_all();
  void read(std::uint64_t id, bool closed);
  void take_requests(Peer& peer);
  void begin(Peer& peer, std::string_view head, std::string_view body);
  void act(Peer& peer);
  bool act_fault(Peer& peer);
  void send_document(Peer& peer);
  void send_token(Peer& peer);
  void end_stream(Peer& peer);
  void done(Peer& peer);
  void write(Peer& peer, std::string_view bytes);
  void drop(std::uint64_t id);

  MockServer& server;
  int listening = -1;
  int epoll = -1;
  int wake = -1;
  std::uint64_t next_id = 2;
  std::unordered_map<std::uint64_t, std::unique_ptr<Peer>> peers;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers;
  std::size_t free_workers = 0;
  std::deque<std::uint64_t> queue;  // of requests that wait for a worker
  std::vector<std::uint64_t> doomed;
};

void MockServer::Loop::run() {
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  free_workers = server.options_.workers;
  epoll_event events[256];
  while (!server.stopping_) {
    std::int64_t now = monotonic_now();
    const std::int64_t stall_until = server.stall_until_;
    if (now >= server.stall_from_ && now < stall_until) {
      // A stalled process does nothing at all, reading and accepting included.
      const std::int64_t nap = std::min<std::int64_t>(stall_until - now, 10'000'000);
      const timespec time{0, nap};
      nanosleep(&time, nullptr);
      continue;
    }
    while (!timers.empty() && timers.top().at <= now) {
      const std::uint64_t id = timers.top().id;
      timers.pop();
      if (const auto found = peers.find(id); found != peers.end() && found->second->busy) act(*found->second);
    }
    for (const std::uint64_t id : doomed) drop(id);
    doomed.clear();
    now = monotonic_now();
    std::int64_t left = 50'000'000;
    if (!timers.empty()) left = std::clamp<std::int64_t>(timers.top().at - now, 0, left);
    const timespec timeout{0, left};
    const int count = epoll_pwait2(epoll, events, 256, &timeout, nullptr);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t id = events[i].data.u64;
      if (id == kListenId) accept_all();
      if (id > kWakeId) read(id, (events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
    }
    for (const std::uint64_t id : doomed) drop(id);
    doomed.clear();
  }
}

void MockServer::Loop::accept_all() {
  for (;;) {
    const int socket = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto peer = std::make_unique<Peer>();
    peer->socket = socket;
    peer->id = next_id++;
    if (!add(socket, peer->id, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)) {
      close(socket);
      continue;
    }
    const std::uint64_t id = peer->id;
    peers.emplace(id, std::move(peer));
  }
}

void MockServer::Loop::read(std::uint64_t id, bool closed) {
  const auto found = peers.find(id);
  if (found == peers.end()) return;
  Peer& peer = *found->second;
  if (!peer.out.empty()) write(peer, {});
  char buffer[16 * 1024];
  for (;;) {
    const ssize_t count = recv(peer.socket, buffer, sizeof buffer, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return doomed.push_back(id);
    if (count < 0) break;
    peer.in.append(buffer, static_cast<std::size_t>(count));
    if (static_cast<std::size_t>(count) < sizeof buffer && !closed) break;
  }
  if (peer.in.size() > kRequestLimit) return doomed.push_back(id);
  if (!peer.busy) take_requests(peer);
}

void MockServer::Loop::take_requests(Peer& peer) {
  while (!peer.busy) {
    const std::size_t end = peer.in.find("\r\n\r\n");
    if (end == std::string::npos) return;
    const std::string_view head = std::string_view(peer.in).substr(0, end);
    std::size_t length = 0;
    for (const std::string_view name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
      const std::size_t at = head.find(name);
      if (at != std::string_view::npos) {
        std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
      }
    }
    if (length > kRequestLimit) return doomed.push_back(peer.id);
    if (peer.in.size() < end + 4 + length) return;
    peer.busy = true;
    begin(peer, head, std::string_view(peer.in).substr(end + 4, length));
    peer.in.erase(0, end + 4 + length);
    if (server.options_.workers > 0) {
      if (free_workers == 0) return queue.push_back(peer.id);
      --free_workers;
      peer.holds_worker = true;
    }
    if (peer.due <= peer.received) {
      act(peer);
    } else {
      timers.push({peer.due, peer.id});
    }
  }
}

void MockServer::Loop::begin(Peer& peer, std::string_view head, std::string_view body) {
  const MockOptions& options = server.options_;
  const std::uint64_t number = ++server.requests_;
  peer.received = monotonic_now();
  peer.sent = 0;
  peer.fault = options.fault != Fault::kNone && number % options.fault_every == 0 ? options.fault : Fault::kNone;
  const std::string_view line = head.substr(0, head.find("\r\n"));
  peer.kind = Kind::kOther;
  if (line.find("/chat/completions") != std::string_view::npos) {
    peer.kind = asks_stream(body) ? Kind::kChatStream : Kind::kChat;
  } else if (line.find("/embeddings ") != std::string_view::npos) {
    peer.kind = Kind::kEmbeddings;
  } else if (line.find("/search ") != std::string_view::npos) {
    peer.kind = Kind::kSearch;
  } else if (line.find("/ask ") != std::string_view::npos) {
    peer.kind = asks_stream(body) ? Kind::kAskStream : Kind::kAsk;
  }
  const bool streams = peer.kind == Kind::kChatStream || peer.kind == Kind::kAskStream;
  peer.tokens = std::min(number_behind(body, "\"max_tokens\"", options.tokens), options.tokens);
  peer.usage = options.usage && body.find("include_usage") != std::string_view::npos;
  peer.due = peer.received + (streams ? options.first_token : options.service_time).count();
}

/// The next piece of the answer at hand: the timer's doing.
void MockServer::Loop::act(Peer& peer) {
  if (peer.fault != Fault::kNone && act_fault(peer)) return;
  if (peer.kind == Kind::kChatStream || peer.kind == Kind::kAskStream) return send_token(peer);
  send_document(peer);
  done(peer);
}

/// Whether the fault was all there is to do.
bool MockServer::Loop::act_fault(Peer& peer) {
  switch (peer.fault) {
    case Fault::kStatus503:
      write(peer, whole("503 Service Unavailable", "{}"));
      break;
    case Fault::kStatus429:
      write(peer, whole("429 Too Many Requests", "{}"));
      break;
    case Fault::kStatus404:
      write(peer, whole("404 Not Found", "{}"));
      break;
    case Fault::kRedirect:
      write(peer, whole("302 Found", "", "Location: http://169.254.169.254/latest/meta-data/\r\n"));
      break;
    case Fault::kGarbage:
      write(peer, whole("200 OK", "<html>not JSON"));
      break;
    case Fault::kContract:
      write(peer, whole("200 OK", R"({"unexpected":[]})"));
      break;
    case Fault::kNotHttp:
      write(peer, "SSH-2.0-nothing here speaks HTTP\r\n\r\n");
      break;
    case Fault::kClose:
      doomed.push_back(peer.id);
      return true;
    case Fault::kHang:
      return true;
    case Fault::kEmptyStream:
      write(peer, std::string(kStreamHead) + chunk("data: [DONE]\n\n") + "0\r\n\r\n");
      break;
    case Fault::kCloseMidway:
    case Fault::kErrorFrame:
      if (peer.kind == Kind::kChatStream || peer.kind == Kind::kAskStream) {
        if (peer.sent < std::max<std::uint32_t>(peer.tokens / 2, 1)) return false;
        if (peer.fault == Fault::kErrorFrame) {
          const std::string_view frame = peer.kind == Kind::kChatStream
                                             ? "data: {\"error\":{\"message\":\"out of memory\",\"code\":500}}\n\n"
                                             : "event: error\ndata: {\"title\":\"out of memory\"}\n\n";
          write(peer, chunk(frame) + "0\r\n\r\n");
          break;
        }
      } else {
        write(peer, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":");
      }
      doomed.push_back(peer.id);
      return true;
    case Fault::kNone:
      return false;
  }
  done(peer);
  return true;
}

void MockServer::Loop::send_document(Peer& peer) {
  std::string body = "{";
  switch (peer.kind) {
    case Kind::kChat:
      body +=
          R"("object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"It holds."},)"
          R"("finish_reason":"stop"}],"usage":{"prompt_tokens":8,"completion_tokens":3},)";
      break;
    case Kind::kEmbeddings:
      body += R"("object":"list","data":[{"index":0,"embedding":[0.6,0.8]}],"usage":{"prompt_tokens":8},)";
      break;
    case Kind::kSearch:
      body += R"("results":[{"id":"a","score":1.5,"text":"It holds.","metadata":{}}],)";
      break;
    case Kind::kAsk:
      body += R"("answer":"It holds.","citations":[{"id":"a","quote":"It holds.","start":0,"end":9}],"passages":[],)"
              R"("abstained":false,)";
      break;
    default:
      break;
  }
  write(peer, whole("200 OK", body + stamp(peer) + "}"));
}

void MockServer::Loop::send_token(Peer& peer) {
  const MockOptions& options = server.options_;
  const std::uint32_t all = peer.tokens + options.reasoning_tokens;
  std::string bytes;
  if (peer.sent == 0) bytes = kStreamHead;
  if (peer.sent < all) {
    std::string event;
    if (peer.kind == Kind::kAskStream) {
      event = R"(event: sentence
data: {"text":"It holds.",)" +
              stamp(peer) + "}\n\n";
    } else {
      const std::string_view field = peer.sent < options.reasoning_tokens ? "reasoning_content" : "content";
      event = R"(data: {"id":"mock","object":"chat.completion.chunk","model":"mock","choices":[{"index":0,"delta":{")";
      (event += field) += R"(":" word"},"finish_reason":null}],)";
      (event += stamp(peer)) += "}\n\n";
    }
    bytes += chunk(event);
    ++peer.sent;
  }
  write(peer, bytes);
  if (peer.sent >= all) return end_stream(peer);
  // From the time when this one was due, so that lateness doesn't add up over a stream.
  peer.due += options.between_tokens.count();
  timers.push({peer.due, peer.id});
}

void MockServer::Loop::end_stream(Peer& peer) {
  std::string bytes;
  if (peer.kind == Kind::kAskStream) {
    bytes = chunk("event: done\ndata: {\"answer\":\"It holds.\",\"citations\":[],\"abstained\":false}\n\n");
  } else {
    bytes = chunk("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
    if (peer.usage) {
      bytes += chunk(R"(data: {"choices":[],"usage":{"prompt_tokens":8,"completion_tokens":)" +
                     std::to_string(peer.sent) + "}}\n\n");
    }
    bytes += chunk("data: [DONE]\n\n");
  }
  write(peer, bytes + "0\r\n\r\n");
  done(peer);
}

void MockServer::Loop::done(Peer& peer) {
  peer.busy = false;
  if (peer.holds_worker) {
    peer.holds_worker = false;
    ++free_workers;
    while (!queue.empty() && free_workers > 0) {
      const auto next = peers.find(queue.front());
      queue.pop_front();
      if (next == peers.end()) continue;
      --free_workers;
      next->second->holds_worker = true;
      next->second->due = monotonic_now() + server.options_.service_time.count();
      timers.push({next->second->due, next->first});
    }
  }
  if (!peer.in.empty()) take_requests(peer);
}

void MockServer::Loop::write(Peer& peer, std::string_view bytes) {
  if (!peer.out.empty()) {
    peer.out += bytes;
    bytes = peer.out;
  }
  const ssize_t sent = bytes.empty() ? 0 : send(peer.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return doomed.push_back(peer.id);
  std::string rest(bytes.substr(static_cast<std::size_t>(std::max<ssize_t>(sent, 0))));
  peer.out = std::move(rest);
}

void MockServer::Loop::drop(std::uint64_t id) {
  const auto found = peers.find(id);
  if (found == peers.end()) return;
  Peer& peer = *found->second;
  if (peer.holds_worker) done(peer);
  close(peer.socket);
  peers.erase(id);
}

base::Result<std::unique_ptr<MockServer>> MockServer::start(const MockOptions& options) {
  std::unique_ptr<MockServer> server(new MockServer(options));
  const std::size_t threads = options.workers > 0 ? 1 : std::max<std::size_t>(options.threads, 1);
  server->port_ = options.port;
  for (std::size_t i = 0; i < threads; ++i) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) return base::errno_error(errno, "open a socket");
    server->loops_.push_back(std::make_unique<Loop>(*server, listener));
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, threads > 1 ? SO_REUSEPORT : SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(server->port_);
    socklen_t size = sizeof address;
    if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener, 4096) != 0 || getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      return base::make_error(base::Code::kUnavailable,
                              "can't listen on port " + std::to_string(options.port) + ": " + std::strerror(errno));
    }
    server->port_ = ntohs(address.sin_port);
    if (!server->loops_.back()->open()) return base::errno_error(errno, "open an epoll set");
  }
  for (const auto& loop : server->loops_) server->threads_.emplace_back([&loop] { loop->run(); });
  return server;
}

MockServer::MockServer(const MockOptions& options) : options_(options) {}

MockServer::~MockServer() {
  stopping_ = true;
  for (const auto& loop : loops_) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(loop->wake, &one, sizeof one);
  }
  threads_.clear();
}

void MockServer::stall(std::chrono::nanoseconds after, std::chrono::nanoseconds length) {
  const std::int64_t from = monotonic_now() + after.count();
  stall_from_ = from;
  stall_until_ = from + length.count();
}

}  // namespace groundwork::bench
