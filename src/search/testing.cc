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

base::Result<std::vector<std::vector<float>>> CircleEmbedder::embed(std::span<const std::string> texts) {
  std::vector<std::vector<float>> vectors;
  for (const std::string& text : texts) {
    const auto angle = static_cast<float>(text.size()) * 0.01F;
    vectors.push_back({std::cos(angle), std::sin(angle)});
  }
  return vectors;
}

}  // namespace groundwork::search
