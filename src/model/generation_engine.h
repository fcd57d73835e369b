#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "model/scheduler.h"

namespace groundwork::model {

/// A scheduler with a thread of its own, for callers on any thread.
class GenerationEngine {
 public:
  GenerationEngine(std::unique_ptr<Decoder> decoder, SchedulerOptions options);
  /// Ends what is being generated. Nobody may be in run() any more when it returns.
  ~GenerationEngine();

  /// Blocks until the answer is there; thread-safe. on_delta is called on the caller's thread, so that a slow one holds
  /// nobody else up; pieces that came meanwhile are joined.
  /// @errors those of Scheduler::add and ChatModel::chat
  base::Result<ChatAnswer> run(Generation generation, const OnDelta& on_delta);

 private:
  struct Mailbox;
  using Request = std::pair<Generation, std::shared_ptr<Mailbox>>;
  void work(const std::stop_token& stop);
  static base::Result<ChatAnswer> receive(Mailbox& mailbox, const OnDelta& on_delta, std::stop_source& cancel);

  std::unique_ptr<Decoder> decoder_;
  Scheduler scheduler_;  // by the worker only
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::vector<Request> arrivals_;
  bool closed_ = false;
  std::jthread worker_;  // last: it uses what stands above
};

}  // namespace groundwork::model
