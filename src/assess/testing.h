#pragma once

#include <memory>
#include <string>

#include "assess/study.h"
#include "base/file.h"

namespace groundwork::assess {

/// A small library on disk, a ledger and a clock that stands still: for the tests of this room and those above.
/// Modules first and second (second after first), each with a bank of 54 items over six concepts.
class TestWorld {
 public:
  TestWorld();
  Study& study() { return *study_; }
  base::ManualClock& clock() { return clock_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  base::TemporaryFolder folder_;
  base::ManualClock clock_;
  std::unique_ptr<curriculum::Library> library_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<Study> study_;
};

}  // namespace groundwork::assess
