#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace groundwork::model {

/// Texts to vectors whose cosine says how near their meanings are. Implementations are thread-safe.
class Embedder {
 public:
  virtual ~Embedder() = default;

  /// One vector of `dimensions()` floats for each text, in their order, of length 1.
  /// @errors kInvalidArgument: a text that the model can't take; kUnavailable: the model can't be reached
  virtual base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) = 0;

  virtual std::size_t dimensions() const = 0;

  /// Names the weights, so that vectors of different models are never compared.
  virtual std::string name() const = 0;
};

}  // namespace groundwork::model
