#include "http/connection_pool.h"

#include <algorithm>
#include <utility>

namespace groundwork::http {

std::unique_ptr<Connection> ConnectionPool::take(const std::string& origin, TimePoint now) {
  const auto found = idle_.find(origin);
  if (found == idle_.end()) return nullptr;
  std::unique_ptr<Connection> taken;
  while (!taken && !found->second.empty()) {
    Idle last = std::move(found->second.back());
    found->second.pop_back();
    if (now - last.since < lifetime_ && last.connection->fresh()) taken = std::move(last.connection);
  }
  if (found->second.empty()) idle_.erase(found);
  return taken;
}

void ConnectionPool::put(const std::string& origin, std::unique_ptr<Connection> connection, TimePoint now) {
  if (max_idle_ == 0) return;
  while (size() >= max_idle_) drop_oldest();
  idle_[origin].push_back({std::move(connection), now});
}

void ConnectionPool::drop_oldest() {
  const auto oldest = std::min_element(idle_.begin(), idle_.end(), [](const auto& a, const auto& b) {
    return a.second.front().since < b.second.front().since;
  });
  oldest->second.pop_front();
  if (oldest->second.empty()) idle_.erase(oldest);
}

void ConnectionPool::drop_expired(TimePoint now) {
  for (auto& [origin, waiting] : idle_) {
    while (!waiting.empty() && now - waiting.front().since >= lifetime_) waiting.pop_front();
  }
  std::erase_if(idle_, [](const auto& entry) { return entry.second.empty(); });
}

std::size_t ConnectionPool::size() const {
  std::size_t count = 0;
  for (const auto& [origin, waiting] : idle_) count += waiting.size();
  return count;
}

}  // namespace groundwork::http
