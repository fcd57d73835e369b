#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/url.h"

namespace groundwork::http {

using TimePoint = std::chrono::steady_clock::time_point;

/// Certificates to trust and TLS settings, shared by the connections of a client.
class TlsContext {
 public:
  /// TLS 1.2 or newer; peers must prove their name.
  /// @param ca_file  PEM certificates to trust instead of the system's; empty: the system's
  /// @errors kFailedPrecondition: the file can't be read or holds no certificate.
  static base::Result<std::shared_ptr<TlsContext>> create(const std::string& ca_file);

  struct Impl;  // OpenSSL's context, known to connection.cc only
  explicit TlsContext(std::unique_ptr<Impl> impl);
  ~TlsContext();
  Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// A stream of bytes to an origin, over TCP or TLS. Used from its executor's one thread only. Every wait ends at its
/// deadline, at close(), or by asio's cancellation.
class Connection {
 public:
  struct Transfer {
    boost::system::error_code failure;  ///< see is_timeout and its siblings below
    std::size_t bytes = 0;
  };

  virtual ~Connection() = default;
  /// Looks the host up, connects, and greets by TLS where the URL says so.
  /// @errors kUnavailable: no such host, refused, TLS failure; kFailedPrecondition: the peer's certificate isn't
  ///         trusted or is another host's; kDeadlineExceeded; kCancelled. Messages name no URL: the caller does.
  virtual boost::asio::awaitable<base::Status> open(const Url& url, TimePoint deadline) = 0;
  virtual boost::asio::awaitable<Transfer> read_some(char* data, std::size_t size, TimePoint deadline) = 0;
  virtual boost::asio::awaitable<Transfer> write(std::string_view head, std::string_view body, TimePoint deadline) = 0;
  /// Whether the peer has neither closed nor sent something that nobody asked for.
  virtual bool fresh() = 0;
  /// Ends every wait with operation_aborted.
  virtual void close() = 0;
};

/// @param tls  null: plain TCP
std::unique_ptr<Connection> make_connection(const boost::asio::any_io_executor& executor,
                                            const std::shared_ptr<TlsContext>& tls);

bool is_timeout(const boost::system::error_code& failure);
/// The peer ended the stream in order.
bool is_end(const boost::system::error_code& failure);
/// TLS ended without saying so: what came may be cut short by somebody between.
bool is_truncation(const boost::system::error_code& failure);
bool is_aborted(const boost::system::error_code& failure);

}  // namespace groundwork::http
