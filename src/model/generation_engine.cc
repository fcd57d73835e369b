#include "model/generation_engine.h"

#include <optional>
#include <string>

namespace groundwork::model {

using base::Code;
using base::make_error;
using base::Result;

/// Between the worker, which puts in, and the caller, who takes out.
struct GenerationEngine::Mailbox {
  std::mutex mutex;
  std::condition_variable changed;
  std::string text;
  std::optional<Result<ChatAnswer>> answer;

  void put(std::string_view piece) {
    {
      const std::lock_guard lock(mutex);
      text += piece;
    }
    changed.notify_one();
  }
  void end(Result<ChatAnswer> with) {
    {
      const std::lock_guard lock(mutex);
      answer = std::move(with);
    }
    changed.notify_one();
  }
};

GenerationEngine::GenerationEngine(std::unique_ptr<Decoder> decoder, SchedulerOptions options)
    : decoder_(std::move(decoder)),
      scheduler_(*decoder_, std::move(options)),
      worker_([this](const std::stop_token& stop) { work(stop); }) {}

GenerationEngine::~GenerationEngine() {
  worker_.request_stop();
  worker_.join();
}

Result<ChatAnswer> GenerationEngine::run(Generation generation, const OnDelta& on_delta) {
  std::stop_source cancel;
  const std::stop_callback forward(generation.cancel, [&cancel] { cancel.request_stop(); });
  generation.cancel = cancel.get_token();
  const auto mailbox = std::make_shared<Mailbox>();
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return make_error(Code::kUnavailable, "the model is being shut down");
    arrivals_.emplace_back(std::move(generation), mailbox);
  }
  arrived_.notify_one();
  return receive(*mailbox, on_delta, cancel);
}

Result<ChatAnswer> GenerationEngine::receive(Mailbox& mailbox, const OnDelta& on_delta, std::stop_source& cancel) {
  bool listening = true;
  for (;;) {
    std::string piece;
    std::optional<Result<ChatAnswer>> answer;
    {
      std::unique_lock lock(mailbox.mutex);
      mailbox.changed.wait(lock, [&] { return !mailbox.text.empty() || mailbox.answer.has_value(); });
      piece.swap(mailbox.text);
      answer.swap(mailbox.answer);
    }
    if (listening && on_delta && !piece.empty() && !on_delta(piece)) {
      listening = false;
      cancel.request_stop();
    }
    if (!answer) continue;
    if (!listening && answer->ok()) answer->value().finish = FinishReason::kCancelled;
    return *std::move(answer);
  }
}

void GenerationEngine::work(const std::stop_token& stop) {
  bool busy = false;
  while (!stop.stop_requested()) {
    std::vector<Request> arrivals;
    {
      std::unique_lock lock(mutex_);
      if (!busy) arrived_.wait(lock, stop, [this] { return !arrivals_.empty(); });
      arrivals.swap(arrivals_);
    }
    for (Request& request : arrivals) {
      const std::shared_ptr<Mailbox> mailbox = request.second;
      GenerationSink sink{[mailbox](std::string_view piece) { mailbox->put(piece); },
                          [mailbox](Result<ChatAnswer> answer) { mailbox->end(std::move(answer)); }};
      const base::Status added = scheduler_.add(std::move(request.first), std::move(sink));
      if (!added.ok()) mailbox->end(added.error());
    }
    busy = scheduler_.step();
  }
  const base::Error closed = make_error(Code::kUnavailable, "the model is being shut down");
  scheduler_.end_all(closed);
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (auto& [generation, mailbox] : arrivals_) mailbox->end(closed);
  arrivals_.clear();
}

}  // namespace groundwork::model
