#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "curriculum/library.h"
#include "http/event_channel.h"
#include "ledger/ledger.h"

namespace groundwork::api {

/// Tells open pages that something changed: a fact from anywhere (the terminal too), or the content. Looks four times a
/// second while the server runs. Thread-safe.
class Watcher {
 public:
  Watcher(ledger::Ledger& ledger, curriculum::Library& library);

  /// A stream of events "state" for this learner, each with the newest sequence number and the content's revision.
  std::shared_ptr<http::EventChannel> subscribe(const std::string& learner);

 private:
  struct Subscriber {
    std::string learner;
    std::int64_t seq = 0;
    std::string revision;
    std::shared_ptr<http::EventChannel> channel;
  };
  void watch(const std::stop_token& stop);
  void tell();

  ledger::Ledger* ledger_;
  curriculum::Library* library_;
  std::mutex mutex_;
  std::list<Subscriber> subscribers_;
  std::jthread thread_;
};

}  // namespace groundwork::api
