#include "search/testing.h"

#include <cmath>

#include "base/random.h"

namespace groundwork::search {

std::vector<Document> random_documents(std::size_t count, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<Document> documents;
  for (std::size_t i = 0; i < count; ++i) {
    Document document;
    document.id = "d" + std::to_string(i);
    const auto words = 1 + random.below(60);
    for (std::uint64_t w = 0; w < words; ++w) {
      // The product of two uniform numbers is small more often than large.
      const auto rank = random.below(400) * random.below(400) / 400;
      document.text += (w > 0 ? " " : "") + ("w" + std::to_string(rank)) + "x";
    }
    if (i % 3 == 0) document.title = "w" + std::to_string(random.below(400)) + "x";
    document.metadata = {{"parity", i % 2 == 0 ? "even" : "odd"}, {"number", i}};
    documents.push_back(std::move(document));
  }
  return documents;
}

std::vector<float> clustered_vectors(std::size_t rows, std::size_t dimensions, std::uint64_t seed) {
  constexpr std::size_t kCentres = 20;
  // The sum of three uniform numbers is nearly normal.
  const auto draw = [](base::Random& random) {
    return static_cast<float>(random.unit() + random.unit() + random.unit() - 1.5);
  };
  base::Random of_centres(99);
  std::vector<float> centres(kCentres * dimensions);
  for (float& value : centres) value = draw(of_centres);
  base::Random random(seed);
  std::vector<float> values;
  for (std::size_t row = 0; row < rows; ++row) {
    const float* centre = centres.data() + random.below(kCentres) * dimensions;
    double squares = 1e-12;
    for (std::size_t i = 0; i < dimensions; ++i) {
      values.push_back(centre[i] + 0.7F * draw(random));
      squares += static_cast<double>(values.back()) * static_cast<double>(values.back());
    }
    const auto length = static_cast<float>(std::sqrt(squares));
    for (std::size_t i = values.size() - dimensions; i < values.size(); ++i) values[i] /= length;
  }
  return values;
}

base::Result<std::vector<std::vector<float>>> CircleEmbedder::embed(std::span<const std::string> texts) {
  std::vector<std::vector<float>> vectors;
  for (const std::string& text : texts) {
    const auto angle = static_cast<float>(text.size()) * 0.01F;
    vectors.push_back({std::cos(angle), std::sin(angle)});
  }
  return vectors;
}

}  // namespace groundwork::search
