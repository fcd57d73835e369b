#include "http/client.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "http/answer_reader.h"
#include "http/connection.h"
#include "http/connection_pool.h"
#include "http/handover.h"
#include "http/request_head.h"
#include "http/url.h"

namespace groundwork::http {
namespace {

namespace asio = boost::asio;
using base::Code;
using base::make_error;
using base::Result;
using std::chrono::milliseconds;

/// When a stage must be over, and how to say that it was not.
struct Limit {
  TimePoint at;
  milliseconds length;
  bool whole = false;
};

bool may_repeat(const ClientRequest& request) {
  static constexpr std::string_view kIdempotent[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  return request.idempotent ||
         std::find(std::begin(kIdempotent), std::end(kIdempotent), request.method) != std::end(kIdempotent);
}

/// One call on its way. Lives on the I/O thread.
struct Exchange {
  Exchange(const ClientRequest& of, const BodySink* to)
      : request(of), sink(to), started(std::chrono::steady_clock::now()) {}

  Limit limit(milliseconds stage) const {
    const TimePoint stage_end = std::chrono::steady_clock::now() + stage;
    const TimePoint whole_end = started + request.deadlines.whole;
    return stage_end < whole_end ? Limit{stage_end, stage, false} : Limit{whole_end, request.deadlines.whole, true};
  }
  base::Error about(base::Error error) const {
    error.message = (is_token(request.method) ? request.method : "?") + " " + url.text() + ": " + error.message;
    return error;
  }
  void stop() {
    stopped = true;
    if (connection) connection->close();
  }

  const ClientRequest& request;
  const BodySink* sink;  // null: the body is collected
  TimePoint started;
  Url url;
  std::string head;
  std::unique_ptr<Connection> connection;
  bool reused = false;
  bool stopped = false;
  bool answered = false;  // at least one byte
  bool stale = false;     // the kept connection had been closed before a byte of the answer came
};

base::Error late_error(const Limit& limit, bool answered, std::uint64_t body_bytes) {
  const std::string time = std::to_string(limit.length.count()) + " ms";
  std::string message = "no answer within " + time;
  if (answered && limit.whole)
    message = "not finished within " + time + ", after " + std::to_string(body_bytes) + " bytes of the body";
  if (answered && !limit.whole)
    message = "silence for " + time + ", after " + std::to_string(body_bytes) + " bytes of the body";
  return make_error(Code::kDeadlineExceeded, message);
}

}  // namespace

struct Client::Impl {
  Impl(const ClientOptions& client_options, std::shared_ptr<TlsContext> context)
      : options(client_options),
        tls(std::move(context)),
        work(asio::make_work_guard(io)),
        pool(options.max_idle_connections, options.idle_lifetime),
        sweeper(io),
        thread([this] { io.run(); }) {}
  ~Impl() {
    work.reset();
    io.stop();
    thread.join();
  }

  asio::awaitable<Result<ClientResponse>> fetch(const ClientRequest& request, const BodySink* sink);
  // From here on: on the I/O thread.
  /// Never throws.
  asio::awaitable<Result<ClientResponse>> call(const ClientRequest& request, const BodySink* sink);
  asio::awaitable<Result<ClientResponse>> attempt(std::shared_ptr<Exchange> exchange);
  asio::awaitable<base::Status> connect(Exchange& exchange);
  asio::awaitable<Result<ClientResponse>> converse(Exchange& exchange);
  asio::awaitable<base::Status> receive(Exchange& exchange, AnswerReader& reader, Limit limit);
  asio::awaitable<Result<Take>> deliver(Exchange& exchange, AnswerReader& reader, ClientResponse& response);
  asio::awaitable<void> skip_rest(Exchange& exchange, AnswerReader& reader);
  void keep(Exchange& exchange);
  void sweep();

  const ClientOptions options;
  std::shared_ptr<TlsContext> tls;  // shared with each TLS connection; null until https is first used
  std::size_t calls = 0;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work;
  ConnectionPool pool;
  asio::steady_timer sweeper;
  bool sweeping = false;
  std::thread thread;
};

asio::awaitable<Result<ClientResponse>> Client::Impl::fetch(const ClientRequest& request, const BodySink* sink) {
  asio::awaitable<Result<ClientResponse>> running = call(request, sink);
  Result<ClientResponse> result = co_await asio::co_spawn(io, std::move(running), asio::use_awaitable);
  co_return result;
}

asio::awaitable<Result<ClientResponse>> Client::Impl::call(const ClientRequest& request, const BodySink* sink) {
  struct Counted {
    explicit Counted(std::size_t& of) : calls(of) { ++calls; }
    ~Counted() { --calls; }
    std::size_t& calls;
  };
  const Counted counted(calls);
  // A cancellation ends the wait that it falls into with operation_aborted, and is answered as a value like the rest.
  co_await asio::this_coro::throw_if_cancelled(false);
  auto exchange = std::make_shared<Exchange>(request, sink);  // shared with the stop callback's posts
  GW_CO_TRY(exchange->url, parse_url(request.url));
  if (calls > options.max_calls) {
    co_return exchange->about(
        make_error(Code::kResourceExhausted, std::to_string(options.max_calls) + " calls are running already"));
  }
  Result<std::string> head = request_head(request, exchange->url);
  if (!head.ok()) co_return exchange->about(head.error());
  exchange->head = *head;
  const std::stop_callback on_stop(request.stop,
                                   [this, exchange] { asio::post(io, [exchange] { exchange->stop(); }); });
  if (request.stop.stop_requested())
    co_return exchange->about(make_error(Code::kCancelled, "cancelled before it began"));
  std::string thrown;
  try {
    Result<ClientResponse> result = co_await attempt(exchange);
    if (!result.ok() && exchange->stale && may_repeat(request)) {
      exchange->stale = false;
      pool.drop(exchange->url.origin());  // its siblings have most likely been closed at the same moment
      result = co_await attempt(exchange);
    }
    exchange->connection.reset();
    co_return result;
  } catch (const std::exception& failure) {
    thrown = failure.what();
  }
  exchange->connection.reset();
  co_return exchange->about(make_error(Code::kInternal, thrown));
}

/// Whether the caller has cancelled. Asio ends with it only the wait that is under way; one that falls between two
/// waits is found by asking.
asio::awaitable<bool> is_cancelled() {
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

asio::awaitable<Result<ClientResponse>> Client::Impl::attempt(std::shared_ptr<Exchange> exchange) {
  base::Status connected = co_await connect(*exchange);
  if (!connected.ok()) co_return exchange->about(connected.error());
  Result<ClientResponse> answer = co_await converse(*exchange);
  co_return answer;
}

asio::awaitable<base::Status> Client::Impl::connect(Exchange& exchange) {
  exchange.connection = pool.take(exchange.url.origin(), std::chrono::steady_clock::now());
  exchange.reused = exchange.connection != nullptr;
  if (exchange.reused) co_return base::Status();
  // OPTIMISATION: the system's certificates take 40 ms to read, which a client of http alone never waits for.
  if (exchange.url.tls && !tls) {
    GW_CO_TRY(tls, TlsContext::create({}));
  }
  const asio::any_io_executor executor = io.get_executor();
  exchange.connection = make_connection(executor, exchange.url.tls ? tls : nullptr);
  if (exchange.stopped) exchange.connection->close();
  const Limit limit = exchange.limit(exchange.request.deadlines.connect);
  if (co_await is_cancelled()) co_return make_error(Code::kCancelled, "cancelled");
  base::Status opened = co_await exchange.connection->open(exchange.url, limit.at);
  if (opened.ok() || opened.error().code != Code::kDeadlineExceeded) co_return opened;
  co_return make_error(Code::kDeadlineExceeded, "no connection within " + std::to_string(limit.length.count()) +
                                                    " ms (" + opened.error().message + ")");
}

asio::awaitable<Result<ClientResponse>> Client::Impl::converse(Exchange& exchange) {
  if (co_await is_cancelled()) co_return exchange.about(make_error(Code::kCancelled, "cancelled"));
  const Limit first = exchange.limit(exchange.request.deadlines.first_byte);
  const Connection::Transfer sent = co_await exchange.connection->write(exchange.head, exchange.request.body, first.at);
  if (is_timeout(sent.failure)) {
    co_return exchange.about(make_error(
        Code::kDeadlineExceeded, "the request was not taken within " + std::to_string(first.length.count()) + " ms"));
  }
  if (is_aborted(sent.failure)) co_return exchange.about(make_error(Code::kCancelled, "cancelled"));
  // Any other failure of sending is left to reading: a server that refuses a body may answer and close before it has
  // read all of it, and its answer says more than a broken pipe.
  AnswerReader reader(options.header_limit, exchange.request.body_limit, exchange.request.method == "HEAD");
  ClientResponse response;
  bool enough = false;
  while (!reader.done() && !enough) {
    const Limit limit = reader.head_done() ? exchange.limit(exchange.request.deadlines.silence) : first;
    base::Status received = co_await receive(exchange, reader, limit);
    if (!received.ok()) co_return exchange.about(received.error());
    if (!reader.head_done()) continue;
    Result<Take> taken = co_await deliver(exchange, reader, response);
    if (!taken.ok()) co_return taken.error();
    enough = *taken == Take::kEnough;
  }
  if (!reader.done()) co_await skip_rest(exchange, reader);
  std::string body = std::move(response.body);
  response = reader.head();
  response.body = std::move(body);
  response.reused = exchange.reused;
  if (reader.keeps_connection() && !sent.failure && !exchange.stopped) keep(exchange);
  co_return response;
}

/// Reads some bytes and takes them in.
asio::awaitable<base::Status> Client::Impl::receive(Exchange& exchange, AnswerReader& reader, Limit limit) {
  if (co_await is_cancelled()) co_return make_error(Code::kCancelled, "cancelled");
  const AnswerReader::Space space = reader.prepare();
  const Connection::Transfer got = co_await exchange.connection->read_some(space.data, space.size, limit.at);
  if (!got.failure) {
    exchange.answered = true;
    co_return reader.commit(got.bytes);
  }
  if (is_timeout(got.failure)) co_return late_error(limit, reader.head_done(), reader.body_bytes());
  if (is_aborted(got.failure)) co_return make_error(Code::kCancelled, "cancelled");
  if (!exchange.answered) {
    exchange.stale = exchange.reused;
    co_return make_error(Code::kUnavailable,
                         "the connection was closed without an answer (" + got.failure.message() + ")");
  }
  if (is_end(got.failure)) co_return reader.end();
  base::Status ended = reader.end();
  if (!ended.ok()) co_return ended;
  co_return make_error(Code::kUnavailable, "the connection broke after " + std::to_string(reader.body_bytes()) +
                                               " bytes of a body without a length: " + got.failure.message());
}

asio::awaitable<Result<Take>> Client::Impl::deliver(Exchange& exchange, AnswerReader& reader,
                                                    ClientResponse& response) {
  std::string piece = reader.take_body();
  const bool streamed = exchange.sink != nullptr && reader.head().status / 100 == 2;
  if (!streamed) response.body += piece;
  if (!streamed || piece.empty()) co_return Take::kMore;
  Result<Take> taken = co_await (*exchange.sink)(reader.head(), piece);
  co_return taken;
}

/// Reads what is left of an answer that nobody wants to its end, if the end is near.
asio::awaitable<void> Client::Impl::skip_rest(Exchange& exchange, AnswerReader& reader) {
  const Limit limit = exchange.limit(milliseconds(50));
  base::Status received;
  while (!reader.done() && received.ok()) {
    received = co_await receive(exchange, reader, limit);
    reader.take_body();
  }
}

void Client::Impl::keep(Exchange& exchange) {
  pool.put(exchange.url.origin(), std::move(exchange.connection), std::chrono::steady_clock::now());
  if (!sweeping) sweep();
}

/// Closes idle connections when their time has come, also when no further call is made.
void Client::Impl::sweep() {
  sweeping = true;
  sweeper.expires_after(options.idle_lifetime);
  sweeper.async_wait([this](const boost::system::error_code& failure) {
    sweeping = false;
    if (failure) return;
    pool.drop_expired(std::chrono::steady_clock::now());
    if (pool.size() > 0) sweep();
  });
}

Result<std::unique_ptr<Client>> Client::create(const ClientOptions& options) {
  std::shared_ptr<TlsContext> tls;
  if (!options.ca_file.empty()) {
    GW_TRY(tls, TlsContext::create(options.ca_file));
  }
  return std::unique_ptr<Client>(new Client(std::make_unique<Impl>(options, std::move(tls))));
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

asio::awaitable<Result<ClientResponse>> Client::fetch(const ClientRequest& request, const BodySink& sink) {
  return impl_->fetch(request, &sink);
}

asio::awaitable<Result<ClientResponse>> Client::fetch(const ClientRequest& request) {
  return impl_->fetch(request, nullptr);
}

Result<ClientResponse> Client::fetch_blocking(const ClientRequest& request, const BodyCallback& callback) {
  if (std::this_thread::get_id() == impl_->thread.get_id()) {
    return make_error(Code::kFailedPrecondition,
                      "a blocking call on the client's own I/O thread would wait for itself");
  }
  // Shared: the last wake-up that was posted to the I/O thread may run after this call has returned.
  auto handover = std::make_shared<Handover>(impl_->io.get_executor());
  const BodySink sink = [&handover](const ClientResponse& head, std::string_view piece) {
    return handover->offer(head, piece);
  };
  asio::co_spawn(impl_->io, impl_->call(request, callback ? &sink : nullptr),
                 [handover](const std::exception_ptr& thrown, Result<ClientResponse> result) {
                   if (thrown) result = make_error(Code::kInternal, "an HTTP call threw");
                   handover->finish(std::move(result));
                 });
  return handover->consume(callback);
}

}  // namespace groundwork::http
