#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "assess/lab_runner.h"
#include "assess/study.h"

namespace groundwork::assess {

/// Records a submission as a fact, its files as a blob. Results that are ours (infrastructure, invalid, cancelled) are
/// not recorded.
/// @return the fact's id; empty when nothing was recorded
/// @errors kFailedPrecondition: the lab is not open to this learner
base::Result<std::string> record_submission(Study& study, const std::string& learner, const curriculum::Lab& lab,
                                            LabVariant variant, const Files& files, const LabResult& result,
                                            std::optional<int> timed_seconds);

/// Whether the learner may work on the lab now. @errors kFailedPrecondition with what comes first
base::Status lab_is_open(const Standing& standing, const curriculum::Lab& lab, LabVariant variant);

/// The files of a submission fact. @errors kNotFound, kDataLoss
base::Result<Files> submitted_files(Study& study, const ledger::Fact& fact);

/// The modules that were locked before and can be started after: id and title.
std::vector<std::pair<std::string, std::string>> unlocked(const Standing& before, const Standing& after);

/// A lab run as the browser sees it. Immutable snapshot.
struct Run {
  std::string id;
  std::string learner;
  std::string lab;
  LabMode mode = LabMode::kTest;
  LabVariant variant = LabVariant::kStandard;
  enum class Status { kQueued, kRunning, kDone } status = Status::kQueued;
  LabResult result;
  std::string fact_id;
  std::vector<std::pair<std::string, std::string>> unlocked;  ///< modules that opened: id, title
};

/// Lab runs in the background, a few at a time. Thread-safe. Ends with its runs cancelled.
class Runs {
 public:
  static constexpr std::size_t kMaxQueued = 32;
  static constexpr std::size_t kMaxKept = 200;

  Runs(Study& study, LabEnvironment environment);
  ~Runs();

  /// @errors kNotFound: no such lab; kFailedPrecondition: not open now; kInvalidArgument: wrong files;
  ///         kResourceExhausted: too many runs wait
  base::Result<Run> start(const std::string& learner, const std::string& lab_id, LabMode mode, LabVariant variant,
                          Files files, std::optional<int> timed_seconds);
  base::Result<Run> find(const std::string& learner, const std::string& run_id) const;
  base::Result<Run> cancel(const std::string& learner, const std::string& run_id);
  /// `watcher` is called with every later state of the run, and at once with the present one; the last has status
  /// kDone. It is called under this object's lock, so that states come in order: it must be quick and not call back.
  base::Status watch(const std::string& learner, const std::string& run_id, std::function<void(const Run&)> watcher);
  const LabEnvironment& environment() const { return environment_; }

 private:
  struct Entry;
  void work(const std::stop_token& stop);
  void execute(Entry& entry);
  void publish(Entry& entry);
  std::shared_ptr<Entry> entry_of(const std::string& learner, const std::string& run_id) const;

  Study* study_;
  LabEnvironment environment_;
  mutable std::mutex mutex_;
  std::condition_variable_any ready_;
  std::deque<std::shared_ptr<Entry>> queue_;
  std::map<std::string, std::shared_ptr<Entry>> runs_;
  std::deque<std::string> order_;
  std::vector<std::jthread> workers_;
};

}  // namespace groundwork::assess
