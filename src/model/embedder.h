#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace groundwork::model {

/// Texts to vectors whose inner product says how near they are in meaning. Thread-safe.
class Embedder {
 public:
  virtual ~Embedder() = default;
  /// One vector of dimensions() finite numbers for each text, in the order of the texts.
  virtual base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) = 0;
  virtual std::size_t dimensions() const = 0;
  /// Vectors of embedders with different names can't be compared.
  virtual std::string name() const = 0;
};

}  // namespace groundwork::model
