#pragma once

#include <filesystem>
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

/// The runs below the data folder. Thread-safe; a value.
class MeasuredRuns {
 public:
  /// @param folder  `runs` below the data folder
  explicit MeasuredRuns(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_of(const std::string& id) const { return folder_ / id; }

  /// @errors kNotFound: there is none of this id, or it can't be one; kFailedPrecondition: it is there and damaged
  base::Result<KeptRun> read(const std::string& id) const;

  struct Listed {
    std::vector<KeptRun> runs;          ///< newest first
    std::vector<std::string> problems;  ///< folders that hold no readable run
    std::size_t older = 0;              ///< that were not read
  };
  /// The newest `limit` runs, by their names.
  Listed newest(std::size_t limit) const;

 private:
  std::filesystem::path folder_;
};

/// The run from its JSON. @errors kFailedPrecondition: not a run
base::Result<KeptRun> kept_run(base::json::value json, const std::string& id);

}  // namespace groundwork::api
