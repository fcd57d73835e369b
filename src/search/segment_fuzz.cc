#include <cstdint>
#include <string>

#include "search/lexical_search.h"
#include "search/segment.h"

// An index file whose checksums are right and whose content is anything: refused, or read without harm.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace groundwork::search;
  auto file = SegmentFile::parse(std::string(reinterpret_cast<const char*>(data), size), "fuzz", Checksums::kNone);
  if (!file.ok()) return 0;
  const auto segment = Segment::open(*std::move(file));
  if (!segment.ok()) return 0;
  const LexicalIndex& lexical = (*segment)->lexical();
  std::vector<WeightedTerm> terms;
  for (TermId id = 0; id < lexical.terms() && id < 4; ++id) terms.push_back({std::string(lexical.term(id)), 1.0 + id});
  for (const Hit& hit : best_rows(lexical, terms, {}, 10)) static_cast<void>((*segment)->document(hit.row));
  const std::vector<float> query((*segment)->vectors().dimensions(), 0.5F);
  static_cast<void>((*segment)->vectors().nearest(query, 5));
  if (const auto& graph = (*segment)->graph()) {
    const Bitmap allowed((*segment)->rows(), true);
    static_cast<void>(graph->nearest(query, 5, 20));
    static_cast<void>(graph->nearest_allowed(query, 5, 20, allowed, 1'000));
  }
  static_cast<void>((*segment)->find("a"));
  static_cast<void>((*segment)->metadata().values());
  return 0;
}
