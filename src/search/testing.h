#pragma once

#include <string>
#include <vector>

#include "model/embedder.h"
#include "search/document.h"

namespace groundwork::search {

/// Words from a Zipf-like vocabulary, so that terms are frequent and rare; the same for the same seed.
std::vector<Document> random_documents(std::size_t count, std::uint64_t seed);

/// [rows][dimensions] numbers, each row of length 1: points around 20 centres, so that some are near and most far; the
/// same for the same seed. Rows of two seeds have the same centres.
std::vector<float> clustered_vectors(std::size_t rows, std::size_t dimensions, std::uint64_t seed);

/// Vectors of two numbers for tests: where a text's length puts it on the circle.
class CircleEmbedder final : public model::Embedder {
 public:
  base::Result<std::vector<std::vector<float>>> embed(std::span<const std::string> texts) override;
  std::size_t dimensions() const override { return 2; }
  std::string name() const override { return "circle"; }
};

}  // namespace groundwork::search
