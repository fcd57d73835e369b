#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "http/client.h"

namespace groundwork::http {

/// Hands the pieces of a body from the I/O thread to the thread that waits for the call, one at a time: the I/O side
/// reads on only when the last piece was taken. One call uses it once.
class Handover : public std::enable_shared_from_this<Handover> {
 public:
  explicit Handover(const boost::asio::any_io_executor& executor) : executor_(executor), taken_(executor) {}

  // On the I/O thread.
  boost::asio::awaitable<base::Result<Take>> offer(const ClientResponse& head, std::string_view piece);
  void finish(base::Result<ClientResponse> result);

  /// On the waiting thread: gives each piece to the callback until the call is finished.
  base::Result<ClientResponse> consume(const BodyCallback& callback);

 private:
  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer taken_;  // cancelled when the piece was taken
  std::mutex mutex_;
  std::condition_variable changed_;
  const ClientResponse* head_ = nullptr;  // with piece_: on offer while not null
  std::string_view piece_;
  base::Result<Take> verdict_;
  std::optional<base::Result<ClientResponse>> result_;
};

}  // namespace groundwork::http
