#pragma once

// For tests: vectors without a model.

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "model/embedder.h"
#include "score/answers.h"
#include "score/python_text.h"

namespace groundwork::score {

/// Counts of words, so that texts are as similar as the words they share.
class WordEmbedder final : public model::Embedder {
 public:
  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override {
    std::vector<std::vector<float>> out;
    for (const std::string& text : texts) {
      std::vector<float>& vector = out.emplace_back(kDimensions, 0.0F);
      for (const std::string& word : split_words(squad_normalised(text))) {
        vector[std::hash<std::string>()(word) % kDimensions] += 1;
      }
      float squares = 0;
      for (const float one : vector) squares += one * one;
      for (float& one : vector) one /= squares > 0 ? std::sqrt(squares) : 1;
    }
    return out;
  }
  std::size_t dimensions() const override { return kDimensions; }
  std::string name() const override { return "words"; }

 private:
  static constexpr std::size_t kDimensions = 512;
};

}  // namespace groundwork::score
