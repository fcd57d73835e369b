#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "measure/compare.h"
#include "measure/run.h"
#include "score/gate.h"

namespace groundwork::measure {

struct GateChecks {
  std::vector<std::string> metrics;  ///< none: the one that compare() takes
  double alpha = 0.01;               ///< false-alarm rate of the whole gate; several metrics share it equally
  double drop = 0.05;                ///< that must not be missed
  double power = 0.8;
};

struct GateCheck {
  std::string metric;
  std::string judged;  ///< as in Pairing
  score::GateOptions options;
  score::GateResult result;
  std::vector<PairedValues> worse;  ///< the largest drop first
  std::vector<std::string> left_out;
};

/// The decision about a run against its baseline.
struct Gate {
  std::string run;
  std::string baseline;
  std::string suite;
  std::vector<GateCheck> checks;  ///< at least one

  bool regressed() const;  ///< some metric
  bool passed() const;     ///< every metric
};

/// @errors those of pair_runs() and score::decide()
base::Result<Gate> gate(const RunStore& store, const Run& baseline, const Run& run, const GateChecks& how);

std::string text(const Gate& gate);
std::string to_markdown(const Gate& gate);
std::string to_junit(const Gate& gate);
base::json::object to_json(const Gate& gate);

}  // namespace groundwork::measure
