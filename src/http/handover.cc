#include "http/handover.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

namespace groundwork::http {
namespace {

namespace asio = boost::asio;

base::Result<Take> guarded(const BodyCallback& callback, const ClientResponse& head, std::string_view piece) {
  try {
    return callback(head, piece);
  } catch (const std::exception& thrown) {
    return base::make_error(base::Code::kInternal, std::string("the consumer of the body threw: ") + thrown.what());
  } catch (...) {
    return base::make_error(base::Code::kInternal, "the consumer of the body threw");
  }
}

}  // namespace

asio::awaitable<base::Result<Take>> Handover::offer(const ClientResponse& head, std::string_view piece) {
  {
    const std::lock_guard lock(mutex_);
    head_ = &head;
    piece_ = piece;
  }
  changed_.notify_one();
  // The wake-up is posted to this thread, so it can't come before the wait has begun. A cancellation from elsewhere
  // wakes too early: the piece must stay until the other thread has done with it.
  taken_.expires_at(asio::steady_timer::time_point::max());
  for (bool waiting = true; waiting;) {
    co_await taken_.async_wait(asio::as_tuple(asio::use_awaitable));
    const std::lock_guard lock(mutex_);
    waiting = head_ != nullptr;
  }
  const std::lock_guard lock(mutex_);
  co_return verdict_;
}

void Handover::finish(base::Result<ClientResponse> result) {
  {
    const std::lock_guard lock(mutex_);
    result_ = std::move(result);
  }
  changed_.notify_one();
}

base::Result<ClientResponse> Handover::consume(const BodyCallback& callback) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return head_ != nullptr || result_.has_value(); });
    if (head_ == nullptr) return std::move(*result_);
    const ClientResponse& head = *head_;
    const std::string_view piece = piece_;
    lock.unlock();
    base::Result<Take> verdict = guarded(callback, head, piece);
    lock.lock();
    verdict_ = std::move(verdict);
    head_ = nullptr;
    asio::post(executor_, [self = shared_from_this()] { self->taken_.cancel(); });
  }
}

}  // namespace groundwork::http
