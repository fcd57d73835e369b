#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "ledger/fact.h"
#include "measure/run.h"
#include "portfolio/run_import.h"

namespace groundwork::api {

/// A run of `eval`, `bench` or `project` as it is kept: by whom and whence is not known, so nothing in it is trusted.
struct KeptRun {
  std::string id;
  std::string kind;                  ///< "eval", "bench", "probe", "pipeline", "drill"
  std::optional<measure::Run> eval;  ///< of an eval run that has its samples' folder
  portfolio::RunSummary summary;     ///< of every other
  base::json::object json;           ///< as it was kept

  const std::string& suite() const { return eval ? eval->suite : summary.suite; }
  std::string target() const { return eval ? eval->target + eval->base_path : summary.target; }
  std::string finished() const;
  /// Whether the target was one of the services under /reference.
  bool of_reference() const;
  bool is_finished() const;
};

/// Whether the fact is a KPI's value that this run gave.
bool names_run(const ledger::Fact& fact, std::string_view id);

using KeptRuns = std::vector<std::shared_ptr<const KeptRun>>;  // shared with what is kept in memory

/// The runs below the data folder. Thread-safe. Finished runs stay in memory, the newest of them, as long as their file
/// is the one that was read; a run that goes on is read each time.
class MeasuredRuns {
 public:
  /// @param folder  `runs` below the data folder
  explicit MeasuredRuns(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_of(const std::string& id) const { return folder_ / id; }

  /// @errors kNotFound: there is none of this id, or it can't be one; kFailedPrecondition: it is there and damaged
  base::Result<std::shared_ptr<const KeptRun>> read(const std::string& id) const;

  struct Listed {
    KeptRuns runs;                      ///< newest first
    std::vector<std::string> problems;  ///< folders that hold no readable run
    std::size_t older = 0;              ///< that were not read
  };
  /// The newest `limit` runs, by their names.
  Listed newest(std::size_t limit) const;

 private:
  /// What tells a file from the one that was read: every write makes a new one.
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    std::size_t bytes = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  struct Kept {
    Stamp stamp;
    std::shared_ptr<const KeptRun> run;
  };
  static std::optional<Stamp> stamp_of(const std::filesystem::path& file);
  void keep(const std::string& id, Kept one) const;

  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Kept> kept_;  ///< by id, guarded by mutex_
  mutable std::size_t kept_bytes_ = 0;        ///< of their files
};

/// The run from its JSON. @errors kFailedPrecondition: not a run
base::Result<KeptRun> kept_run(base::json::value json, const std::string& id);

}  // namespace groundwork::api
