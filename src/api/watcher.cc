#include "api/watcher.h"

#include <chrono>
#include <condition_variable>

namespace groundwork::api {

Watcher::Watcher(ledger::Ledger& ledger, curriculum::Library& library)
    : ledger_(&ledger), library_(&library), thread_([this](const std::stop_token& stop) { watch(stop); }) {}

std::shared_ptr<http::EventChannel> Watcher::subscribe(const std::string& learner) {
  auto channel = std::make_shared<http::EventChannel>();
  const auto seq = ledger_->last_seq(learner);
  const std::lock_guard lock(mutex_);
  subscribers_.push_back(
      {.learner = learner, .seq = seq.ok() ? *seq : 0, .revision = library_->current()->revision, .channel = channel});
  return channel;
}

void Watcher::watch(const std::stop_token& stop) {
  std::mutex pause;
  std::condition_variable_any wake;
  for (int round = 0; !stop.stop_requested(); ++round) {
    if (round % 8 == 7) library_->reload_if_changed();  // every two seconds: authors save files
    tell();
    std::unique_lock lock(pause);
    wake.wait_for(lock, stop, std::chrono::milliseconds(250), [] { return false; });
  }
  const std::lock_guard lock(mutex_);
  for (Subscriber& subscriber : subscribers_) subscriber.channel->close();
}

void Watcher::tell() {
  const std::lock_guard lock(mutex_);
  const std::string revision = library_->current()->revision;
  for (auto at = subscribers_.begin(); at != subscribers_.end();) {
    if (at->channel->abandoned()) {
      at = subscribers_.erase(at);
      continue;
    }
    const auto seq = ledger_->last_seq(at->learner);
    if (seq.ok() && (*seq != at->seq || revision != at->revision)) {
      at->seq = *seq;
      at->revision = revision;
      at->channel->push("state", base::json::serialize(base::json::object{{"seq", *seq}, {"content", revision}}));
    }
    ++at;
  }
}

}  // namespace groundwork::api
