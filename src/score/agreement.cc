#include "score/agreement.h"

#include <cmath>
#include <cstdio>

namespace groundwork::score {
namespace {

using base::Code;
using base::make_error;

double weight_of(std::size_t i, std::size_t j, KappaWeights weights) {
  const double distance = i > j ? static_cast<double>(i - j) : static_cast<double>(j - i);
  switch (weights) {
    case KappaWeights::kNone:
      return distance == 0 ? 0 : 1;
    case KappaWeights::kLinear:
      return distance;
    case KappaWeights::kQuadratic:
      return distance * distance;
  }
  return 0;
}

}  // namespace

std::string_view to_string(KappaWeights weights) {
  switch (weights) {
    case KappaWeights::kNone:
      return "";
    case KappaWeights::kLinear:
      return "linear";
    case KappaWeights::kQuadratic:
      return "quadratic";
  }
  return "";
}

base::Result<double> cohen_kappa(std::span<const std::size_t> a, std::span<const std::size_t> b, std::size_t categories,
                                 KappaWeights weights) {
  if (a.empty() || a.size() != b.size()) {
    return make_error(Code::kInvalidArgument, "expected as many labels of both raters, at least one, found " +
                                                  std::to_string(a.size()) + " and " + std::to_string(b.size()));
  }
  std::vector<double> of_a(categories, 0);
  std::vector<double> of_b(categories, 0);
  double observed = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] >= categories || b[i] >= categories) {
      return make_error(Code::kInvalidArgument, "expected labels below " + std::to_string(categories) + ", found " +
                                                    std::to_string(std::max(a[i], b[i])));
    }
    ++of_a[a[i]];
    ++of_b[b[i]];
    observed += weight_of(a[i], b[i], weights);
  }
  double expected = 0;
  for (std::size_t i = 0; i < categories; ++i) {
    for (std::size_t j = 0; j < categories; ++j) expected += weight_of(i, j, weights) * of_a[i] * of_b[j];
  }
  expected /= static_cast<double>(a.size());
  return expected == 0 ? 1 : 1 - observed / expected;
}

std::string to_string(const Calibration& calibration) {
  if (!calibration.kappa) return "uncalibrated";
  const std::string weights(to_string(calibration.weights));
  char text[80];
  std::snprintf(text, sizeof text, "kappa %.2f (%s%zu items)", *calibration.kappa,
                weights.empty() ? "" : (weights + ", ").c_str(), calibration.items);
  return text;
}

base::Result<Calibration> calibrate(std::span<const std::size_t> judged, std::span<const std::size_t> human,
                                    std::size_t categories, KappaWeights weights) {
  Calibration made;
  made.weights = weights;
  if (judged.empty() && human.empty()) return made;
  GW_TRY(made.kappa, cohen_kappa(judged, human, categories, weights));
  made.items = judged.size();
  std::size_t same = 0;
  for (std::size_t i = 0; i < judged.size(); ++i) same += judged[i] == human[i] ? 1 : 0;
  made.agreement = static_cast<double>(same) / static_cast<double>(judged.size());
  return made;
}

}  // namespace groundwork::score
