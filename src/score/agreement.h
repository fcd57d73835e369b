#pragma once

// How far a judge agrees with people.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groundwork::score {

enum class KappaWeights { kNone, kLinear, kQuadratic };

std::string_view to_string(KappaWeights weights);  // "", "linear", "quadratic"

/// Agreement of two raters beyond chance: 1 is complete, 0 what chance would give, below 0 less than that.
/// @param a, b  labels of the same items, from 0 to categories - 1; for weights their distance is how far they are
/// apart
/// @return  1 when both give everything the same single label, where the formula has no value
/// @errors  kInvalidArgument: no item, lengths that differ, a label out of range
/// @source  Cohen 1960, "A coefficient of agreement for nominal scales"; Cohen 1968 for weights; as scikit-learn's
///          cohen_kappa_score
base::Result<double> cohen_kappa(std::span<const std::size_t> a, std::span<const std::size_t> b, std::size_t categories,
                                 KappaWeights weights = KappaWeights::kNone);

/// What is said beside a number that a judge gave.
struct Calibration {
  std::size_t items = 0;        ///< that people labelled too
  double agreement = 0;         ///< share of equal labels
  std::optional<double> kappa;  ///< none: there are no labels
  KappaWeights weights = KappaWeights::kNone;

  bool calibrated() const { return kappa.has_value(); }
};
/// "uncalibrated" or "kappa 0.71 (quadratic, 40 items)".
std::string to_string(const Calibration& calibration);

/// @errors as cohen_kappa, but no item is not one: that is not calibrated
base::Result<Calibration> calibrate(std::span<const std::size_t> judged, std::span<const std::size_t> human,
                                    std::size_t categories, KappaWeights weights = KappaWeights::kNone);

}  // namespace groundwork::score
