#include <cstdint>
#include <string>

#include "search/hnsw.h"
#include "search/hnsw_builder.h"
#include "search/testing.h"

namespace {

using namespace groundwork::search;

constexpr std::size_t kRows = 90;
constexpr std::size_t kDimensions = 3;

std::string whole_file() {
  SegmentFileWriter writer;
  const std::vector<float> values = clustered_vectors(kRows, kDimensions, 1);
  VectorsBuilder vectors(kDimensions);
  for (std::size_t row = 0; row < kRows; ++row) vectors.add({values.data() + row * kDimensions, kDimensions});
  static_cast<void>(add_graph(values, kDimensions, {4, 20, 1, 1}, writer));
  std::move(vectors).finish(writer);
  return writer.bytes();
}

}  // namespace

// A graph that was whole until some of its bytes were changed, its checksums too: refused, or walked without harm.
// Three bytes of the input are one change: a place, of 16 bits, and the byte that is there then.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string whole = whole_file();
  std::string bytes = whole;
  for (std::size_t i = 0; i + 3 <= size; i += 3) {
    const std::size_t place = (std::size_t{data[i]} << 8U | data[i + 1]) % bytes.size();
    bytes[place] = static_cast<char>(data[i + 2]);
  }
  const auto file = SegmentFile::parse(std::move(bytes), "fuzz", Checksums::kNone);
  if (!file.ok()) return 0;
  const auto vectors = Vectors::open(**file, kRows);
  if (!vectors.ok()) return 0;
  const auto graph = Hnsw::open(**file, *vectors, kRows);
  if (!graph.ok() || !graph->has_value()) return 0;
  const std::vector<float> query(vectors->dimensions(), 0.5F);
  static_cast<void>((*graph)->nearest(query, 5, 20));
  static_cast<void>((*graph)->nearest_allowed(query, 5, 20, Bitmap(kRows, true), 1'000));
  return 0;
}
