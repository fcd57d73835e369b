#include "http/event_channel.h"

#include <algorithm>
#include <utility>

namespace groundwork::http {

std::string format_event(std::string_view event, std::string_view data) {
  std::string out = "event: " + std::string(event) + "\n";
  do {
    const std::size_t end = data.find('\n');
    out += "data: " + std::string(data.substr(0, end)) + "\n";
    data = end == std::string_view::npos ? std::string_view() : data.substr(end + 1);
  } while (!data.empty());
  return out + "\n";
}

void EventChannel::push(std::string_view event, std::string_view data) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || abandoned_) return;
    if (pending_.size() >= max_pending_) {
      const auto oldest =
          std::find_if(pending_.begin(), pending_.end(), [&](const auto& e) { return e.first == event; });
      pending_.erase(oldest == pending_.end() ? pending_.begin() : oldest);
    }
    pending_.emplace_back(std::string(event), format_event(event, data));
  }
  notify();
}

void EventChannel::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  notify();
}

bool EventChannel::abandoned() const {
  const std::lock_guard lock(mutex_);
  return abandoned_;
}

std::string EventChannel::take() {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, block] : pending_) out += block;
  pending_.clear();
  return out;
}

bool EventChannel::finished() const {
  const std::lock_guard lock(mutex_);
  return closed_ && pending_.empty();
}

void EventChannel::on_change(std::function<void()> notify) {
  const std::lock_guard lock(mutex_);
  notify_ = std::move(notify);
}

void EventChannel::on_abandon(std::function<void()> stop) {
  {
    const std::lock_guard lock(mutex_);
    if (!abandoned_) {
      stop_ = std::move(stop);
      return;
    }
  }
  stop();
}

void EventChannel::abandon() {
  std::function<void()> stop;
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    notify_ = nullptr;
    pending_.clear();
    stop.swap(stop_);
  }
  if (stop) stop();  // without the lock: what it stops may ask the channel
}

void EventChannel::notify() {
  // Called under the lock, so that abandon() returns only when no notification is under way. The function only posts.
  const std::lock_guard lock(mutex_);
  if (notify_) notify_();
}

}  // namespace groundwork::http
