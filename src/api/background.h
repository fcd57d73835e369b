#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace groundwork::api {

/// Threads for work that outlives the request that asked for it: an answer that is streamed. Ends with all that was
/// given to it done. Thread-safe.
class Background {
 public:
  explicit Background(std::size_t threads);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void run(std::function<void()> work);

 private:
  void serve(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any ready_;
  std::deque<std::function<void()>> waiting_;  ///< guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace groundwork::api
