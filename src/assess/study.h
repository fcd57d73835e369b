#pragma once

// assess: quizzes, lab grading, item statistics; each attempt becomes a fact. In scope: what a learner does and how it
// is judged. Not in scope: what follows from it (progress), how it is shown (api, cli).

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "curriculum/library.h"
#include "ledger/ledger.h"
#include "progress/derive.h"

namespace groundwork::assess {

/// Where one learner stood at one moment, with the content it was derived from. Immutable.
struct Standing {
  std::shared_ptr<const curriculum::Curriculum> content;
  std::shared_ptr<const progress::Course> course;
  progress::LearnerState state;
  std::int64_t last_seq = 0;  ///< of the learner's facts it was derived from; 0: none
};

/// The learners' facts and what follows from them: the one place where facts are recorded, and a bounded cache of the
/// derived states. Thread-safe.
class Study {
 public:
  /// All three must outlive it.
  Study(curriculum::Library& library, ledger::Ledger& ledger, const base::Clock& clock,
        progress::Settings settings = {});

  /// Derived from every fact that is recorded now, by whichever process.
  base::Result<std::shared_ptr<const Standing>> standing(const std::string& learner);
  /// Checks the facts against the schemas of their kinds and appends all of them or none.
  /// @errors kInvalidArgument, kAlreadyExists, kResourceExhausted
  base::Result<std::vector<std::int64_t>> record(std::vector<ledger::NewFact> facts);
  base::Result<std::int64_t> record(ledger::NewFact fact);

  ledger::NewFact fact(std::string learner, std::string id, std::string kind, base::json::object data) const;
  base::Timestamp now() const { return clock_->now(); }
  curriculum::Library& library() { return *library_; }
  ledger::Ledger& ledger() { return *ledger_; }
  /// Content and course that belong together.
  std::pair<std::shared_ptr<const curriculum::Curriculum>, std::shared_ptr<const progress::Course>> content();

 private:
  struct Entry {
    std::shared_ptr<const Standing> standing;
    std::list<std::string>::iterator place;
  };
  static constexpr std::size_t kMaxCached = 20'000;

  curriculum::Library* library_;
  ledger::Ledger* ledger_;
  const base::Clock* clock_;
  progress::Settings settings_;
  std::mutex mutex_;
  std::shared_ptr<const curriculum::Curriculum> content_;
  std::shared_ptr<const progress::Course> course_;
  std::unordered_map<std::string, Entry> cache_;
  std::list<std::string> recent_;  // most recently used first
};

}  // namespace groundwork::assess
