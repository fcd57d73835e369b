#pragma once

// For tests: vectors without a model.

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "model/embedder.h"
#include "search/analyzer.h"

namespace groundwork::tutor {

/// Counts of words, so that texts are as similar as the words they share.
class FakeEmbedder final : public model::Embedder {
 public:
  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override {
    std::vector<std::vector<float>> out;
    for (const std::string& text : texts) out.push_back(vector_of(text));
    return out;
  }
  std::size_t dimensions() const override { return kDimensions; }
  std::string name() const override { return "words"; }

 private:
  static constexpr std::size_t kDimensions = 512;

  static std::vector<float> vector_of(const std::string& text) {
    std::vector<float> vector(kDimensions, 0.0F);
    for (const search::Token& token : search::analyzer_of_this_thread().analyze(text)) {
      vector[std::hash<std::string>()(token.term) % kDimensions] += 1;
    }
    float squares = 0;
    for (const float one : vector) squares += one * one;
    if (squares == 0) {
      vector[0] = 1;
      return vector;
    }
    for (float& one : vector) one /= std::sqrt(squares);
    return vector;
  }
};

}  // namespace groundwork::tutor
