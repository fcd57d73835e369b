#include "http/server.h"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "http/event_channel.h"
#include "http/response_filters.h"
#include "http/url.h"
#include "telemetry/log.h"

namespace groundwork::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using base::Code;
using base::make_error;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

using Parser = bhttp::request_parser<bhttp::string_body>;

Response refusal_of(const boost::system::error_code& failure) {
  if (failure == bhttp::error::header_limit) {
    return problem(431, "RESOURCE_EXHAUSTED", "The request's headers are longer than this server reads.");
  }
  if (failure == bhttp::error::body_limit) {
    return problem(413, "RESOURCE_EXHAUSTED", "The request's body is longer than this endpoint takes.");
  }
  return problem(400, "INVALID_ARGUMENT", "Expected an HTTP/1.1 request, found: " + failure.message() + ".");
}

bool is_refusable(const boost::system::error_code& failure) {
  return failure.category() == bhttp::make_error_code(bhttp::error::bad_method).category() &&
         failure != bhttp::error::end_of_stream && failure != bhttp::error::partial_message;
}

Request request_from(const Parser::value_type& message, Target target) {
  Request request;
  request.method = std::string(message.method_string());
  request.path = std::move(target.path);
  request.query = std::move(target.query);
  for (const auto& field : message) request.headers.add(std::string(field.name_string()), std::string(field.value()));
  return request;
}

Response call(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& failure) {
    telemetry::log(telemetry::Level::kError, "handler_threw", {{"path", request.path}, {"error", failure.what()}});
    return problem(500, "INTERNAL", "The platform failed; its log says why.");
  }
}

std::string head_of(const Response& response, bool keep_alive) {
  std::string head =
      "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason_phrase(response.status)) + "\r\n";
  for (const auto& [name, value] : response.headers.fields()) head += name + ": " + value + "\r\n";
  if (response.events) {
    head += "Connection: close\r\n";
  } else {
    if (response.status != 304 && response.status != 204) {
      head += "Content-Length: " + std::to_string(response.bytes().size()) + "\r\n";
    }
    head += keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  }
  return head + "\r\n";
}

}  // namespace

struct Server::Impl {
  Impl(const ServerOptions& server_options, Router server_router)
      : options(server_options),
        router(std::move(server_router)),
        io(std::in_place, server_options.io_threads),
        acceptor(std::in_place, asio::make_strand(*io)),
        workers(static_cast<std::size_t>(server_options.worker_threads)) {}

  asio::awaitable<void> accept_loop();
  asio::awaitable<void> session(tcp::socket socket);
  /// Reads one request and answers it. @return whether the connection goes on.
  asio::awaitable<bool> serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer);
  /// Takes references to named objects only: g++ 12.2 destroys temporaries among a coroutine's arguments twice.
  asio::awaitable<bool> write(beast::tcp_stream& stream, const Request& request, Response& response, bool keep_alive);
  asio::awaitable<void> write_events(beast::tcp_stream& stream, std::shared_ptr<EventChannel> events);
  asio::awaitable<Response> run(const Route& route, const Request& request);

  const ServerOptions options;
  const Router router;
  Guard guard;
  // Emptied by stop(): that destroys the waiting coroutines and with them closes their sockets.
  std::optional<asio::io_context> io;
  std::optional<tcp::acceptor> acceptor;
  int port = 0;
  asio::thread_pool workers;
  std::vector<std::thread> threads;
  std::atomic<int> connections{0};
  std::atomic<int> requests_running{0};
  std::atomic<bool> stopping{false};
  std::mutex stop_mutex;
};

asio::awaitable<void> Server::Impl::accept_loop() {
  while (!stopping) {
    auto [failure, socket] = co_await acceptor->async_accept(asio::make_strand(*io), kAwait);
    if (failure == asio::error::operation_aborted) co_return;
    if (failure) {  // out of descriptors, most likely: wait a little instead of spinning
      telemetry::log(telemetry::Level::kWarning, "accept_failed", {{"error", failure.message()}});
      asio::steady_timer pause(acceptor->get_executor(), std::chrono::milliseconds(100));
      co_await pause.async_wait(kAwait);
      continue;
    }
    if (connections >= options.max_connections) continue;  // the socket closes as it goes
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto executor = socket.get_executor();
    asio::co_spawn(executor, session(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> Server::Impl::session(tcp::socket socket) {
  ++connections;
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  while (!stopping && co_await serve_one(stream, buffer)) {
  }
  boost::system::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  --connections;
}

asio::awaitable<bool> Server::Impl::serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(options.header_limit));
  // The routes' own limits are checked below, from Content-Length or while a chunked body comes.
  parser.body_limit(boost::none);
  stream.expires_after(options.idle_timeout);
  Request request;
  Response response;
  auto [failure, size] = co_await bhttp::async_read_header(stream, buffer, parser, kAwait);
  if (failure) {
    if (!is_refusable(failure)) co_return false;
    response = refusal_of(failure);
    co_await write(stream, request, response, false);
    co_return false;
  }
  auto target = parse_target(std::string_view(parser.get().target().data(), parser.get().target().size()));
  if (!target) {
    response = problem(400, "INVALID_ARGUMENT",
                       "Expected a path such as /api/v1/status, found one with a bad escape or bad UTF-8.");
    co_await write(stream, request, response, false);
    co_return false;
  }
  request = request_from(parser.get(), std::move(*target));
  if (auto refused = guard.check(request)) {
    co_await write(stream, request, *refused, false);
    co_return false;
  }
  Router::Match match = router.find(request.method, request.path);
  if (match.route == nullptr) {
    // An unread body would be taken for the next request, so then the connection ends.
    const bool reusable = parser.is_done() && parser.get().keep_alive();
    const bool written = co_await write(stream, request, match.refusal, reusable);
    co_return written&& reusable;
  }
  request.path_parameters = std::move(match.parameters);
  if (parser.content_length() && *parser.content_length() > match.route->body_limit) {
    response = refusal_of(bhttp::make_error_code(bhttp::error::body_limit));
    co_await write(stream, request, response, false);
    co_return false;
  }
  if (!parser.content_length()) parser.body_limit(match.route->body_limit);
  if (beast::iequals(parser.get()[bhttp::field::expect], "100-continue")) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(stream, asio::buffer(kContinue), kAwait);
  }
  stream.expires_after(options.read_timeout);
  auto [body_failure, body_size] = co_await bhttp::async_read(stream, buffer, parser, kAwait);
  if (body_failure) {
    if (!is_refusable(body_failure)) co_return false;
    response = refusal_of(body_failure);
    co_await write(stream, request, response, false);
    co_return false;
  }
  const bool keep_alive = parser.get().keep_alive() && !stopping;
  request.body = std::move(parser.get().body());
  ++requests_running;
  stream.expires_never();
  response = co_await run(*match.route, request);
  const bool written = co_await write(stream, request, response, keep_alive);
  --requests_running;
  co_return written&& keep_alive;
}

asio::awaitable<Response> Server::Impl::run(const Route& route, const Request& request) {
  if (route.run_on == RunOn::kIoThread) co_return call(route.handler, request);
  // The request lives in the caller's frame, which waits here, so the reference stays good.
  co_return co_await asio::co_spawn(
      workers, [&]() -> asio::awaitable<Response> { co_return call(route.handler, request); }, asio::use_awaitable);
}

asio::awaitable<bool> Server::Impl::write(beast::tcp_stream& stream, const Request& request, Response& response,
                                          bool keep_alive) {
  finish_response(request, response);
  const std::string head = head_of(response, keep_alive);
  const std::string_view body = request.method == "HEAD" || response.events ? std::string_view() : response.bytes();
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::buffer(body)};
  stream.expires_after(options.read_timeout);
  auto [failure, size] = co_await asio::async_write(stream, parts, kAwait);
  if (failure) {
    if (response.events) response.events->abandon();
    co_return false;
  }
  if (response.events && request.method != "HEAD") {
    co_await write_events(stream, response.events);
    co_return false;
  }
  co_return true;
}

asio::awaitable<void> Server::Impl::write_events(beast::tcp_stream& stream, std::shared_ptr<EventChannel> events) {
  // Runs also when the server stops and destroys this frame: no producer may post to an executor that has gone.
  struct Abandon {
    EventChannel& channel;
    ~Abandon() { channel.abandon(); }
  };
  const Abandon abandon{*events};
  const auto executor = co_await asio::this_coro::executor;
  // Shared: a wake-up that a producer posted may run after this coroutine has gone.
  auto wake = std::make_shared<asio::steady_timer>(executor);
  // The wake-up runs on this connection's strand, so it cannot fall between take() and the wait below.
  events->on_change([executor, wake] { asio::post(executor, [wake] { wake->cancel(); }); });
  while (!stopping) {
    std::string blocks = events->take();
    if (blocks.empty() && events->finished()) break;
    if (blocks.empty()) {
      wake->expires_after(options.heartbeat);
      const auto [woken] = co_await wake->async_wait(kAwait);
      if (woken) continue;
      blocks = ":\n\n";
    }
    stream.expires_after(options.read_timeout);
    auto [failure, size] = co_await asio::async_write(stream, asio::buffer(blocks), kAwait);
    if (failure) break;
  }
}

base::Result<std::unique_ptr<Server>> Server::bind(const ServerOptions& options, Router router) {
  auto impl = std::make_unique<Impl>(options, std::move(router));
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(options.address, failure);
  if (failure || options.port < 0 || options.port > 65535) {
    return make_error(Code::kInvalidArgument,
                      "expected an address such as 127.0.0.1 and a port from 0 to 65535, found " + options.address +
                          " and " + std::to_string(options.port));
  }
  const tcp::endpoint endpoint(address, static_cast<unsigned short>(options.port));
  impl->acceptor->open(endpoint.protocol(), failure);
  if (!failure) impl->acceptor->set_option(asio::socket_base::reuse_address(true), failure);
  if (!failure) impl->acceptor->bind(endpoint, failure);
  if (!failure) impl->acceptor->listen(asio::socket_base::max_listen_connections, failure);
  if (failure == asio::error::address_in_use) {
    return make_error(Code::kFailedPrecondition, "port " + std::to_string(options.port) + " of " + options.address +
                                                     " is in use by another program; choose another with --port");
  }
  if (failure == asio::error::access_denied) {
    return make_error(Code::kPermissionDenied,
                      "port " + std::to_string(options.port) + " may not be bound by this user");
  }
  if (failure) return make_error(Code::kUnavailable, "cannot listen on " + options.address + ": " + failure.message());
  impl->port = impl->acceptor->local_endpoint().port();
  impl->guard = Guard::for_port(impl->port, options.extra_hosts);
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { stop(std::chrono::milliseconds(0)); }

int Server::port() const { return impl_->port; }

void Server::start() {
  asio::co_spawn(impl_->acceptor->get_executor(), impl_->accept_loop(), asio::detached);
  for (int i = 0; i < impl_->options.io_threads; ++i) {
    impl_->threads.emplace_back([impl = impl_.get()] { impl->io->run(); });
  }
}

void Server::stop(std::chrono::milliseconds grace) {
  const std::lock_guard lock(impl_->stop_mutex);
  if (impl_->stopping.exchange(true)) return;
  asio::post(impl_->acceptor->get_executor(), [impl = impl_.get()] {
    boost::system::error_code ignored;
    impl->acceptor->close(ignored);
  });
  const auto deadline = std::chrono::steady_clock::now() + grace;
  while (impl_->requests_running > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  impl_->workers.join();
  impl_->io->stop();
  for (std::thread& thread : impl_->threads) thread.join();
  impl_->threads.clear();
  impl_->acceptor.reset();
  impl_->io.reset();
}

}  // namespace groundwork::http
