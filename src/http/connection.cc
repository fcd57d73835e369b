#include "http/connection.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <cerrno>
#include <utility>
#include <vector>

namespace groundwork::http {

struct TlsContext::Impl {
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
};

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using base::Code;
using base::make_error;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

using TlsStream = asio::ssl::stream<beast::tcp_stream>;

/// A look-up that may outlive who waits for it: getaddrinfo can't be interrupted.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), done(executor) {}
  tcp::resolver resolver;
  asio::steady_timer done;
  error_code failure;
  std::vector<tcp::endpoint> endpoints;
  bool finished = false;
  bool abandoned = false;
};

base::Error connect_error(const error_code& failure, std::string_view doing) {
  if (is_timeout(failure)) return make_error(Code::kDeadlineExceeded, "timeout while " + std::string(doing));
  if (is_aborted(failure)) return make_error(Code::kCancelled, "cancelled while " + std::string(doing));
  if (failure == asio::error::connection_refused) return make_error(Code::kUnavailable, "connection refused");
  return make_error(Code::kUnavailable, "failed while " + std::string(doing) + ": " + failure.message());
}

template <typename Stream>
class StreamConnection final : public Connection {
 public:
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

  explicit StreamConnection(const asio::any_io_executor& executor) : stream_(executor) {}
  StreamConnection(const asio::any_io_executor& executor, std::shared_ptr<TlsContext> tls)
      : tls_(std::move(tls)), stream_(executor, tls_->impl().context) {}

  asio::awaitable<base::Status> open(const Url& url, TimePoint deadline) override;
  asio::awaitable<Transfer> read_some(char* data, std::size_t size, TimePoint deadline) override;
  asio::awaitable<Transfer> write(std::string_view head, std::string_view body, TimePoint deadline) override;
  bool fresh() override;
  void close() override;

 private:
  beast::tcp_stream& tcp_stream() { return beast::get_lowest_layer(stream_); }
  asio::awaitable<base::Status> look_up(const Url& url, TimePoint deadline);
  asio::awaitable<base::Status> greet(const Url& url, TimePoint deadline);
  base::Error greeting_error(const error_code& failure, const Url& url);

  std::shared_ptr<TlsContext> tls_;  // shared: connections in the pool may go after the client's own reference
  Stream stream_;
  std::shared_ptr<Lookup> lookup_;  // shared with the resolver's callback
  bool closed_ = false;
};

template <typename Stream>
asio::awaitable<base::Status> StreamConnection<Stream>::look_up(const Url& url, TimePoint deadline) {
  lookup_ = std::make_shared<Lookup>(tcp_stream().get_executor());
  error_code not_numeric;
  const auto address = asio::ip::make_address(url.host, not_numeric);
  if (!not_numeric) {
    lookup_->endpoints.emplace_back(address, url.port);
    co_return base::Status();
  }
  lookup_->done.expires_at(deadline);
  lookup_->resolver.async_resolve(
      url.host, std::to_string(url.port),
      [lookup = lookup_](const error_code& failure, const tcp::resolver::results_type& found) {
        lookup->finished = true;
        lookup->failure = failure;
        for (const auto& entry : found) lookup->endpoints.push_back(entry.endpoint());
        lookup->done.cancel();
      });
  co_await lookup_->done.async_wait(kAwait);
  if (lookup_->finished && lookup_->failure) {
    co_return make_error(Code::kUnavailable, "no address for host '" + url.host + "': " + lookup_->failure.message());
  }
  if (lookup_->finished && !lookup_->abandoned) co_return base::Status();
  lookup_->resolver.cancel();
  const bool late = std::chrono::steady_clock::now() >= deadline && !lookup_->abandoned;
  co_return connect_error(late ? error_code(beast::error::timeout) : error_code(asio::error::operation_aborted),
                          "looking up host '" + url.host + "'");
}

template <typename Stream>
asio::awaitable<base::Status> StreamConnection<Stream>::open(const Url& url, TimePoint deadline) {
  base::Status looked_up = co_await look_up(url, deadline);
  if (!looked_up.ok()) co_return looked_up;
  if (closed_) co_return connect_error(asio::error::operation_aborted, "connecting");
  tcp_stream().expires_at(deadline);
  const std::vector<tcp::endpoint> endpoints = std::move(lookup_->endpoints);
  lookup_.reset();
  const auto [failure, endpoint] = co_await tcp_stream().async_connect(endpoints, kAwait);
  if (failure) co_return connect_error(failure, "connecting");
  error_code ignored;
  tcp_stream().socket().set_option(tcp::no_delay(true), ignored);
  if constexpr (kTls) {
    base::Status greeted = co_await greet(url, deadline);
    co_return greeted;
  } else {
    co_return base::Status();
  }
}

template <typename Stream>
asio::awaitable<base::Status> StreamConnection<Stream>::greet(const Url& url, TimePoint deadline) {
  if constexpr (kTls) {
    error_code not_numeric;
    asio::ip::make_address(url.host, not_numeric);
    // Server name indication is for names only (RFC 6066, section 3).
    if (not_numeric) SSL_set_tlsext_host_name(stream_.native_handle(), url.host.c_str());
    X509_VERIFY_PARAM* wanted = SSL_get0_param(stream_.native_handle());
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int set = not_numeric ? X509_VERIFY_PARAM_set1_host(wanted, url.host.data(), url.host.size())
                                : X509_VERIFY_PARAM_set1_ip_asc(wanted, url.host.c_str());
    if (set != 1) co_return make_error(Code::kInternal, "TLS failure: the host's name can't be checked");
    error_code failure;
    stream_.set_verify_mode(asio::ssl::verify_peer, failure);
    if (failure) co_return connect_error(failure, "preparing TLS");
    tcp_stream().expires_at(deadline);
    ERR_clear_error();
    const auto [refused] = co_await stream_.async_handshake(asio::ssl::stream_base::client, kAwait);
    if (refused) co_return greeting_error(refused, url);
  }
  co_return base::Status();
}

template <typename Stream>
base::Error StreamConnection<Stream>::greeting_error(const error_code& failure, const Url& url) {
  if (is_timeout(failure) || is_aborted(failure)) return connect_error(failure, "greeting by TLS");
  if constexpr (kTls) {
    const long verdict = SSL_get_verify_result(stream_.native_handle());
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
      return make_error(Code::kFailedPrecondition, "TLS failure: the certificate is not for host '" + url.host + "'");
    }
    if (verdict != X509_V_OK) {
      return make_error(Code::kFailedPrecondition, "TLS failure: the certificate is not trusted: " +
                                                       std::string(X509_verify_cert_error_string(verdict)));
    }
  }
  return make_error(Code::kUnavailable, "TLS failure: " + failure.message());
}

template <typename Stream>
asio::awaitable<Connection::Transfer> StreamConnection<Stream>::read_some(char* data, std::size_t size,
                                                                          TimePoint deadline) {
  if (closed_) co_return Transfer{asio::error::operation_aborted, 0};
  tcp_stream().expires_at(deadline);
  const asio::mutable_buffer buffer(data, size);
  const auto [failure, bytes] = co_await stream_.async_read_some(buffer, kAwait);
  co_return Transfer{failure, bytes};
}

template <typename Stream>
asio::awaitable<Connection::Transfer> StreamConnection<Stream>::write(std::string_view head, std::string_view body,
                                                                      TimePoint deadline) {
  if (closed_) co_return Transfer{asio::error::operation_aborted, 0};
  tcp_stream().expires_at(deadline);
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::buffer(body)};
  const auto [failure, bytes] = co_await asio::async_write(stream_, parts, kAwait);
  co_return Transfer{failure, bytes};
}

template <typename Stream>
bool StreamConnection<Stream>::fresh() {
  char byte = 0;
  const int socket = tcp_stream().socket().native_handle();
  return !closed_ && ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

template <typename Stream>
void StreamConnection<Stream>::close() {
  closed_ = true;
  if (lookup_) {
    lookup_->abandoned = true;
    lookup_->done.cancel();
  }
  tcp_stream().close();
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

base::Result<std::shared_ptr<TlsContext>> TlsContext::create(const std::string& ca_file) {
  auto impl = std::make_unique<Impl>();
  error_code failure;
  impl->context.set_options(
      asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, failure);
  if (ca_file.empty()) {
    impl->context.set_default_verify_paths(failure);
  } else {
    impl->context.load_verify_file(ca_file, failure);
  }
  if (failure) {
    return make_error(Code::kFailedPrecondition, "expected PEM certificates to trust, found " + failure.message(),
                      ca_file.empty() ? "the system's certificates" : ca_file);
  }
  return std::make_shared<TlsContext>(std::move(impl));
}

std::unique_ptr<Connection> make_connection(const asio::any_io_executor& executor,
                                            const std::shared_ptr<TlsContext>& tls) {
  if (tls) return std::make_unique<StreamConnection<TlsStream>>(executor, tls);
  return std::make_unique<StreamConnection<beast::tcp_stream>>(executor);
}

bool is_timeout(const error_code& failure) { return failure == beast::error::timeout; }
bool is_end(const error_code& failure) { return failure == asio::error::eof; }
bool is_truncation(const error_code& failure) { return failure == asio::ssl::error::stream_truncated; }
bool is_aborted(const error_code& failure) { return failure == asio::error::operation_aborted; }

}  // namespace groundwork::http
