#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groundwork::model {

/// Judges documents against a query, reading both together. Thread-safe.
class Reranker {
 public:
  virtual ~Reranker() = default;
  /// One finite score for each document, in the order of the documents; higher is better. Unitless, comparable within
  /// one model only.
  virtual base::Result<std::vector<float>> score(std::string_view query, std::span<const std::string> documents) = 0;
  virtual std::string name() const = 0;
  /// How much of the order it should make where the documents come in one already, above 0 to 1: of one that was
  /// trained to judge, all of it.
  virtual double share() const { return 1; }
};

}  // namespace groundwork::model
